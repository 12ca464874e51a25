// Whether a film's pictures can stand on a uniform grid, and at which rate: judged by their time stamps, not by what the container says of itself.
// Pure. A film is placed by time or refused with the reason; it is never stretched, and never paired by counting.

/** Frames a second as a fraction: 25/1, 30000/1001. */
export type Rate = { readonly num: number; readonly den: number }

export type FilmTiming = {
  readonly rate: Rate
  /** From the first picture to the end of the last one. */
  readonly seconds: number
  /** Not every picture stands one step after the one before. */
  readonly varies: boolean
}

/** Rates whose frames last a whole number of ticks of 90 kHz, the film's timescale; in growing order. */
const rates: readonly Rate[] = [
  ...[10, 12, 15, 16, 18, 20, 24, 25].map((num) => ({ num, den: 1 })),
  { num: 30_000, den: 1_001 },
  ...[30, 36, 40, 45, 48, 50, 60, 75, 90, 100, 120].map((num) => ({ num, den: 1 })),
]

/** A hole of so many frames is bridged by the picture before it. */
const bridged = 5

/** Longer than any booking: time stamps that span more are damage. */
const mostSeconds = 24 * 3_600

/** `times` in seconds, in any order. `undefined` for no picture at all. */
export function judgeTiming(times: readonly number[]): FilmTiming | { readonly fault: string } {
  const sorted = Float64Array.from(times).toSorted()
  const [first, last] = [sorted[0], sorted.at(-1)]
  if (first === undefined || last === undefined) return { fault: 'it holds no picture' }
  if (last - first > mostSeconds) return { fault: `its time stamps span ${Math.round((last - first) / 3_600)} hours` }
  const step = usualStep(sorted)
  if (step === undefined)
    return sorted.length === 1 ? { rate: { num: 25, den: 1 }, seconds: 0.04, varies: false } : { fault: 'all its pictures have one time' }
  const rate = rateFor(step)
  if (!rate) return { fault: `its pictures come every ${(step * 1_000).toFixed(1)} ms: no rate from 10 to 120 a second fits` }
  const fps = rate.num / rate.den
  const frames = new Set<number>()
  for (const time of sorted) frames.add(Math.round((time - first) * fps))
  const placed = [...frames]
  const lost = placed.slice(1).reduce((sum, frame, n) => sum + holeOf(frame - (placed[n] ?? 0) - 1), 0)
  const total = (placed.at(-1) ?? 0) + 1
  const seconds = total / fps
  if (sorted.length - frames.size > sorted.length * 0.05 || lost > total * 0.1)
    return {
      fault: `its rate varies too much: of ${total} frames at ${told(rate)} a second ${lost} would be missing, and ${sorted.length - frames.size} of its ${sorted.length} pictures would be left out`,
    }
  return { rate, seconds, varies: sorted.length !== total }
}

const holeOf = (frames: number): number => (frames > bridged ? frames : 0)

export const told = ({ num, den }: Rate): string => (den === 1 ? String(num) : `${num}/${den}`)

/** The rate of two films put together: the higher one, so that no picture is left out. */
export const higherRate = (a: Rate, b: Rate): Rate => (a.num * b.den >= b.num * a.den ? a : b)

/** The nearest rate within 2 %, else the next higher one: pictures are repeated now and then, none is lost. */
function rateFor(step: number): Rate | undefined {
  const fps = 1 / step
  const off = ({ num, den }: Rate): number => Math.abs(num / den / fps - 1)
  const nearest = rates.reduce((best, rate) => (off(rate) < off(best) ? rate : best))
  if (off(nearest) <= 0.02) return nearest
  return fps < 9 ? undefined : rates.find(({ num, den }) => num / den > fps)
}

/** The mean of the steps that are about as long as most: containers round times, and holes are no rate. Pictures of one time do not count. */
function usualStep(sorted: Float64Array): number | undefined {
  const steps = sorted
    .subarray(1)
    .map((time, n) => time - (sorted[n] ?? 0))
    .filter((step) => step > 1e-6)
    .toSorted()
  const median = steps[Math.floor(steps.length / 2)]
  if (median === undefined) return undefined
  const usual = steps.filter((step) => Math.abs(step - median) <= median / 4)
  return usual.reduce((sum, step) => sum + step, 0) / usual.length
}
