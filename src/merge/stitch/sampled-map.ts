// A warp map along rows of a canvas plane, quickly: asked at every eighth pixel, filled in between, asked everywhere where it bends too much.
// Pure. Never further from the map than 1/100 pixel where it is smooth.

import type { PictureSize } from '../picture.ts'
import type { WarpMap } from './warp-map.ts'

/** Of each pixel of a row, the point of the source plane that it shows: x in 1/64 pixel, y in 1/128, both -1 where nothing is shown. */
export type SourcePoints = { readonly x: Int32Array; readonly y: Int32Array }

export type Plane = 'luma' | 'chroma'

export const stepsX = 64
export const stepsY = 128

export type RowSampler = {
  /** Fills `[from, to)` of the points, at least. Whether all of them are shown. */
  fill(row: number, from: number, to: number): boolean
  /** Fills the one pixel, from the map itself. */
  fillOne(row: number, x: number): boolean
  readonly points: SourcePoints
}

/** `source` is the luma size of the picture that the map leads into, `width` that of the canvas plane. */
export function openRowSampler(map: WarpMap, plane: Plane, width: number, source: PictureSize): RowSampler {
  const asked = plane === 'luma' ? map : chromaMap(map)
  const half = plane === 'luma' ? 1 : 2
  const [lastX, lastY] = [(source.width / half - 1) * stepsX, (source.height / half - 1) * stepsY]
  const points = { x: new Int32Array(width).fill(-1), y: new Int32Array(width).fill(-1) }
  const samples = Math.ceil(width / cell) * 2 + 2
  const [us, vs] = [new Float64Array(samples), new Float64Array(samples)]
  const fillOne = (row: number, x: number): boolean => {
    const at = asked(x, row)
    points.x[x] = at ? whole(at.x * stepsX, lastX) : -1
    points.y[x] = at ? whole(at.y * stepsY, lastY) : -1
    return at !== undefined
  }
  return {
    points,
    fillOne,
    fill: (row, from, to) => {
      const [first, end] = [Math.floor(from / cell), Math.ceil(Math.min(to, width) / cell)]
      for (let n = 2 * first; n <= 2 * end; n += 1) {
        const at = asked(n * spacing, row)
        us[n] = at ? at.x * stepsX : Number.NaN
        vs[n] = at ? at.y * stepsY : Number.NaN
      }
      let isAll = true
      for (let n = first; n < end; n += 1) {
        const x = n * cell
        const until = Math.min(x + cell, width)
        const k = 2 * n
        if (isNothing(us, k)) {
          points.x.fill(-1, x, until)
          isAll &&= until <= from || x >= to
        } else if (isBent(us, k, first, end, stepsX) || isBent(vs, k, first, end, stepsY)) {
          for (let each = x; each < until; each += 1) {
            const isShown = fillOne(row, each)
            isAll &&= isShown || each < from || each >= to
          }
        } else {
          fillParabola(points.x, us, k, x, until, lastX)
          fillParabola(points.y, vs, k, x, until, lastY)
        }
      }
      return isAll
    },
  }
}

const spacing = 8
const cell = 2 * spacing
const mostBend = 1 / 8

/** Chroma is sited at the left: beside the even luma columns, between two luma rows. */
const chromaMap =
  (map: WarpMap): WarpMap =>
  (x, y) => {
    const at = map(2 * x, 2 * y + 0.5)
    return at ? { x: at.x / 2, y: (at.y - 0.5) / 2 } : undefined
  }

const isNothing = (of: Float64Array, k: number): boolean => Number.isNaN(of[k]) && Number.isNaN(of[k + 1]) && Number.isNaN(of[k + 2])

/** The fourth point tells how far the parabola through three of them may be off: by 0.064 of their third difference. */
function isBent(of: Float64Array, k: number, first: number, end: number, steps: number): boolean {
  const a = of[k] ?? Number.NaN
  const b = of[k + 1] ?? Number.NaN
  const c = of[k + 2] ?? Number.NaN
  const most = mostBend * steps
  const after = k + 3 <= 2 * end ? thirdDifference(a, b, c, of[k + 3] ?? Number.NaN) : Number.NaN
  if (after <= most) return false
  const before = k - 1 >= 2 * first ? thirdDifference(of[k - 1] ?? Number.NaN, a, b, c) : Number.NaN
  return !(Number.isNaN(after) && before <= most)
}

const thirdDifference = (a: number, b: number, c: number, d: number): number => Math.abs(d - 3 * c + 3 * b - a)

function fillParabola(into: Int32Array, of: Float64Array, k: number, x: number, until: number, last: number): void {
  const a = of[k] ?? 0
  const b = of[k + 1] ?? 0
  const c = of[k + 2] ?? 0
  const rise = (b - a) / spacing
  const bend = (c - 2 * b + a) / (2 * spacing * spacing)
  for (let n = 0; n < until - x; n += 1) into[x + n] = whole(a + n * rise + n * (n - spacing) * bend, last)
}

/** The nearest whole number from 0 to the last one: what lies half a pixel outside shows the edge. */
const whole = (value: number, last: number): number => {
  const rounded = (value + 0.5) | 0
  return rounded < 0 ? 0 : rounded > last ? last : rounded
}
