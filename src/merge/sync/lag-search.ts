// By how many frames what moves in one camera is seen later in the other one: foreground of the same places, correlated over lags.
// Pure. Never guesses: what does not stand out by itself is refused, with the reason.

/** A camera's cells, frame by frame; `undefined` where there was no picture of its own. */
export type CellSeries = readonly (Uint8Array | undefined)[]

export type Lag =
  | {
      readonly is: 'found'
      /** Frames by which the right series shows later what the left one shows. */
      readonly frames: number
      /** The peak over the next best lag. */
      readonly confidence: number
      readonly moving: number
    }
  | { readonly is: 'refused'; readonly why: Refusal; readonly moving: number }

/** `still-left`, `still-right`: only the other camera shows movement: it is frozen, covered, or not looking there. */
export const refusals = ['nothing-moves', 'still-left', 'still-right', 'indistinct', 'too-short'] as const
export type Refusal = (typeof refusals)[number]

/** Code values: what a sensor's noise, an encoder's key frames and slow light stay below. */
const noiseBelow = 12
/** Frames around the peak that belong to it: somebody crosses a cell in about so long. Of the coarse search: coarse ones. */
const nearPeak = 8
const farPeak = 3
/** A camera that gave fewer pictures than this was not there. */
const leastFrames = 25
/** A peak that is no higher than this over the next best may be chance. */
const leastConfidence = 2
const leastPeak = 0.3
/** So many cells must see somebody. */
const leastMoving = 8
/** A lag that only a few pictures share says little: its energy counts as at least this share of all. */
const leastShared = 0.25

/** Lags of `-reach` to `reach` frames. The series start at the same instant. Far ones are looked for in two steps: coarsely, then around what was found. */
export function findLag(left: CellSeries, right: CellSeries, reach: number): Lag {
  if (reach <= nearReach) return lagWithin(left, right, { reach, centre: 0, peakReach: nearPeak })
  const coarse = lagWithin(merged(left), merged(right), { reach: Math.ceil(reach / step), centre: 0, peakReach: farPeak })
  if (coarse.is === 'refused') return coarse
  const fine = lagWithin(left, right, { reach: nearReach / 2, centre: Math.round(coarse.frames * step), peakReach: nearPeak })
  return fine.is === 'refused' ? fine : { ...fine, confidence: Math.min(fine.confidence, coarse.confidence) }
}

/** Frames from which on a search is made in two steps, and how many of them become one in the first. */
const nearReach = 90
const step = 5

/** Each `step` frames as one: the mean of what they show. */
function merged(series: CellSeries): CellSeries {
  return Array.from({ length: Math.floor(series.length / step) }, (_, n) => {
    const shown = series.slice(n * step, (n + 1) * step).filter((each) => each !== undefined)
    const [first] = shown
    return first?.map((_, cell) => shown.reduce((sum, each) => sum + (each[cell] ?? 0), 0) / shown.length)
  })
}

type Search = { readonly reach: number; readonly centre: number; readonly peakReach: number }

function lagWithin(left: CellSeries, right: CellSeries, { reach, centre, peakReach }: Search): Lag {
  const cells = (left.find((each) => each) ?? right.find((each) => each))?.length ?? 0
  const [p, q] = [foregroundOf(left, cells), foregroundOf(right, cells)]
  const moving = countWhere(cells, (cell) => p.hits[cell] !== 0 && q.hits[cell] !== 0)
  const refused = (why: Refusal): Lag => ({ is: 'refused', why, moving })
  if (p.frames < leastFrames || q.frames < leastFrames) return refused('too-short')
  const [inLeft, inRight] = [p, q].map(({ hits }) => countWhere(cells, (cell) => hits[cell] !== 0))
  if ((inLeft ?? 0) < leastMoving && (inRight ?? 0) < leastMoving) return refused('nothing-moves')
  if ((inLeft ?? 0) < leastMoving) return refused('still-left')
  if ((inRight ?? 0) < leastMoving) return refused('still-right')
  if (moving < leastMoving) return refused('indistinct')
  const scores = normalised(correlated(p, q, cells, reach, centre), p, q, reach, centre)
  const best = scores.reduce((high, score, n) => (score > (scores[high] ?? 0) ? n : high), 0)
  const peak = scores[best] ?? 0
  const next = scores.reduce((high, score, n) => (Math.abs(n - best) > peakReach ? Math.max(high, score) : high), 0)
  const [before, after] = [scores[best - 1], scores[best + 1]]
  if (before === undefined || after === undefined || peak < leastPeak || peak < leastConfidence * next) return refused('indistinct')
  const fraction = fractionOf(before, peak, after)
  return { is: 'found', frames: best - reach + centre + fraction, confidence: Math.min(99, peak / Math.max(next, 1e-9)), moving }
}

