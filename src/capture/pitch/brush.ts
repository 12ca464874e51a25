// Fills polygons into the bytes of a picture, anti-aliased.
// Never knows what it draws.

import { yuvOf, type Rgb } from './colour.ts'
import type { RigFormat } from './rig-format.ts'
import { openRasterizer, type Polygon } from './shape.ts'
import type { Exposure } from './view.ts'

/** Fills the union of polygons; `opacity` from 0 to 1. */
export type Brush = (picture: Uint8Array, polygons: readonly Polygon[], colour: Rgb, opacity: number) => void

/** Fills polygons into yuv420p bytes; chroma takes the mean coverage of its four pixels. */
export function openBrush({ width, height }: Pick<RigFormat, 'width' | 'height'>, exposure: Exposure): Brush {
  const rasterize = openRasterizer(width, height)
  return (picture, polygons, colour, opacity) => {
    const cover = rasterize(polygons)
    if (cover === undefined) return
    const [y, u, v] = yuvOf(colour, exposure)
    const { alpha: covered, width: stride } = cover
    const right = Math.min(cover.x + stride, width)
    const bottom = cover.y + cover.height
    for (let row = cover.y; row < bottom; row += 1) {
      const from = (row - cover.y) * stride - cover.x
      for (let column = cover.x; column < right; column += 1) {
        const alpha = (covered[from + column] ?? 0) * opacity
        if (alpha > 0) blend(picture, row * width + column, y, alpha)
      }
    }
    const alphaAt = (column: number, row: number): number =>
      column < cover.x || column >= right || row < cover.y || row >= bottom
        ? 0
        : (covered[(row - cover.y) * stride + column - cover.x] ?? 0)
    const [uPlane, vPlane, half] = [width * height, (width * height * 5) / 4, width / 2]
    for (let row = cover.y >> 1; row * 2 < bottom; row += 1) {
      const y2 = row * 2
      const upper = (y2 - cover.y) * stride - cover.x
      const isWithin = y2 >= cover.y && y2 + 1 < bottom
      for (let column = cover.x >> 1; column * 2 < right; column += 1) {
        const x2 = column * 2
        const sum =
          isWithin && x2 >= cover.x && x2 + 1 < right
            ? (covered[upper + x2] ?? 0) +
              (covered[upper + x2 + 1] ?? 0) +
              (covered[upper + stride + x2] ?? 0) +
              (covered[upper + stride + x2 + 1] ?? 0)
            : alphaAt(x2, y2) + alphaAt(x2 + 1, y2) + alphaAt(x2, y2 + 1) + alphaAt(x2 + 1, y2 + 1)
        const alpha = (sum / 4) * opacity
        if (alpha === 0) continue
        blend(picture, uPlane + row * half + column, u, alpha)
        blend(picture, vPlane + row * half + column, v, alpha)
      }
    }
  }
}

function blend(picture: Uint8Array, at: number, value: number, alpha: number): void {
  const before = picture[at] ?? 0
  picture[at] = Math.round(before + (value - before) * alpha)
}
