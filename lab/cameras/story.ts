// What host and guest say to each other: the order in a file of the folder that both see, the story as lines on the guest's serial port.
// Only shapes.

import { z } from 'zod'
import { accidentSchema } from './accidents.ts'

/** Both see this folder; in the guest it is `/run/lab/out`. */
export const guestOutFolder = '/run/lab/out'

export const orderFile = 'order.json'

/** In the guest: the process that keeps its processor from idling, where there is one. */
export const busyFile = '/run/lab/busy'

/** What the guest leaves in the folder, besides the home's takes and logs below `home`. */
export const listingFile = 'cameras-list.json'
export const trialFile = 'cameras-test.json'
export const swappedFile = 'cameras-test-swapped.json'

export const guestOrderSchema = z.object({
  accidents: z.array(accidentSchema),
  /** Whether the cameras are listed and tried before, and tried again with exchanged numbers at the end. */
  trials: z.boolean(),
  /** Once both cameras give pictures, waiting costs nothing any more: nothing keeps the processor from idling. */
  leaps: z.boolean(),
  /** For so long both cameras record undisturbed before each accident and after the last. */
  settleMs: z.int().positive(),
  /** Longer than all accidents take, and not too long for the guest's disk. */
  bookedMs: z.int().positive(),
  /** Settings of the box. */
  variables: z.record(z.string(), z.string()),
})

export type GuestOrder = z.infer<typeof guestOrderSchema>

export const storyLineSchema = z.discriminatedUnion('is', [
  /** Something has come to its end. */
  z.object({ is: z.literal('done'), what: z.string() }),
  z.object({ is: z.literal('accident'), ...accidentSchema.shape, atMs: z.int(), backMs: z.int() }),
  z.object({ is: z.literal('failed'), message: z.string() }),
  z.object({ is: z.literal('over') }),
])

export type StoryLine = z.infer<typeof storyLineSchema>
