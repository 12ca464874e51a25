// One accident, judged by what the recorder wrote: when it was seen, when the camera recorded again, and that the other one missed nothing.
// Pure: takes as their journals tell them, lines of the recorder's log, and the instants of the accident, all in the guest's time.

import type { Camera, Take } from '../../src/capture/take.ts'
import { offsetAt } from '../../src/check/camera-clock.ts'
import { framesBetween } from '../../src/check/timeline.ts'
import type { Point } from '../harness.ts'
import type { Accident } from './accidents.ts'

/** What the issue asks of every accident. */
export const limitsMs = { seen: 3_000, resumed: 5_000 } as const

export type DoneAccident = Accident & {
  readonly atMs: number
  /** The camera could be used again. */
  readonly backMs: number
}

/** Something that the recorder said of a camera. */
export type Told = { readonly atMs: number; readonly camera: Camera; readonly what: string }

export type Evidence = { readonly takes: readonly Take[]; readonly told: readonly Told[]; readonly fps: number }

/** The other camera is looked at from this long before to this long after. */
export const aroundMs = 1_500

export function judgeAccident(number: number, done: DoneAccident, { takes, told, fps }: Evidence): Point {
  const { kind, camera, atMs, backMs } = done
  const mine = takes.filter((take) => take.camera === camera)
  const hit = mine.findLast(({ begunAtMs, ended }) => begunAtMs <= atMs && (ended === undefined || ended.atMs >= atMs))
  const words = told.filter((each) => each.camera === camera && each.atMs >= atMs).map((each) => each.atMs)
  const seenMs = least([...words, ...(hit?.ended ? [hit.ended.atMs] : [])]) - atMs
  const firstAgain = least(
    mine
      .filter((take) => take !== hit)
      .flatMap(segmentTimes)
      .map(({ firstMs, lastMs, frames }) => firstFrom(backMs, firstMs, lastMs, frames)),
  )
  const resumedMs = firstAgain - backMs
  const otherLost = lostFrames(
    takes.filter((take) => take.camera !== camera),
    atMs - aroundMs,
    Math.max(backMs, Number.isFinite(firstAgain) ? firstAgain : backMs) + aroundMs,
    fps,
  )
  return {
    name: `${number}: ${kind} of ${camera}`,
    faults: [
      ...(hit ? [] : ['the camera was not recording before']),
      ...(seenMs <= limitsMs.seen ? [] : [`seen after ${shown(seenMs)}, at most ${limitsMs.seen} ms may be`]),
      ...(resumedMs <= limitsMs.resumed ? [] : [`recorded again after ${shown(resumedMs)}, at most ${limitsMs.resumed} ms may be`]),
      ...(otherLost === 0 ? [] : [`the other camera lost ${otherLost === undefined ? 'all' : `${otherLost} frames`}`]),
    ],
    figures: {
      awayMs: backMs - atMs,
      seenMs: finite(seenMs),
      resumedMs: finite(resumedMs),
      cause: hit?.ended?.cause ?? null,
      otherLostFrames: otherLost ?? null,
    },
  }
}

type SegmentTime = { readonly firstMs: number; readonly lastMs: number; readonly frames: number; readonly missing: number }

/** A take's closed segments on the wall clock. */
function segmentTimes(take: Take, fps = 1): SegmentTime[] {
  return take.segments.flatMap(({ firstTicks, lastTicks, frames }, n): SegmentTime[] => {
    const offset = offsetAt(take, firstTicks)
    if (!offset) return []
    const before = take.segments[n - 1]
    const hole = before ? framesBetween(before.lastTicks, firstTicks, fps) - 1 : 0
    const missing = framesBetween(firstTicks, lastTicks, fps) + 1 - frames
    return [
      { firstMs: offset.utcUs / 1_000 + firstTicks / 90, lastMs: offset.utcUs / 1_000 + lastTicks / 90, frames, missing: missing + hole },
    ]
  })
}

/** The first picture at or after an instant, by even steps; none is infinitely late. */
function firstFrom(fromMs: number, firstMs: number, lastMs: number, frames: number): number {
  if (firstMs >= fromMs) return firstMs
  if (lastMs < fromMs || frames < 2) return Number.POSITIVE_INFINITY
  const stepMs = (lastMs - firstMs) / (frames - 1)
  return firstMs + Math.ceil((fromMs - firstMs) / stepMs) * stepMs
}

/** Frames that a camera did not keep between two instants; `undefined` when no one take spans them. */
function lostFrames(takes: readonly Take[], fromMs: number, toMs: number, fps: number): number | undefined {
  for (const take of takes) {
    const times = segmentTimes(take, fps)
    const [first, last] = [times[0], times.at(-1)]
    if (!first || !last || first.firstMs > fromMs || last.lastMs < toMs) continue
    return times
      .filter(({ firstMs, lastMs }) => lastMs >= fromMs && firstMs <= toMs)
      .reduce((sum, { missing }) => sum + Math.max(0, missing), 0)
  }
  return undefined
}

const least = (values: readonly number[]): number => values.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY)

const finite = (ms: number): number | null => (Number.isFinite(ms) ? Math.round(ms) : null)

const shown = (ms: number): string => (Number.isFinite(ms) ? `${Math.round(ms)} ms` : 'no time at all: never')
