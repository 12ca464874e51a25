// Two cameras' views of one drawn plane through a known geometry: what a calibration should find again, exact to the pixel's part.
// Never more than brightness: colour is left grey.

import { apply } from '../src/merge/stitch/homography.ts'
import { undistort } from '../src/merge/stitch/lens.ts'
import { pictureBytes } from '../src/merge/picture.ts'
import { lensOf, type PairSize, type TwoView } from '../src/merge/stitch/calibrate/two-view.ts'

export type ViewFaults = {
  /** Of the right picture's brightness. */
  readonly gain?: number
  readonly offset?: number
  /** Standard deviation, in code values. */
  readonly noise?: number
  readonly seed?: number
}

/** Both as yuv420p bytes. */
export function texturedViews(model: TwoView, sizes: PairSize, faults: ViewFaults = {}): { readonly left: Buffer; readonly right: Buffer } {
  const { gain = 1, offset = 0, noise = 0, seed = 1 } = faults
  const random = randomNumbers(seed)
  const draw = (side: 'left' | 'right', shownAt: (value: number) => number): Buffer => {
    const { width, height } = sizes[side]
    const straighten = undistort(lensOf(model, sizes[side]))
    const picture = Buffer.alloc(pictureBytes(sizes[side]), 128)
    for (let y = 0; y < height; y += 1)
      for (let x = 0; x < width; x += 1) {
        const ideal = straighten({ x, y })
        const at = side === 'left' ? ideal : apply(model.homography, ideal)
        const value = shownAt(textureAt(at.x, at.y)) + noise * (random() + random() + random() - 1.5) * 2
        picture[y * width + x] = Math.max(16, Math.min(235, Math.round(value)))
      }
    return picture
  }
  return { left: draw('left', (value) => value), right: draw('right', (value) => 16 + (value - 16) * gain + offset) }
}

/** Smooth hills of three sizes, between 40 and 210. */
export const textureAt = (x: number, y: number): number =>
  125 + 40 * hills(x / 23, y / 23, 1) + 30 * hills(x / 11, y / 11, 2) + 15 * hills(x / 6, y / 6, 3)

/** From -1 to 1, smooth between the corners of a grid. */
function hills(x: number, y: number, layer: number): number {
  const [column, row] = [Math.floor(x), Math.floor(y)]
  const [u, v] = [ease(x - column), ease(y - row)]
  const above = cornerAt(column, row, layer) * (1 - u) + cornerAt(column + 1, row, layer) * u
  const below = cornerAt(column, row + 1, layer) * (1 - u) + cornerAt(column + 1, row + 1, layer) * u
  return above * (1 - v) + below * v
}

const ease = (t: number): number => t * t * t * (t * (t * 6 - 15) + 10)

function cornerAt(column: number, row: number, layer: number): number {
  let hash = Math.imul(column, 374761393) ^ Math.imul(row, 668265263) ^ Math.imul(layer, 362437)
  hash = Math.imul(hash ^ (hash >>> 13), 1274126177)
  return ((hash ^ (hash >>> 16)) & 0xffff) / 32768 - 1
}

/** From 0 to 1, the same for the same seed. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
