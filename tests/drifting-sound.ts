// What two microphones at one place hear whose clocks run apart: one noise, drawn at the times of each.
// Never real time, nothing on disk.

import { seededRandom } from '../src/capture/pitch/random.ts'

export type DriftingSound = { readonly offsetMs: number; readonly driftPpm: number; readonly seed?: number }

/** Two films of so many seconds; the right one plays an instant later by `offsetMs` at its beginning, and by more later on. */
export function drifting(
  rate: number,
  seconds: number,
  { offsetMs, driftPpm, seed = 7 }: DriftingSound,
): { readonly left: Float32Array; readonly right: Float32Array } {
  const random = seededRandom(seed)
  const lead = Math.ceil((Math.abs(offsetMs) * rate) / 1_000) + 2 * reach
  let low = 0
  const scene = Float32Array.from({ length: rate * seconds + 2 * lead }, () => (low = 0.7 * low + 0.3 * (2 * random() - 1)))
  const left = scene.slice(lead, lead + rate * seconds)
  const right = left.map((_, n) => drawnAt(scene, lead + (n - (offsetMs * rate) / 1_000) / (1 + driftPpm * 1e-6)))
  return { left, right }
}

const reach = 8

/** Between two samples: a windowed sinc. */
function drawnAt(scene: Float32Array, at: number): number {
  const first = Math.floor(at)
  let sum = 0
  for (let n = 1 - reach; n <= reach; n += 1) {
    const away = n - (at - first)
    const sinc = Math.abs(away) < 1e-9 ? 1 : Math.sin(Math.PI * away) / (Math.PI * away)
    sum += (scene[first + n] ?? 0) * sinc * (0.5 + 0.5 * Math.cos((Math.PI * away) / (reach + 0.5)))
  }
  return sum
}
