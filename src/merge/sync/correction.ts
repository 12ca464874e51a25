// By how many frames the right camera's pictures are taken later than the left one's, chunk by chunk: what was measured, followed slowly.
// Pure: the next chunk's shift follows from the chunks before it alone, so that a merge live, later or gone on with composes the same film.

import { medianOf } from './drift-fit.ts'
import type { Refusal } from './lag-search.ts'

/** What a window of some chunks told, or why it told nothing. */
export type SyncWindow =
  | {
      readonly is: 'measured'
      /** By capture times. */
      readonly offsetMs: number
      /** The shift that would put the two in step, with its fraction: what the offset is in frames, less where the clocks put the pictures. */
      readonly wantedFrames: number
      readonly confidence: number
      readonly cells: number
      readonly moving: number
    }
  | { readonly is: 'refused'; readonly why: Refusal; readonly cells: number; readonly moving: number }

/** A chunk of the film as sync sees it. */
export type SyncedChunk = {
  readonly firstFrame: number
  readonly frames: number
  /** Frames. */
  readonly shift: number
  /** That ended with this chunk. */
  readonly window?: SyncWindow | undefined
}

/** A picture keeps its partner until the pair is this many frames off: as the timeline does for one camera. */
const hysteresisFrames = 0.55
/** A window that is so distinct is believed alone. */
const aloneConfidence = 3
/** Two that are less distinct must agree. */
const agreeFrames = 0.5
/** The newest windows that count together. */
const recentWindows = 3
/** An offset beyond this was not looked for. */
const mostFrames = 90

/** Before the film: from its lead-in, at once, because nobody sees it jump. */
export function firstShift(leadIn: SyncWindow | undefined): number {
  return leadIn?.is === 'measured' && leadIn.confidence >= aloneConfidence ? bounded(Math.round(leadIn.wantedFrames)) : 0
}

/** For the chunk after these. At most one frame more or less, and at most one in a second. */
export function nextShift(start: number, chunks: readonly SyncedChunk[], fps: number): number {
  const shift = chunks.at(-1)?.shift ?? start
  const wanted = wantedOf(chunks)
  if (wanted === undefined || framesSinceChange(start, chunks) < fps) return shift
  return bounded(stepTowards(shift, wanted))
}

/** A frame nearer, once it is out of step. */
export const stepTowards = (shift: number, wanted: number): number =>
  Math.abs(wanted - shift) <= hysteresisFrames ? shift : shift + Math.sign(wanted - shift)

/** What the newest windows agree on. */
function wantedOf(chunks: readonly SyncedChunk[]): number | undefined {
  const measured = chunks.flatMap(({ window }) => (window?.is === 'measured' ? [window] : [])).slice(-recentWindows)
  const wanted = measured.map(({ wantedFrames }) => wantedFrames)
  const newest = measured.at(-1)
  const middle = medianOf(wanted)
  if (newest === undefined || middle === undefined) return undefined
  const agreeing = wanted.filter((each) => Math.abs(each - middle) <= agreeFrames)
  if (agreeing.length >= 2) return medianOf(agreeing)
  return measured.length === 1 && newest.confidence >= aloneConfidence ? newest.wantedFrames : undefined
}

/** Frames from the last change of the shift to the end of the last chunk. */
function framesSinceChange(start: number, chunks: readonly SyncedChunk[]): number {
  const last = chunks.at(-1)
  if (!last) return Number.POSITIVE_INFINITY
  const before = chunks.findLastIndex(({ shift }) => shift !== last.shift)
  const changed = chunks[before + 1]
  if (!changed || (before < 0 && changed.shift === start)) return Number.POSITIVE_INFINITY
  return last.firstFrame + last.frames - changed.firstFrame
}

const bounded = (shift: number): number => Math.max(-mostFrames, Math.min(mostFrames, shift))
