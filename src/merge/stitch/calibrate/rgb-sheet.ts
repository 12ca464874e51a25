// A sheet to draw on: pixels of red, green and blue, with lines, outlines and a line of text.
// Never knows what is drawn.

import { letterPolygons, textWidth } from '../../../capture/pitch/lettering.ts'
import { openRasterizer, type Polygon } from '../../../capture/pitch/shape.ts'
import type { Point } from '../homography.ts'

export type Rgb = readonly [red: number, green: number, blue: number]

export type RgbSheet = {
  readonly width: number
  readonly height: number
  /** Three bytes a pixel. */
  readonly bytes: Uint8Array
  set(x: number, y: number, colour: Rgb): void
  line(points: readonly Point[], widthPx: number, colour: Rgb): void
  /** Capitals, digits and dashes; `y` is the baseline. Tells where it ends. */
  text(words: string, x: number, y: number, heightPx: number, colour: Rgb): number
}

export function openSheet(width: number, height: number, ground: Rgb): RgbSheet {
  const bytes = new Uint8Array(width * height * 3)
  for (let at = 0; at < bytes.length; at += 3) bytes.set(ground, at)
  const rasterize = openRasterizer(width, height)
  const fill = (polygons: readonly Polygon[], colour: Rgb): void => {
    const cover = rasterize(polygons)
    if (!cover) return
    for (let row = 0; row < cover.height; row += 1)
      for (let column = 0; column < cover.width && cover.x + column < width; column += 1) {
        const alpha = cover.alpha[row * cover.width + column] ?? 0
        const at = ((cover.y + row) * width + cover.x + column) * 3
        if (alpha > 0)
          for (const n of [0, 1, 2] as const) bytes[at + n] = Math.round((bytes[at + n] ?? 0) * (1 - alpha) + colour[n] * alpha)
      }
  }
  return {
    width,
    height,
    bytes,
    set: (x, y, colour) => {
      if (x >= 0 && y >= 0 && x < width && y < height) bytes.set(colour, (y * width + x) * 3)
    },
    line: (points, widthPx, colour) => {
      const bars = points.slice(1).flatMap((to, n) => {
        const from = points[n]
        return from && [from, to].every(({ x, y }) => Math.abs(x) < 20_000 && Math.abs(y) < 20_000) ? [bar(from, to, widthPx)] : []
      })
      fill(bars, colour)
    },
    text: (words, x, y, heightPx, colour) => {
      fill(
        letterPolygons(words, (u, v) => [x + u * heightPx, y - v * heightPx], 0.13),
        colour,
      )
      return x + textWidth(words) * heightPx
    },
  }
}

function bar(from: Point, to: Point, widthPx: number): Polygon {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1
  const [u, v] = [((to.y - from.y) / length) * (widthPx / 2), (-(to.x - from.x) / length) * (widthPx / 2)]
  return [from.x + u, from.y + v, to.x + u, to.y + v, to.x - u, to.y - v, from.x - u, from.y - v]
}
