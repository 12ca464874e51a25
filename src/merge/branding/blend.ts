// A logo laid over the canvas: what it adds and how much of the canvas it keeps are worked out once, so that a frame costs one multiplication a
// pixel of the logo, and nothing where it is transparent. Pure. Never touches the canvas outside the logo's rectangle.

import { planesOf, type PictureSize } from '../picture.ts'
import type { LogoPicture } from './logo-picture.ts'
import type { Point } from './place-logos.ts'

/** Of one plane: for each pixel what is added (256ths) and which share of the canvas stays (of 256). */
type Patch = {
  readonly at: number
  readonly stride: number
  readonly columns: number
  readonly rows: number
  readonly add: Uint16Array
  readonly keep: Uint16Array
}

/** Draws the logo with its upper left corner at an even point of the canvas, where it must fit. */
export function openBlend(logo: LogoPicture, canvas: PictureSize, { x, y }: Point, opacity: number): (out: Buffer) => void {
  const patches = planesOf(canvas).map(({ offset, stride }, plane): Patch => {
    const part = plane === 0 ? 1 : 2
    const [columns, rows] = [Math.ceil(logo.width / part), Math.ceil(logo.height / part)]
    return { at: offset + (y / part) * stride + x / part, stride, columns, rows, ...planePatch(logo, plane, { columns, rows }, opacity) }
  })
  return (out) => {
    for (const { at, stride, columns, rows, add, keep } of patches)
      for (let row = 0, n = 0; row < rows; row += 1)
        for (let to = at + row * stride, end = to + columns; to < end; to += 1, n += 1) {
          const kept = keep[n] ?? 256
          if (kept < 256) out[to] = ((add[n] ?? 0) + (out[to] ?? 0) * kept + 128) >> 8
        }
  }
}

function planePatch(
  logo: LogoPicture,
  plane: number,
  { columns, rows }: { readonly columns: number; readonly rows: number },
  opacity: number,
): Pick<Patch, 'add' | 'keep'> {
  const add = new Uint16Array(columns * rows)
  const keep = new Uint16Array(columns * rows)
  for (let row = 0; row < rows; row += 1)
    for (let column = 0; column < columns; column += 1) {
      const [red, green, blue, alpha] = plane === 0 ? pixelAt(logo, column, row) : blockAt(logo, 2 * column, 2 * row)
      add[row * columns + column] = Math.round(256 * opacity * componentOf(plane, red, green, blue, alpha))
      keep[row * columns + column] = 256 - Math.round((256 * opacity * alpha) / 255)
    }
  return { add, keep }
}

type Rgba = readonly [red: number, green: number, blue: number, alpha: number]

/** Limited range BT.709 of a colour that is multiplied by its alpha, itself multiplied by it. */
function componentOf(plane: number, red: number, green: number, blue: number, alpha: number): number {
  const luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
  if (plane === 0) return (16 * alpha + 219 * luma) / 255
  return (128 * alpha + (224 * (plane === 1 ? blue - luma : red - luma)) / (plane === 1 ? 1.8556 : 1.5748)) / 255
}

/** Outside the logo everything is transparent. */
function pixelAt({ width, height, rgba }: LogoPicture, x: number, y: number): Rgba {
  if (x >= width || y >= height) return [0, 0, 0, 0]
  const at = (y * width + x) * 4
  const alpha = rgba[at + 3] ?? 0
  const part = (n: number): number => Math.min(rgba[at + n] ?? 0, alpha)
  return [part(0), part(1), part(2), alpha]
}

/** The mean of two by two pixels: a pixel of the colour planes. */
function blockAt(logo: LogoPicture, x: number, y: number): Rgba {
  const four = [pixelAt(logo, x, y), pixelAt(logo, x + 1, y), pixelAt(logo, x, y + 1), pixelAt(logo, x + 1, y + 1)]
  const mean = (n: 0 | 1 | 2 | 3): number => four.reduce((sum, pixel) => sum + pixel[n], 0) / 4
  return [mean(0), mean(1), mean(2), mean(3)]
}
