// One picture of the match: the backdrop, everyone on it from far to near, the light, the sensor's noise, the counter.
// Never draws what stands still.

import { yuvOf, type Rgb } from './colour.ts'
import { writeCounter } from './counter.ts'
import { ballFigure, figureOf, type Figure } from './figure.ts'
import { matchAt } from './motion.ts'
import { seededRandom } from './random.ts'
import { pictureBytes, type RigFormat, type Side } from './rig-format.ts'
import { openRasterizer, type Polygon } from './shape.ts'
import type { View } from './view.ts'

/** Draws scene frame `n` of `frames` onto a copy of the backdrop (yuv420p); the same bytes are used again by the next call. */
export type FramePainter = (n: number, frames: number) => Uint8Array

export function openFramePainter(side: Side, format: RigFormat, view: View, backdrop: Uint8Array): FramePainter {
  const brush = openBrush(format, view)
  const noise = openNoise(side === 'left' ? 101 : 202)
  const picture = new Uint8Array(pictureBytes(format))
  return (n, frames) => {
    picture.set(backdrop)
    const { runners, ball } = matchAt(n / frames)
    const figures = [...runners.map(figureOf), ballFigure(ball)].filter((figure) => isNear(figure, view)).toSorted((a, b) => b.z - a.z)
    for (const figure of figures) drawShadow(brush, picture, figure, view)
    for (const figure of figures) drawFigure(brush, picture, figure, view)
    expose(picture, format, lightAt(n / frames), view.exposure.offset, noise(n))
    writeCounter(picture, format, side, n)
    return picture
  }
}

/** Whether a figure or its shadow may be in the picture. */
function isNear({ x, z }: Figure, view: View): boolean {
  const [column] = view.project(x, 0, z)
  return column > -0.1 * view.width && column < 1.1 * view.width
}

type Brush = (picture: Uint8Array, polygons: readonly Polygon[], colour: Rgb, opacity: number) => void

function drawFigure(brush: Brush, picture: Uint8Array, { x, z, parts }: Figure, view: View): void {
  for (const { colour, outlines } of parts)
    brush(
      picture,
      outlines.map((outline) => outline.flatMap(([across, up]) => view.project(x + across, up, z))),
      colour,
      1,
    )
}

/** The sun stands behind the cameras on the left: a point at height h throws its shadow this far along x and z. */
const sun = { x: 0.75, z: 0.42 } as const

function drawShadow(brush: Brush, picture: Uint8Array, { x, z, shadow }: Figure, view: View): void {
  const onGround = shadow.map((outline) => outline.flatMap(([across, up]) => view.project(x + across + up * sun.x, 0, z + up * sun.z)))
  brush(picture, onGround, [12, 34, 14], 0.42)
}

/** Slow clouds: whole turns a loop, so that the joint does not jump. */
const lightAt = (fraction: number): number =>
  1 + 0.035 * Math.sin(2 * Math.PI * fraction) + 0.015 * Math.sin(2 * Math.PI * 3 * fraction + 1)

/** Fills polygons into yuv420p bytes; chroma takes the mean coverage of its four pixels. */
function openBrush({ width, height }: RigFormat, view: View): Brush {
  const rasterize = openRasterizer(width, height)
  return (picture, polygons, colour, opacity) => {
    const cover = rasterize(polygons)
    if (cover === undefined) return
    const [y, u, v] = yuvOf(colour, view.exposure)
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

/** Multiplies by the light, adds the camera's offset and, to luma, the sensor's noise (which stays small enough not to overflow). */
function expose(picture: Uint8Array, { width, height }: RigFormat, light: number, offset: number, noise: NoiseRow): void {
  const luma = table((y) => clamped(16 + (y - 16) * light + (offset * 219) / 255, 235))
  const chroma = table((c) => clamped(128 + (c - 128) * light, 240))
  for (let row = 0; row < height; row += 1) exposeRow(picture, row * width, width, luma, noise.values, noise.from(row))
  for (let at = width * height; at < picture.length; at += 1) picture[at] = chroma[picture[at] ?? 0] ?? 0
}

function exposeRow(picture: Uint8Array, start: number, width: number, luma: Uint8Array, noise: Int8Array, from: number): void {
  for (let n = 0; n < width; n += 1) picture[start + n] = (luma[picture[start + n] ?? 0] ?? 0) + (noise[from + n] ?? 0)
}

function table(of: (value: number) => number): Uint8Array {
  const values = new Uint8Array(256)
  for (let n = 0; n < 256; n += 1) values[n] = of(n)
  return values
}

const clamped = (value: number, most: number): number => Math.min(most, Math.max(16, Math.round(value)))

type NoiseRow = { readonly values: Int8Array; from(row: number): number }

/** Gaussian noise of 2.2 steps, cut at 8: rows of each frame begin at other places of one long strip. */
function openNoise(seed: number): (frame: number) => NoiseRow {
  const random = seededRandom(seed)
  const values = new Int8Array(1 << 18)
  for (let n = 0; n < values.length; n += 1) {
    const gauss = random() + random() + random() + random() + random() + random() - 3
    values[n] = Math.max(-8, Math.min(8, Math.round(gauss * 3.1)))
  }
  return (frame) => {
    const start = seededRandom(seed + frame)
    return { values, from: () => Math.floor(start() * (values.length - 4096)) }
  }
}
