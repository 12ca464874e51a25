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

/** A step back of so much is no reordering of pictures. */
const anewSeconds = 1

/** `times` in seconds, in any order; as they stand in the file, where its stamps begin anew can be told. */
export function judgeTiming(times: readonly number[]): FilmTiming | { readonly fault: string; readonly hint?: string } {
  const sorted = Float64Array.from(times).toSorted()
  const [first, last] = [sorted[0], sorted.at(-1)]
  if (first === undefined || last === undefined) return { fault: 'it holds no picture' }
  if (last - first > mostSeconds) return { fault: `its time stamps span ${Math.round((last - first) / 3_600)} hours` }
  const step = usualStep(sorted)
  if (step === undefined)
    return sorted.length === 1 ? { rate: { num: 25, den: 1 }, seconds: 0.04, varies: false } : { fault: 'all its pictures have one time' }
  const usual = rateFor(step)
  if (!usual) return { fault: `its pictures come every ${(step * 1_000).toFixed(1)} ms: no rate from 10 to 120 a second fits` }
  const placed = placeAt(sorted, usual)
  const best = fits(placed) ? placed : otherwise(sorted)
  if (best) return { rate: best.rate, seconds: (best.total * best.rate.den) / best.rate.num, varies: sorted.length !== best.total }
  const anew = anewAfter(times)
  if (anew !== undefined)
    return {
      fault: `its time stamps begin anew after ${anew.toFixed(1)} s: it is two films, one behind the other`,
      hint: 'merge each by itself, or give it one clock first: ffmpeg -i IN -c copy OUT.mp4',
    }
  return {
    fault: `its rate varies too much: of ${placed.total} frames at ${told(usual)} a second ${placed.lost} would be missing, and ${placed.leftOut} of its ${sorted.length} pictures would be left out`,
  }
}

/** How pictures would stand at a rate: `total` frames, of which `lost` lie in holes too long to bridge; `off` is how far they stand from their frames, in seconds. */
type Placed = {
  readonly rate: Rate
  readonly pictures: number
  readonly leftOut: number
  readonly lost: number
  readonly total: number
  readonly off: number
}

function placeAt(sorted: Float64Array, rate: Rate): Placed {
  const fps = rate.num / rate.den
  const first = sorted[0] ?? 0
  let [frames, lost, off, before] = [0, 0, 0, -1]
  for (const time of sorted) {
    const exact = (time - first) * fps
    const frame = Math.round(exact)
    off += Math.abs(exact - frame) / fps
    if (frame === before) continue
    lost += frames === 0 ? 0 : holeOf(frame - before - 1)
    frames += 1
    before = frame
  }
  return { rate, pictures: sorted.length, leftOut: sorted.length - frames, lost, total: before + 1, off: off / sorted.length }
}

const fits = ({ pictures, leftOut, lost, total }: Placed): boolean => leftOut <= pictures * 0.05 && lost <= total * 0.1

/** The rate on whose grid the pictures of an uneven film stand: of those that lose least the one they lie nearest to, then the lowest. A film of which
 *  most frames would be repeats has no rate. */
function otherwise(sorted: Float64Array): Placed | undefined {
  const loss = ({ leftOut, lost }: Placed): number => leftOut + lost
  const all = rates.map((rate) => placeAt(sorted, rate)).filter((each) => fits(each) && (each.pictures - each.leftOut) * 2 >= each.total)
  return all.reduce<Placed | undefined>((best, each) => {
    if (!best || loss(each) < loss(best)) return each
    return loss(each) === loss(best) && each.off < best.off - 1e-6 ? each : best
  }, undefined)
}

/** Seconds of film before the first picture that stands far before one that came earlier; `undefined` when none does. */
function anewAfter(times: readonly number[]): number | undefined {
  const first = times[0] ?? 0
  let highest = first
  for (const time of times) {
    if (time < highest - anewSeconds) return highest - first
    highest = Math.max(highest, time)
  }
  return undefined
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
