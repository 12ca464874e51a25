// How far the right camera lags the left one, from the pictures themselves: fed with both as they are decoded, asked every few seconds.
// Pairs nothing by counting: each picture comes with its capture time, and one that is repeated or missing is simply not there.

import type { Camera } from '../../capture/take.ts'
import type { PictureSize } from '../picture.ts'
import type { Calibration } from '../stitch/calibration.ts'
import { findLag, type Refusal } from './lag-search.ts'
import { openCellSampler, overlapCells, type CellSampler } from './overlap-cells.ts'

/** `cells` are looked at, `moving` of them saw somebody in both cameras. */
export type OffsetVerdict =
  | {
      readonly is: 'measured'
      /** What the right camera shows of an instant has a capture time later by this than what the left one shows of it. */
      readonly offsetMs: number
      /** The peak over the next best one. */
      readonly confidence: number
      readonly cells: number
      readonly moving: number
    }
  | { readonly is: 'refused'; readonly why: Refusal; readonly cells: number; readonly moving: number }

export type OffsetMeter = {
  /** A picture of its own, luma plane first. Times are microseconds of one clock for both cameras and grow for each. */
  see(camera: Camera, atUs: number, luma: Uint8Array): void
  /** What the pictures since the last call tell: some 5 s of them are wanted. They are forgotten. */
  judge(): OffsetVerdict
}

export type OffsetMeterOptions = {
  readonly calibration: Calibration
  /** Of the pictures, which may be smaller than those that were calibrated. */
  readonly size: Readonly<Record<Camera, PictureSize>>
  readonly fps: number
  /** Frames to look for an offset, either way. */
  readonly reach?: number
}

const usualReach = 90

/** Pictures of a longer stretch are not kept: nobody asked in time. */
const longestSeconds = 40

/** Errors: invalid, when the calibration makes no canvas. */
export function openOffsetMeter({ calibration, size, fps, reach = usualReach }: OffsetMeterOptions): OffsetMeter {
  const cells = overlapCells(calibration)
  const open = (camera: Camera): CellSampler =>
    openCellSampler(
      cells.map((cell) => cell[camera]),
      calibration[camera],
      size[camera],
    )
  const samplers = { left: open('left'), right: open('right') }
  let startUs: number | undefined
  let tracks = { left: openTrack(), right: openTrack() }
  return {
    see: (camera, atUs, luma) => {
      startUs ??= atUs
      const position = ((atUs - startUs) * fps) / 1e6
      if (Math.abs(position) <= longestSeconds * fps) tracks[camera].add(position, () => samplers[camera](luma))
    },
    judge: () => {
      const { left, right } = tracks
      tracks = { left: openTrack(), right: openTrack() }
      startUs = undefined
      const first = Math.min(left.first(), right.first())
      const lag = findLag(left.series(first), right.series(first), reach)
      if (lag.is === 'refused') return { ...lag, cells: cells.length }
      const frames = lag.frames + right.phase() - left.phase()
      return { is: 'measured', offsetMs: (frames * 1_000) / fps, confidence: lag.confidence, cells: cells.length, moving: lag.moving }
    },
  }
}

type Track = {
  /** A picture at this place, in frames with a fraction. */
  add(position: number, sample: () => Uint8Array): void
  /** The whole frame of its first picture. */
  first(): number
  /** From a whole frame on. */
  series(from: number): (Uint8Array | undefined)[]
  /** How far its pictures lie behind whole frames, on average. */
  phase(): number
}

/** Of one camera. Whole frames are counted from picture to picture, so that a clock that is a little off never puts two on one. */
function openTrack(): Track {
  const samples = new Map<number, Uint8Array>()
  let first = Number.POSITIVE_INFINITY
  let last: { readonly frame: number; readonly position: number } | undefined
  let phases = 0
  return {
    add: (position, sample) => {
      const frame = last ? last.frame + Math.round(position - last.position) : Math.round(position)
      if (last && frame <= last.frame) return
      samples.set(frame, sample())
      phases += position - frame
      first = Math.min(first, frame)
      last = { frame, position }
    },
    first: () => first,
    series: (from) => (last && Number.isFinite(from) ? Array.from({ length: last.frame - from + 1 }, (_, n) => samples.get(from + n)) : []),
    phase: () => phases / Math.max(1, samples.size),
  }
}
