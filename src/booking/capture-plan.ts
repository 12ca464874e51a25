// The small durable file that tells the recorder what to capture, even when the database is locked or broken.
// Written before a booking is acknowledged; read by the recorder, and when the database is lost. It is never edited, only replaced as a whole.

import { z } from 'zod'
import { EzrecError } from '../base/errors.ts'
import { readIfPresent, writeDurably } from '../base/files.ts'
import type { PlannedWindow } from './schedule.ts'

/** Nothing that is wrong here may keep the recorder from a window. */
const whose = z.object({
  callerId: z.string().optional().catch(undefined),
  userId: z.string().optional().catch(undefined),
  title: z.string().optional().catch(undefined),
  createdAtMs: z.int().optional().catch(undefined),
})

const window = z.object({
  bookingId: z.string().max(64),
  startsAtMs: z.int(),
  endsAtMs: z.int(),
  ...whose.shape,
})

const planFile = z.object({
  version: z.literal(1),
  generation: z.int().nonnegative(),
  rigId: z.string().max(200),
  windows: z.array(window).max(100_000),
  unrecorded: z.array(window).max(100_000).optional().catch(undefined),
})

/** A window with what makes a booking of it again when the database is lost. Plans of earlier versions have windows alone. */
export type PlannedBooking = PlannedWindow & z.infer<typeof whose>

/** `generation` grows with every change of a booking: the higher one is the newer truth. */
export type CapturePlan = {
  readonly generation: number
  readonly rigId: string
  readonly windows: readonly PlannedBooking[]
  /** Bookings that keep the court and are not captured: never the recorder's, only there to come back with a lost database. */
  readonly unrecorded?: readonly PlannedBooking[] | undefined
}

export async function writeCapturePlan(file: string, plan: CapturePlan): Promise<void> {
  await writeDurably(file, `${JSON.stringify({ version: 1, ...plan }, null, 1)}\n`)
}

/** The plan, or `undefined` when none was ever written. Errors: media_unreadable when it is no plan of ours. */
export async function readCapturePlan(file: string): Promise<CapturePlan | undefined> {
  const text = await readIfPresent(file)
  if (text === undefined) return undefined
  try {
    return planFile.parse(JSON.parse(text))
  } catch (cause) {
    throw new EzrecError('media_unreadable', `${file} is no capture plan`, {
      hint: 'any change of a booking writes it anew; keep the broken one for a report',
      cause,
    })
  }
}
