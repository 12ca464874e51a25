// A recording and its steps: what state it is in, what it is called, and what the customer is told.
// Pure; lives here because a recording begins with its capture, and later steps look back at it.

import { machine } from '../base/states.ts'
import type { Booking, BookingStatus } from '../booking/booking.ts'
import type { Arrangement } from './arrangement.ts'

export const stepNames = ['capture', 'check', 'merge', 'publish'] as const
export type StepName = (typeof stepNames)[number]
export type StepState = 'pending' | 'working' | 'done' | 'failed'

/** A step: claimed by a lease, done once, failed with a code, tried again by going back. */
export const stepMoves = machine<StepState>({
  pending: ['working', 'failed'],
  working: ['done', 'failed', 'pending'],
  failed: ['pending'],
  done: [],
})

export type Step = {
  readonly name: StepName
  readonly state: StepState
  readonly attempts: number
  readonly failedCode: string | null
  readonly failedMessage: string | null
}

export type Recording = Arrangement & {
  readonly id: string
  readonly bookingId: string
  readonly rigId: string
  /** Below the recordings folder. */
  readonly folder: string
  readonly startsAtMs: number
  readonly endsAtMs: number
  readonly fps: number
  readonly cameraWidth: number
  readonly cameraHeight: number
  /** What the film is synced by, and a panorama drawn by, as the merge fixed it: JSON, empty when there is none. */
  readonly calibration?: string | undefined
  /** The film was to have sound when it was opened. */
  readonly sound: boolean
  /** The film's first frame on the monotonic clock of a boot, once the merge has begun. */
  readonly origin: { readonly bootId: string; readonly us: number } | undefined
  readonly steps: readonly Step[]
}

export type RecordingState = 'opened' | 'capturing' | 'captured' | 'checked' | 'merged' | 'published' | 'failed'

/** Frames of the film: its window on the grid of its rate. */
export const filmFrames = (recording: Pick<Recording, 'startsAtMs' | 'endsAtMs' | 'fps'>): number =>
  Math.round(((recording.endsAtMs - recording.startsAtMs) * recording.fps) / 1_000)

/** One word for a recording, from its steps: the furthest that all before it have reached. */
export function recordingStateOf(steps: readonly Step[]): RecordingState {
  const stateOf = (name: StepName): StepState => steps.find((step) => step.name === name)?.state ?? 'pending'
  if (stateOf('publish') === 'done') return 'published'
  if (steps.some((step) => step.state === 'failed')) return 'failed'
  if (stateOf('merge') === 'done' && stateOf('capture') === 'done') return 'merged'
  if (stateOf('check') === 'done' && stateOf('capture') === 'done') return 'checked'
  if (stateOf('capture') === 'done') return 'captured'
  return stateOf('capture') === 'working' ? 'capturing' : 'opened'
}

/** The seed's customer word for a booking, from its recording (or from there being none) at an instant. Never better than the truth.
 *  Nothing is called missed while nobody knows what time it is. */
export function bookingStatusOf(
  booking: Booking,
  recording: Pick<Recording, 'steps'> | undefined,
  nowMs: number,
  clockTrusted = true,
): BookingStatus {
  if (booking.cancelledAtMs !== null) return 'cancelled'
  if (booking.unrecorded) return nowMs < booking.endsAtMs || !clockTrusted ? 'scheduled' : 'completed'
  if (!recording) return nowMs < booking.endsAtMs || !clockTrusted ? 'scheduled' : 'missed'
  switch (recordingStateOf(recording.steps)) {
    case 'published':
      return 'uploaded'
    case 'failed':
      return 'failed'
    case 'opened':
    case 'capturing':
      return nowMs < booking.startsAtMs ? 'scheduled' : nowMs < booking.endsAtMs ? 'recording' : 'completed'
    case 'captured':
      return 'completed'
    case 'checked':
    case 'merged':
    default:
      return 'processing'
  }
}