/** Where the top stands between three scores. Somebody who crosses a cell makes a peak that is sharper than a parabola and rounder than a roof:
 *  the mean of the two tops. Measured on drawn pictures at tenths of a frame: a parabola alone is drawn to whole frames by up to 0.04. */
function fractionOf(before: number, peak: number, after: number): number {
  const parabola = 2 * (2 * peak - before - after)
  const roof = 2 * (peak - Math.min(before, after))
  return parabola > 0 && roof > 0 ? ((after - before) / parabola + (after - before) / roof) / 2 : 0
}

/** What differs from how a cell usually is, cell by cell: when, and by how much. */
type Foreground = {
  readonly frames: number
  /** By cell: how many entries it has. */
  readonly hits: Uint16Array
  /** By cell: where its entries begin. */
  readonly starts: Int32Array
  readonly times: Int16Array
  readonly values: Int16Array
  /** By frame: the sum of squares; -1 where there is no picture. */
  readonly energy: Float64Array
}

function foregroundOf(series: CellSeries, cells: number): Foreground {
  const energy = Float64Array.from(series, (each) => (each ? 0 : -1))
  const shown = series.flatMap((each, frame) => (each ? [{ frame, cells: each }] : []))
  const hits = new Uint16Array(cells)
  const starts = new Int32Array(cells)
  let times = new Int16Array(4096)
  let values = new Int16Array(4096)
  let count = 0
  const histogram = new Uint16Array(256)
  for (let cell = 0; cell < cells; cell += 1) {
    starts[cell] = count
    const usual = medianOf(shown, cell, histogram)
    if (count + shown.length > times.length) [times, values] = [grown(times), grown(values)]
    for (const each of shown) {
      const differs = (each.cells[cell] ?? 0) - usual
      if (differs < noiseBelow && differs > -noiseBelow) continue
      times[count] = each.frame
      values[count] = differs
      energy[each.frame] = (energy[each.frame] ?? 0) + differs * differs
      count += 1
    }
    hits[cell] = count - (starts[cell] ?? 0)
  }
  return { frames: shown.length, hits, starts, times, values, energy }
}

function medianOf(shown: readonly { readonly cells: Uint8Array }[], cell: number, histogram: Uint16Array): number {
  histogram.fill(0)
  for (const { cells } of shown) {
    const value = cells[cell] ?? 0
    histogram[value] = (histogram[value] ?? 0) + 1
  }
  let below = 0
  for (let value = 0; value < 256; value += 1) {
    below += histogram[value] ?? 0
    if (below * 2 > shown.length) return value
  }
  return 255
}

function grown(array: Int16Array<ArrayBuffer>): Int16Array<ArrayBuffer> {
  const larger = new Int16Array(array.length * 2)
  larger.set(array)
  return larger
}

/** By lag, the sum of products over all cells. */
function correlated(p: Foreground, q: Foreground, cells: number, reach: number, centre: number): Float64Array {
  const sums = new Float64Array(2 * reach + 1)
  for (let cell = 0; cell < cells; cell += 1) {
    const [from, start] = [p.starts[cell] ?? 0, q.starts[cell] ?? 0]
    const [to, end] = [from + (p.hits[cell] ?? 0), start + (q.hits[cell] ?? 0)]
    let first = start
    for (let i = from; i < to; i += 1) {
      const earliest = (p.times[i] ?? 0) + centre - reach
      const latest = earliest + 2 * reach
      while (first < end && (q.times[first] ?? 0) < earliest) first += 1
      const value = p.values[i] ?? 0
      for (let j = first; j < end; j += 1) {
        const time = q.times[j] ?? 0
        if (time > latest) break
        sums[time - earliest] = (sums[time - earliest] ?? 0) + value * (q.values[j] ?? 0)
      }
    }
  }
  return sums
}

/** Each sum over the energy of the frames that its lag compares: 1 where both show the same. */
function normalised(sums: Float64Array, p: Foreground, q: Foreground, reach: number, centre: number): Float64Array {
  const all = ({ energy }: Foreground): number => energy.reduce((total, each) => total + Math.max(0, each), 0)
  const least = leastShared * Math.sqrt(all(p) * all(q))
  return sums.map((sum, n) => {
    const lag = n - reach + centre
    let ofLeft = 0
    let ofRight = 0
    for (let frame = Math.max(0, -lag); frame < p.energy.length && frame + lag < q.energy.length; frame += 1) {
      const a = p.energy[frame] ?? -1
      const b = q.energy[frame + lag] ?? -1
      if (a < 0 || b < 0) continue
      ofLeft += a
      ofRight += b
    }
    return sum / Math.max(Math.sqrt(ofLeft * ofRight), least, 1)
  })
}

function countWhere(cells: number, is: (cell: number) => boolean): number {
  let count = 0
  for (let cell = 0; cell < cells; cell += 1) if (is(cell)) count += 1
  return count
}
