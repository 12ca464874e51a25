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
    const right = Math.min(cover.x + cover.width, width)
    const bottom = cover.y + cover.height
    const alphaAt = (column: number, row: number): number =>
      column < cover.x || column >= right || row < cover.y || row >= bottom
        ? 0
        : (cover.alpha[(row - cover.y) * cover.width + column - cover.x] ?? 0)
    for (let row = cover.y; row < bottom; row += 1)
      for (let column = cover.x; column < right; column += 1) {
        const alpha = alphaAt(column, row) * opacity
        if (alpha > 0) blend(picture, row * width + column, y, alpha)
      }
    const [uPlane, vPlane, half] = [width * height, (width * height * 5) / 4, width / 2]
    for (let row = cover.y >> 1; row * 2 < bottom; row += 1)
      for (let column = cover.x >> 1; column * 2 < right; column += 1) {
        const [x2, y2] = [column * 2, row * 2]
        const alpha = ((alphaAt(x2, y2) + alphaAt(x2 + 1, y2) + alphaAt(x2, y2 + 1) + alphaAt(x2 + 1, y2 + 1)) / 4) * opacity
        if (alpha === 0) continue
        blend(picture, uPlane + row * half + column, u, alpha)
        blend(picture, vPlane + row * half + column, v, alpha)
      }
  }
}

function blend(picture: Uint8Array, at: number, value: number, alpha: number): void {
  const before = picture[at] ?? 0
  picture[at] = Math.round(before + (value - before) * alpha)
}
