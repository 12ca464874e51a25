// What a loop camera is told on its command line: which loops it plays and how its clock and its faults differ from a perfect one.
// Never touches a file: the loops are ready before the camera starts.

import { z } from 'zod'
import { faultsSchema } from './faults.ts'

export const cameraSettingsSchema = z.object({
  /** Folders of ready loops; `still` and `black` only where a fault needs them. */
  loops: z.object({ live: z.string(), still: z.string().optional(), black: z.string().optional() }),
  phaseMs: z.number().nonnegative(),
  /** Emission is this much later than capture; the time stamps do not tell. Milliseconds. */
  latencyMs: z.number().nonnegative(),
  driftPpm: z.number(),
  /** PTS of the first frame in 90 kHz ticks. */
  firstPtsTicks: z.int().nonnegative(),
  faults: faultsSchema,
})

export type CameraSettings = z.infer<typeof cameraSettingsSchema>
