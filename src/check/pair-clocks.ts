// What a film's footage tells of the two cameras' clocks: how fast each runs against ours, and how far apart they take their pictures.
// Pure: takes and a grid in, measurements out; what cannot be measured comes with the reason.

import { cameras, type Camera, type Take } from '../capture/take.ts'
import { fitClock, type ClockFit, type Measured } from './clock-fit.ts'
import { segmentsWithin } from './coverage.ts'
import type { FilmGrid } from './timeline.ts'

/** A measurement, or why there is none. */
export type Known<T> = { readonly is: 'known'; readonly value: T } | { readonly is: 'unknown'; readonly why: string }

export type PairOffset = {
  /** Capture instant of the right camera's picture minus the left one's, of the same film frame; milliseconds. */
  readonly ms: Measured
  /** The first frame that both cameras hold. */
  readonly frame: number
}

export type PairClocks = {
  readonly drift: Readonly<Record<Camera, Known<{ readonly ppm: Measured; readonly seconds: number; readonly anchors: number }>>>
  readonly offset: Known<PairOffset>
}

/** Measured over the film alone, frames `[0, frames)`: what its takes recorded before and after belongs to others. */
export function measureClocks(grid: FilmGrid, takes: readonly Take[], frames: number): PairClocks {
  const own = { left: takesOf('left', takes), right: takesOf('right', takes) }
  const fits = {
    left: fitClock(own.left.map((take) => anchorsWithin(grid, take, frames))),
    right: fitClock(own.right.map((take) => anchorsWithin(grid, take, frames))),
  }
  return { drift: { left: driftOf(fits.left), right: driftOf(fits.right) }, offset: offsetOf(grid, own, fits, frames) }
}

const takesOf = (camera: Camera, takes: readonly Take[]): Take[] => takes.filter((take) => take.camera === camera)

function anchorsWithin(grid: FilmGrid, take: Take, frames: number): Take['anchors'] {
  const lengthMs = (frames * 1_000) / grid.fps
  return take.anchors.filter(({ monotonicUs, utcMs }) => {
    const atMs = take.bootId === grid.bootId ? (monotonicUs - grid.originUs) / 1_000 : utcMs - grid.startsAtMs
    return atMs >= 0 && atMs <= lengthMs
  })
}

function driftOf({ driftPpm, seconds, anchors }: ClockFit): PairClocks['drift'][Camera] {
  if (driftPpm) return { is: 'known', value: { ppm: driftPpm, seconds, anchors } }
  if (anchors === 0) return { is: 'unknown', why: 'no footage of this camera lies in the film' }
  return { is: 'unknown', why: 'less than 10 s of footage: too short for a drift' }
}

/** Where a camera's picture of a film frame stands: which of its takes, and its time stamp. */
type Place = { readonly run: number; readonly take: Take; readonly ticks: number }

function offsetOf(
  grid: FilmGrid,
  takes: Readonly<Record<Camera, readonly Take[]>>,
  fits: Readonly<Record<Camera, ClockFit>>,
  frames: number,
): PairClocks['offset'] {
  const held = { left: heldBy('left', grid, takes.left, frames), right: heldBy('right', grid, takes.right, frames) }
  const frame = firstCommon(held.left, held.right)
  if (frame === undefined) return { is: 'unknown', why: 'no frame of the film is held by both cameras' }
  const places = cameras.map((camera) => placeOf(frame, held[camera], takes[camera], grid.fps))
  const [left, right] = places
  if (!left || !right) return { is: 'unknown', why: 'no frame of the film is held by both cameras' }
  if (left.take.bootId !== right.take.bootId)
    return { is: 'unknown', why: 'the cameras ran in different starts of the machine: their clocks share no time' }
  const [leftUs, rightUs] = [fits.left.at(left.run, left.ticks), fits.right.at(right.run, right.ticks)]
  if (!leftUs || !rightUs) return { is: 'unknown', why: 'too few arrivals were noted to say when a picture was captured' }
  const ms = {
    value: (rightUs.value - leftUs.value) / 1_000,
    uncertainty: Math.hypot(leftUs.uncertainty, rightUs.uncertainty) / 1_000,
  }
  return { is: 'known', value: { ms, frame } }
}

type Held = { readonly first: number; readonly end: number; readonly take: Take; readonly firstTicks: number; readonly firstFrame: number }

const heldBy = (camera: Camera, grid: FilmGrid, takes: readonly Take[], frames: number): Held[] =>
  segmentsWithin(grid, camera, takes, frames)
    .map(({ take, segment, firstFrame }) => ({
      first: Math.max(0, firstFrame),
      end: Math.min(frames, firstFrame + segment.frames),
      take,
      firstTicks: segment.firstTicks,
      firstFrame,
    }))
    .toSorted((a, b) => a.first - b.first)

function firstCommon(left: readonly Held[], right: readonly Held[]): number | undefined {
  for (let l = 0, r = 0; l < left.length && r < right.length;) {
    const [a, b] = [left[l], right[r]]
    if (!a || !b) return undefined
    const frame = Math.max(a.first, b.first)
    if (frame < Math.min(a.end, b.end)) return frame
    if (a.end <= b.end) l += 1
    else r += 1
  }
  return undefined
}

function placeOf(frame: number, held: readonly Held[], takes: readonly Take[], fps: number): Place | undefined {
  const found = held.find(({ first, end }) => first <= frame && frame < end)
  return (
    found && {
      run: takes.indexOf(found.take),
      take: found.take,
      ticks: found.firstTicks + ((frame - found.firstFrame) * 90_000) / fps,
    }
  )
}
