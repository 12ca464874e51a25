// The picture on which what stands still is painted, at full colour resolution; frames are copied from it.
// Never knows what it shows.

import { yuvOf, type Rgb } from './colour.ts'
import { openRasterizer, type Polygon } from './shape.ts'
import type { View } from './view.ts'

/** Paints in the coordinates of the world: metres, through the view. */
export type Backdrop = Canvas & { readonly view: View }

/** Paints in the coordinates of the picture. */
export type Canvas = {
  /** The union of polygons in picture coordinates; `opacity` from 0 to 1. */
  paint(polygons: readonly Polygon[], colour: Rgb, opacity?: number): void
  /** One pixel. */
  set(x: number, y: number, colour: Rgb): void
  /** yuv420p bytes. */
  picture(): Uint8Array
}

export const openBackdrop = (view: View): Backdrop => ({ view, ...openCanvas(view) })

export function openCanvas({ width, height, exposure }: Pick<View, 'width' | 'height' | 'exposure'>): Canvas {
  const [luma, blue, red] = [new Float32Array(width * height), new Float32Array(width * height), new Float32Array(width * height)]
  const rasterize = openRasterizer(width, height)
  return {
    paint: (polygons, colour, opacity = 1) => {
      const cover = rasterize(polygons)
      if (cover === undefined) return
      const [y, u, v] = yuvOf(colour, exposure)
      const columns = Math.min(cover.width, width - cover.x)
      for (let row = 0; row < cover.height; row += 1)
        for (let column = 0; column < columns; column += 1) {
          const alpha = (cover.alpha[row * cover.width + column] ?? 0) * opacity
          if (alpha === 0) continue
          const at = (cover.y + row) * width + cover.x + column
          luma[at] = (luma[at] ?? 0) + (y - (luma[at] ?? 0)) * alpha
          blue[at] = (blue[at] ?? 0) + (u - (blue[at] ?? 0)) * alpha
          red[at] = (red[at] ?? 0) + (v - (red[at] ?? 0)) * alpha
        }
    },
    set: (x, y, colour) => {
      const at = y * width + x
      const values = yuvOf(colour, exposure)
      luma[at] = values[0]
      blue[at] = values[1]
      red[at] = values[2]
    },
    picture: () => subsampled(luma, [blue, red], width, height),
  }
}

function subsampled(luma: Float32Array, chroma: readonly Float32Array[], width: number, height: number): Uint8Array {
  const picture = new Uint8Array((width * height * 3) / 2)
  for (let n = 0; n < luma.length; n += 1) picture[n] = Math.round(luma[n] ?? 0)
  let at = width * height
  for (const plane of chroma)
    for (let y = 0; y < height; y += 2)
      for (let x = 0; x < width; x += 2, at += 1) {
        const corner = y * width + x
        const sum = (plane[corner] ?? 0) + (plane[corner + 1] ?? 0) + (plane[corner + width] ?? 0) + (plane[corner + width + 1] ?? 0)
        picture[at] = Math.round(sum / 4)
      }
  return picture
}
