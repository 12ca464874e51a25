// Looks along a ray through flat sheets that stand in the world, the nearest first, to what is behind them all.
// Pure: a scene is a list of sheets; never knows what is painted on them.

import type { Rgb } from '../pitch/colour.ts'
import { seededRandom } from '../pitch/random.ts'
import type { Canvas } from '../pitch/backdrop.ts'
import type { CourtCamera } from './court-camera.ts'
import type { Vector } from './vector.ts'

/** What a sheet shows at a place; `alpha` from 0 (nothing) to 1. */
export type Shown = { readonly colour: Rgb; readonly alpha: number }

/** A part of the plane on which one coordinate is constant. */
export type Sheet = {
  readonly axis: 'x' | 'y' | 'z'
  readonly at: number
  /** At (z, y) of a plane of x, (x, z) of the ground, (x, y) of a plane of z; `blur`: metres under a pixel. */
  readonly show: (along: number, across: number, blur: number) => Shown | undefined
}

export type Scenery = { readonly sheets: readonly Sheet[]; readonly behind: (direction: Vector) => Rgb }

export const opaque = (colour: Rgb): Shown => ({ colour, alpha: 1 })

/** Colours each pixel by four looks through it, and by twelve more where these differ. */
export function paintScenery(canvas: Canvas, camera: CourtCamera, scenery: Scenery): void {
  const random = seededRandom(camera.width * 7919 + camera.height)
  const jitter = Float64Array.from({ length: 1024 }, random)
  const hits: Hits = { depths: new Float64Array(scenery.sheets.length), sheets: new Int32Array(scenery.sheets.length) }
  for (let y = 0; y < camera.height; y += 1)
    for (let x = 0; x < camera.width; x += 1) {
      const at = (x * 12 + y * 37) % 900
      const mean: [number, number, number] = [0, 0, 0]
      const few = look(camera, scenery, [x, y], coarse, jitter, at, mean, hits)
      const looks =
        few > unlike ? (look(camera, scenery, [x, y], fine, jitter, at, mean, hits), coarse.length + fine.length) : coarse.length
      canvas.set(x, y, [mean[0] / looks, mean[1] / looks, mean[2] / looks])
    }
}

/** Luma steps between looks from which on a pixel is looked at more closely. */
const unlike = 16

const cells = (wanted: (cell: number) => boolean): (readonly [number, number])[] =>
  Array.from({ length: 16 }, (_, cell) => cell)
    .filter(wanted)
    .map((cell) => [(cell % 4) / 4, Math.floor(cell / 4) / 4] as const)

/** Corners of the sixteen cells of a pixel: one in each row and column, and the others. */
const isCoarse = (cell: number): boolean => [1, 7, 8, 14].includes(cell)
const coarse = cells(isCoarse)
const fine = cells((cell) => !isCoarse(cell))

/** Adds up what is seen and says how much it differs. */
function look(
  camera: CourtCamera,
  scenery: Scenery,
  [x, y]: readonly [number, number],
  places: readonly (readonly [number, number])[],
  jitter: Float64Array,
  from: number,
  sum: [number, number, number],
  hits: Hits,
): number {
  let darkest = 255
  let brightest = 0
  for (let n = 0; n < places.length; n += 1) {
    const place = places[n]
    if (place === undefined) continue
    const right = x + place[0] + 0.25 * (jitter[from + 2 * n] ?? 0)
    const below = y + place[1] + 0.25 * (jitter[from + 2 * n + 1] ?? 0)
    const colour = seen(camera, scenery, camera.ray(right, below), hits)
    sum[0] += colour[0]
    sum[1] += colour[1]
    sum[2] += colour[2]
    const luma = 0.3 * colour[0] + 0.6 * colour[1] + 0.1 * colour[2]
    darkest = Math.min(darkest, luma)
    brightest = Math.max(brightest, luma)
  }
  return brightest - darkest
}

/** From near to far until nothing shines through. `direction` has length 1 along the view, so that times are depths. */
function seen(camera: CourtCamera, { sheets, behind }: Scenery, direction: Vector, hits: Hits): Rgb {
  const count = findHits(camera, sheets, direction, hits)
  let red = 0
  let green = 0
  let blue = 0
  let left = 1
  const [px, py, pz] = camera.pose.at
  for (let n = 0; n < count; n += 1) {
    const sheet = sheets[hits.sheets[n] ?? 0]
    const depth = hits.depths[n] ?? 0
    if (sheet === undefined) continue
    const x = px + direction[0] * depth
    const z = pz + direction[2] * depth
    const shown = sheet.show(sheet.axis === 'x' ? z : x, sheet.axis === 'y' ? z : py + direction[1] * depth, depth / camera.lens.focalPx)
    if (shown === undefined) continue
    const share = left * shown.alpha
    red += shown.colour[0] * share
    green += shown.colour[1] * share
    blue += shown.colour[2] * share
    left -= share
    if (left < 0.004) return [red, green, blue]
  }
  const sky = behind(direction)
  return [red + sky[0] * left, green + sky[1] * left, blue + sky[2] * left]
}

/** Which sheets a ray meets, the nearest first: places for all, filled again for each ray. */
type Hits = { readonly depths: Float64Array; readonly sheets: Int32Array }

function findHits(camera: CourtCamera, sheets: readonly Sheet[], direction: Vector, hits: Hits): number {
  const { depths, sheets: order } = hits
  let count = 0
  for (let n = 0; n < sheets.length; n += 1) {
    const sheet = sheets[n]
    if (sheet === undefined) continue
    const axis = sheet.axis === 'x' ? 0 : sheet.axis === 'y' ? 1 : 2
    const depth = (sheet.at - camera.pose.at[axis]) / direction[axis]
    if (!(depth > 0.05 && depth < 400)) continue
    let place = count
    for (; place > 0 && (depths[place - 1] ?? 0) > depth; place -= 1) {
      depths[place] = depths[place - 1] ?? 0
      order[place] = order[place - 1] ?? 0
    }
    depths[place] = depth
    order[place] = n
    count += 1
  }
  return count
}
