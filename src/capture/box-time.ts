// What time it is for this box: one offset from the monotonic clock to UTC per boot, and whether it may be believed.
// Pure: readings in, a verdict out. The wall clock is a witness here, not the judge: it may jump, the monotonic clock cannot.

import { planAt, type Margins, type PlannedWindow } from '../booking/schedule.ts'

/** UTC = monotonic clock + offset, for as long as a boot lasts. */
export type BoxTime = {
  readonly bootId: string
  readonly offsetUs: number
  /** False while the clock was never set since the boot: nothing is attributed to a booking by it. */
  readonly trusted: boolean
  /** When this boot's time was first looked at, on its monotonic clock. */
  readonly sinceUs: number
  /** A time server has set this clock since the boot. */
  readonly synchronized: boolean
  /** The wall clock has jumped and it is not yet known which of the two is right. */
  readonly doubt: { readonly offsetUs: number; readonly sinceUs: number } | undefined
}

export type Reading = {
  readonly monotonicUs: number
  readonly wallMs: number
  /** The kernel's word that a time server has set this clock; `undefined` when it cannot be asked. */
  readonly synchronized: boolean | undefined
  /** What the battery clock says, if there is one. */
  readonly rtcMs: number | undefined
  /** A single-board computer: without a battery its clock starts wherever it stood at the last shutdown. */
  readonly isBoard: boolean
  /** The newest instant that is known to have passed. */
  readonly floorMs: number
}

/** Below this the two clocks agree; reading them takes a moment. */
const noiseUs = 5_000
/** A larger difference is a jump; a smaller one is followed at once. */
const jumpUs = 500_000
/** A jump while the clock is untrusted means that somebody set it. */
const setUs = 2_000_000
/** A time server's first word, and its later corrections of less than a minute, are believed soon. Anything else must stand for long,
 *  and longer where a server has spoken: what moves such a clock by more is a fault that the server will mend. */
const usualCorrectionUs = 60_000_000
const usualStandsUs = 5_000_000
const unusualStandsUs = 600_000_000
const againstServerUs = 6 * 3_600 * 1e6
/** A battery clock that is off by more has lost its battery. */
const rtcToleranceMs = 60_000
/** How long the box may have been off, when it does not know: the windows of so long a stretch may be open now. */
const unknownMs = 6 * 3_600_000
/** So much is recorded on a guess and no more: a clock that is never set must not fill the disk. */
const longestGuessUs = 6 * 3_600 * 1e6

const offsetOf = ({ monotonicUs, wallMs }: Reading): number => wallMs * 1_000 - monotonicUs

/** UTC now, as the box has it. Milliseconds. */
export const boxNowMs = ({ offsetUs }: Pick<BoxTime, 'offsetUs'>, monotonicUs: number): number => (monotonicUs + offsetUs) / 1_000

/** The first verdict of a boot. */
export function firstBoxTime(bootId: string, reading: Reading): BoxTime {
  const synchronized = reading.synchronized === true
  return { bootId, offsetUs: offsetOf(reading), trusted: isCredible(reading), sinceUs: reading.monotonicUs, synchronized, doubt: undefined }
}

function isCredible({ wallMs, floorMs, synchronized, rtcMs, isBoard }: Reading): boolean {
  if (synchronized === true) return true
  if (wallMs < floorMs) return false
  return rtcMs === undefined ? !isBoard : Math.abs(rtcMs - wallMs) <= rtcToleranceMs
}

/** The verdict after another look. While `inWindow` is true the box keeps its own time: a running capture is never moved by a jump. */
export function nextBoxTime(time: BoxTime, reading: Reading, inWindow: boolean): BoxTime {
  const offsetUs = offsetOf(reading)
  const movedUs = Math.abs(offsetUs - time.offsetUs)
  const synchronized = time.synchronized || reading.synchronized === true
  if (!time.trusted) {
    const wasSet = movedUs >= setUs && reading.wallMs >= reading.floorMs
    return { ...time, offsetUs, synchronized, trusted: wasSet || isCredible(reading) }
  }
  if (movedUs < noiseUs) return { ...time, synchronized, doubt: undefined }
  if (movedUs < jumpUs) return { ...time, offsetUs, synchronized, doubt: undefined }
  const doubt = time.doubt && Math.abs(time.doubt.offsetUs - offsetUs) < jumpUs ? time.doubt : { offsetUs, sinceUs: reading.monotonicUs }
  const usual = reading.synchronized === true && (movedUs < usualCorrectionUs || !time.synchronized)
  const mustStandUs = usual ? usualStandsUs : time.synchronized ? againstServerUs : unusualStandsUs
  // The server's first word is kept for the moment of adoption: until then `synchronized` stays as it was.
  if (inWindow || reading.monotonicUs - doubt.sinceUs < mustStandUs) return { ...time, doubt }
  return { ...time, offsetUs, synchronized, doubt: undefined }
}

export type Wanted = {
  readonly capturing: boolean
  /** A booking's window is open by the box's own time: it is not moved now. */
  readonly inWindow: boolean
  readonly open: readonly string[]
  /** Captured because a booking may be running: the clock cannot say. */
  readonly guessed: boolean
}

/** What should be captured: whatever any credible time asks for. What proves to lie outside every window is erased later. */
export function wantedAt(time: BoxTime, monotonicUs: number, windows: readonly PlannedWindow[], margins: Margins, floorMs: number): Wanted {
  const nowMs = boxNowMs(time, monotonicUs)
  const own = planAt(nowMs, windows, margins)
  const inWindow = own.capturing && time.trusted
  const other = time.doubt && planAt(boxNowMs(time.doubt, monotonicUs), windows, margins)
  const guessed = !time.trusted && monotonicUs - time.sinceUs < longestGuessUs && mayBeOpen(Math.max(nowMs, floorMs), windows, margins)
  const open = own.capturing ? own.open : (other?.open ?? [])
  return { capturing: own.capturing || other?.capturing === true || guessed, inWindow, open, guessed: guessed || other?.capturing === true }
}

function mayBeOpen(earliestMs: number, windows: readonly PlannedWindow[], { leadInMs, tailMs }: Margins): boolean {
  return windows.some((window) => window.endsAtMs + tailMs > earliestMs && window.startsAtMs - leadInMs < earliestMs + unknownMs)
}
