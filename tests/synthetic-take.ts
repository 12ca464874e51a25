// A take that never was: a camera with any start, clock and lag, as its journal would tell it, on a film grid of its own.
// Never on disk: for tests of what is decided from a take.

import type { Anchor, Camera, Take } from '../src/capture/take.ts'
import type { FilmGrid } from '../src/check/timeline.ts'

export const fps = 25
const boot = 'boot-1'
export const startsAtMs = 1_000_000_000
export const grid: FilmGrid = { bootId: boot, originUs: 500_000_000, startsAtMs, fps }

/** A camera that began at film time `fromMs` and ran for `seconds`; its clock runs `drift` ppm slow; arrivals lag by `lag` ms. */
export function aTake(options: {
  camera?: Camera
  fromMs: number
  seconds: number
  drift?: number
  lag?: (second: number) => number
  base?: number
  bootId?: string
  ended?: string
}): Take {
  const { camera = 'left', fromMs, seconds, drift = 0, lag = () => 0, base = 90_000, bootId = boot } = options
  const at = (ticks: number): number => grid.originUs + fromMs * 1_000 + ((ticks - base) * 100 * (1 + drift / 1e6)) / 9
  const numbers = Array.from({ length: Math.ceil(seconds / 4) }, (_, n) => n)
  const anchors: Anchor[] = Array.from({ length: seconds }, (_, s) => {
    const ticks = base + s * 90_000
    const monotonicUs = Math.round(at(ticks) + lag(s) * 1_000)
    return { ticks, monotonicUs, utcMs: startsAtMs + Math.round((monotonicUs - grid.originUs) / 1_000), frames: s * fps }
  })
  return {
    id: `${fromMs}`.padStart(12, '0'),
    rigId: 'rig',
    camera,
    folder: '/nowhere',
    bootId,
    begunAtMs: startsAtMs + fromMs,
    chain: { pid: 1, startTicks: 1 },
    source: undefined,
    segments: numbers.map((number) => {
      const frames = Math.min(4, seconds - number * 4) * fps
      const firstTicks = base + number * 360_000
      return { number, firstTicks, lastTicks: firstTicks + (frames - 1) * 3_600, frames, bytes: 1, sha256: '' }
    }),
    opened: numbers.map((number) => ({ number, firstTicks: base + number * 360_000 })),
    anchors,
    ended: options.ended === undefined ? undefined : { cause: options.ended, detail: '', atMs: 0 },
  }
}
