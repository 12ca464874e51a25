// What a stitched film is worth beside the truth, from the luma of its frames: PSNR and SSIM by region, and the step at the seam. Pure.
// Never looks at the counters that the cameras burnt in: the truth has none.

import { overlap, panorama } from './geometry.ts'
import { structureOf, type Grey } from './structure.ts'

export type Likeness = { readonly psnr: number; readonly ssim: number }

export type Quality = {
  readonly left: Likeness
  readonly overlap: Likeness
  readonly right: Likeness
  readonly all: Likeness
  /** The largest difference between neighbouring means of 16 columns around the seam, in steps of 255, and where it is. */
  readonly seamStep: number
  readonly seamAt: number
  /** The same, usual elsewhere. */
  readonly usualStep: number
  readonly frames: number
}

const regions = {
  left: [0, overlap.from],
  overlap: [overlap.from, overlap.to],
  right: [overlap.to, panorama.width],
  all: [0, panorama.width],
} as const satisfies Record<string, readonly [number, number]>

type Region = keyof typeof regions
const names = ['left', 'overlap', 'right', 'all'] as const satisfies readonly Region[]

/** Where a counter may stand, with what a lens or a warp makes of it. */
const counters = [
  { x: 0, y: 0, width: 300, height: 110 },
  { x: 2950, y: 0, width: panorama.width - 2950, height: 80 },
] as const

export type Judge = {
  /** A frame of the film and the same one of the truth, both of the judge's size. */
  add(film: Grey, truth: Grey): void
  /** Errors: none; without frames all is NaN. */
  verdict(): Quality
}

export function openJudge({ width, height }: { readonly width: number; readonly height: number } = panorama): Judge {
  const sums = new Map<Region, { squared: number; index: number }>(names.map((name) => [name, { squared: 0, index: 0 }]))
  const columnErrors = new Float64Array(width)
  let frames = 0
  return {
    add: (film, truth) => {
      const shown = withoutCounters(film, truth)
      const index = structureOf(shown, truth)
      const [squares, indices] = [new Float64Array(width), new Float64Array(width)]
      for (let y = 0; y < height; y += 1)
        for (let x = 0; x < width; x += 1) {
          const at = y * width + x
          const error = (shown.values[at] ?? 0) - (truth.values[at] ?? 0)
          squares[x] = (squares[x] ?? 0) + error * error
          indices[x] = (indices[x] ?? 0) + (index[at] ?? 0)
          columnErrors[x] = (columnErrors[x] ?? 0) + error / height
        }
      for (const name of names) {
        const [from, to] = regions[name]
        const sum = sums.get(name)
        if (sum === undefined) continue
        sum.squared += meanOf(squares, from, to) / height
        sum.index += meanOf(indices, from, to) / height
      }
      frames += 1
    },
    verdict: () => {
      const likeness = (name: Region): Likeness => {
        const { squared, index } = sums.get(name) ?? { squared: Number.NaN, index: Number.NaN }
        return { psnr: round(10 * Math.log10(65_025 / (squared / frames)), 2), ssim: round(index / frames, 4) }
      }
      const errors = columnErrors.map((error) => error / frames)
      return {
        left: likeness('left'),
        overlap: likeness('overlap'),
        right: likeness('right'),
        all: likeness('all'),
        ...stepsOf(errors),
        frames,
      }
    },
  }
}

/** Columns whose means are compared with those of the next ones. */
const run = 16
/** The seam may lie anywhere in the overlap, and a little beside it. */
const seam = { from: 1380, to: 1980 } as const

/** From the mean error of each column: a step in brightness is a step in it. */
export function stepsOf(errors: Float64Array): Pick<Quality, 'seamStep' | 'seamAt' | 'usualStep'> {
  const means = Array.from({ length: errors.length - run + 1 }, (_, n) => meanOf(errors, n, n + run))
  const steps = Array.from({ length: means.length - run }, (_, n) => ({
    x: n + run,
    step: Math.abs((means[n + run] ?? 0) - (means[n] ?? 0)),
  }))
  const isSeam = ({ x }: { x: number }): boolean => x > seam.from && x < seam.to
  const largest = steps.filter(isSeam).reduce((best, each) => (each.step > best.step ? each : best), { x: 0, step: -1 })
  const elsewhere = steps.filter((each) => !isSeam(each)).map(({ step }) => step)
  return { seamStep: round(largest.step, 2), seamAt: largest.x, usualStep: round(median(elsewhere), 3) }
}

function withoutCounters(film: Grey, truth: Grey): Grey {
  const values = film.values.slice()
  for (const { x, y, width, height } of counters)
    for (let row = y; row < y + height; row += 1) {
      const at = row * film.width + x
      values.set(truth.values.subarray(at, at + width), at)
    }
  return { ...film, values }
}

function meanOf(values: Float64Array, from: number, to: number): number {
  let sum = 0
  for (let n = from; n < to; n += 1) sum += values[n] ?? 0
  return sum / (to - from)
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const half = sorted.length / 2
  return ((sorted[Math.ceil(half) - 1] ?? Number.NaN) + (sorted[Math.floor(half)] ?? Number.NaN)) / 2
}

const round = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits
