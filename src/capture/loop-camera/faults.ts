// The faults that a simulated camera can be told to have, and what they mean at an instant.
// Pure; the camera itself carries them out.

import { z } from 'zod'

const span = z.object({ fromSeconds: z.number().nonnegative(), toSeconds: z.number().positive() })

/** All times in seconds since the camera's first frame. */
export const faultsSchema = z.object({
  /** Pictures stand still, the stream goes on; from the next key frame. */
  freeze: span.optional(),
  /** Pictures are black, the stream goes on; from the next key frame. */
  blacken: span.optional(),
  /** Nothing is emitted, then it goes on with the next key frame. */
  drop: span.optional(),
  /** Ends abruptly with exit code 1. */
  dieSeconds: z.number().nonnegative().optional(),
  /** Stays alive, emits nothing, ignores SIGINT and SIGTERM. */
  hangSeconds: z.number().nonnegative().optional(),
})

type FaultSpan = z.infer<typeof span>
export type Faults = z.infer<typeof faultsSchema>

/** Which pictures a group that begins at this time shows. */
export function picturesAt(faults: Faults, seconds: number): 'live' | 'still' | 'black' {
  if (within(faults.blacken, seconds)) return 'black'
  return within(faults.freeze, seconds) ? 'still' : 'live'
}

type FrameFate = 'emit' | 'drop' | 'die' | 'hang'

/** What becomes of a frame captured at this time. */
export function frameFate(faults: Faults, seconds: number): FrameFate {
  if (faults.dieSeconds !== undefined && seconds >= faults.dieSeconds) return 'die'
  if (faults.hangSeconds !== undefined && seconds >= faults.hangSeconds) return 'hang'
  return within(faults.drop, seconds) ? 'drop' : 'emit'
}

const within = (over: FaultSpan | undefined, seconds: number): boolean =>
  over !== undefined && seconds >= over.fromSeconds && seconds < over.toSeconds
