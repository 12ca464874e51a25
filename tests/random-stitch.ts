// Random panoramas for the tests of the stitch: maps of all kinds that a rig, a bad calibration or nobody would have.
// Never meant to look like anything.

import fc from 'fast-check'
import { seededRandom } from '../src/capture/pitch/random.ts'
import type { PictureSize } from '../src/merge/picture.ts'
import { pictureBytes } from '../src/merge/picture.ts'
import type { Exposure } from '../src/merge/stitch/exposure.ts'
import { apply, type Point } from '../src/merge/stitch/homography.ts'
import { distort } from '../src/merge/stitch/lens.ts'
import type { StitchGeometry } from '../src/merge/stitch/stitch-geometry.ts'
import type { WarpMap } from '../src/merge/stitch/warp-map.ts'

const between = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true })
const even = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min: min / 2, max: max / 2 }).map((half) => 2 * half)

const sizes = (least: number): fc.Arbitrary<PictureSize> => fc.record({ width: even(least, 96), height: even(4, 40) })

/** Places of a picture; what lies outside it is not shown. */
const within =
  ({ width, height }: PictureSize, place: (x: number, y: number) => Point | undefined): WarpMap =>
  (x, y) => {
    const at = place(x, y)
    return at && at.x >= -0.5 && at.y >= -0.5 && at.x <= width - 0.5 && at.y <= height - 0.5 ? at : undefined
  }

const shifts = fc.record({ x: fc.integer({ min: -40, max: 40 }), y: fc.integer({ min: -10, max: 10 }) }).map((by) => ({
  kind: 'shift',
  place: (x: number, y: number): Point => ({ x: x + by.x, y: y + by.y }),
}))

const homographies = fc
  .record({
    turn: between(-3.2, 3.2),
    scale: between(0.2, 6),
    x: between(-60, 60),
    y: between(-30, 30),
    g: between(-0.01, 0.01),
    h: between(-0.01, 0.01),
  })
  .map(({ turn, scale, x, y, g, h }) => {
    const [c, s] = [scale * Math.cos(turn), scale * Math.sin(turn)]
    return { kind: 'homography', place: (u: number, v: number): Point => apply([c, -s, x, s, c, y, g, h, 1], { x: u, y: v }) }
  })

/** As a rig's: little turned, about as large. */
const rigs = fc
  .record({ turn: between(-0.08, 0.08), scale: between(0.8, 1.3), x: between(-60, 20), y: between(-5, 5), g: between(-0.002, 0.002) })
  .map(({ turn, scale, x, y, g }) => {
    const [c, s] = [scale * Math.cos(turn), scale * Math.sin(turn)]
    return { kind: 'rig', place: (u: number, v: number): Point => apply([c, -s, x, s, c, y, g, 0, 1], { x: u, y: v }) }
  })

const cylinders = fc.record({ focalPx: between(20, 200), middle: between(-20, 120) }).map(({ focalPx, middle }) => ({
  kind: 'cylinder',
  place: (x: number, y: number): Point | undefined => {
    const angle = (x - middle) / focalPx
    return Math.abs(angle) < 1.5 ? { x: 40 + focalPx * Math.tan(angle), y: y / Math.cos(angle) } : undefined
  },
}))

const lenses = fc
  .record({ focalPx: between(20, 200), centreX: between(0, 90), centreY: between(0, 40), k1: between(-0.5, 0.5), k2: between(-0.2, 0.2) })
  .map((lens) => {
    const place = distort(lens)
    return { kind: 'lens', place: (x: number, y: number): Point | undefined => place({ x, y }) }
  })

const swirlsOf = (leastReach: number) =>
  fc
    .record({ x: between(0, 90), y: between(0, 40), turn: between(-6, 6), reach: between(leastReach, 60) })
    .map(({ x, y, turn, reach }) => ({
      kind: 'swirl',
      place: (u: number, v: number): Point => {
        const [dx, dy] = [u - x, v - y]
        const angle = turn * Math.exp(-Math.hypot(dx, dy) / reach)
        return { x: x + dx * Math.cos(angle) - dy * Math.sin(angle), y: y + dx * Math.sin(angle) + dy * Math.cos(angle) }
      },
    }))

const seams = fc.record({
  points: fc.array(fc.record({ x: between(-20, 120), y: between(-5, 45) }), { minLength: 1, maxLength: 4 }),
  featherPx: fc.oneof(fc.constant(0), between(0, 12), between(0, 200)),
})

function geometriesOf(leastReach: number): fc.Arbitrary<StitchGeometry> {
  const places = fc.oneof(shifts, homographies, rigs, cylinders, lenses, swirlsOf(leastReach))
  return fc
    .record({ canvas: sizes(16), left: sizes(16), right: sizes(16), leftPlace: places, rightPlace: places, seam: seams })
    .map(({ canvas, left, right, leftPlace, rightPlace, seam }) => ({
      canvas,
      left,
      right,
      seam,
      maps: { left: within(left, leftPlace.place), right: within(right, rightPlace.place) },
    }))
}

export const geometries = geometriesOf(3)

/** Without swirls that are narrower than the pixels between two looks of a row sampler: those it may miss. */
export const sampledGeometries = geometriesOf(8)

const gains = fc.tuple(between(0.25, 1.99), between(-128, 128))
export const exposures: fc.Arbitrary<Exposure | undefined> = fc.option(fc.record({ y: gains, u: gains, v: gains }), { nil: undefined })

/** A picture of noise; about a third of it as bright or as dark as it can be. */
export function noise(size: PictureSize, seed: number): Buffer {
  const random = seededRandom(seed)
  return Buffer.from(
    Array.from({ length: pictureBytes(size) }, () => {
      const value = Math.floor(random() * 384)
      return value < 256 ? value : value < 320 ? 0 : 255
    }),
  )
}
