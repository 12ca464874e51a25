// Patches of the overlap as both cameras show them, brought together by the calibration: what a shift between the two is measured from.
// Pure. Never knows of people: it takes, pixel by pixel, what was there most of the time.

import type { Camera } from '../../capture/take.ts'
import type { PictureSize } from '../picture.ts'
import type { Calibration } from '../stitch/calibration.ts'
import { canvasWindowOf } from '../stitch/canvas-window.ts'
import { warpMapsOf } from '../stitch/warp-map.ts'

/** Where the two are compared: squares of the canvas, of the right picture with room to look around. Odd sides, in pixels. */
export type PatchForm = { readonly count: number; readonly side: number; readonly reach: number }

export type PatchStack = {
  readonly form: PatchForm
  /** Two pictures of one instant, luma planes first. */
  add(left: Uint8Array, right: Uint8Array): void
  /** How many pairs are in it. */
  size(): number
  /** Each pixel's median over the pairs: per patch `side` squared values of the left picture, `side + 2 reach` squared of the right one. They are forgotten. */
  take(): { readonly left: Float32Array; readonly right: Float32Array }
}

/** About so many patches, evenly spread. */
const wanted = 60

/** A patch's side and the reach around it, as shares of the picture's width. */
const sideShare = 1 / 64
const reachShare = 1 / 80

/** Errors: invalid, when the pictures make no canvas. */
export function openPatchStack(calibration: Calibration, size: Readonly<Record<Camera, PictureSize>>): PatchStack {
  const { width } = calibration.left
  const reach = Math.max(6, Math.round(width * reachShare))
  const side = 2 * Math.max(6, Math.round((width * sideShare) / 2)) + 1
  const whole = side + 2 * reach
  const window = canvasWindowOf(calibration)
  const maps = warpMapsOf(calibration, window)
  const isSeen = (x: number, y: number): boolean => maps.left(x, y) !== undefined && maps.right(x, y) !== undefined
  const placesAt = (step: number): { x: number; y: number }[] => {
    const places: { x: number; y: number }[] = []
    for (let y = whole / 2; y < window.height - whole / 2; y += step)
      for (let x = whole / 2; x < window.width - whole / 2; x += step)
        if (cornersOf(x, y, whole / 2 + 1).every(([u, v]) => isSeen(u, v))) places.push({ x: Math.round(x), y: Math.round(y) })
    return places
  }
  const coarse = Math.max(4, side / 2)
  const places = placesAt(Math.max(coarse, coarse * Math.sqrt(placesAt(coarse).length / wanted)))
  const taps = (camera: Camera, across: number): Float32Array => {
    const scale = { x: size[camera].width / calibration[camera].width, y: size[camera].height / calibration[camera].height }
    const found = new Float32Array(2 * places.length * across * across)
    let at = 0
    for (const { x, y } of places)
      for (let row = 0; row < across; row += 1)
        for (let column = 0; column < across; column += 1) {
          const point = maps[camera](x + column - (across - 1) / 2, y + row - (across - 1) / 2)
          found[at++] = ((point?.x ?? 0) + 0.5) * scale.x - 0.5
          found[at++] = ((point?.y ?? 0) + 0.5) * scale.y - 0.5
        }
    return found
  }
  const points = { left: taps('left', side), right: taps('right', whole) }
  let pairs: { readonly left: Uint8Array; readonly right: Uint8Array }[] = []
  return {
    form: { count: places.length, side, reach },
    add: (left, right) => void pairs.push({ left: read(left, points.left, size.left), right: read(right, points.right, size.right) }),
    size: () => pairs.length,
    take: () => {
      const told = { left: medians(pairs.map((pair) => pair.left)), right: medians(pairs.map((pair) => pair.right)) }
      pairs = []
      return told
    },
  }
}

const cornersOf = (x: number, y: number, half: number): (readonly [number, number])[] => [
  [x - half, y - half],
  [x + half, y - half],
  [x - half, y + half],
  [x + half, y + half],
]

/** Bilinear. */
function read(luma: Uint8Array, points: Float32Array, { width, height }: PictureSize): Uint8Array {
  const values = new Uint8Array(points.length / 2)
  for (let n = 0; n < values.length; n += 1) {
    const x = Math.max(0, Math.min(width - 2, points[2 * n] ?? 0))
    const y = Math.max(0, Math.min(height - 2, points[2 * n + 1] ?? 0))
    const column = Math.floor(x)
    const row = Math.floor(y)
    const u = x - column
    const v = y - row
    const at = row * width + column
    const above = (luma[at] ?? 0) * (1 - u) + (luma[at + 1] ?? 0) * u
    const below = (luma[at + width] ?? 0) * (1 - u) + (luma[at + width + 1] ?? 0) * u
    values[n] = Math.round(above * (1 - v) + below * v)
  }
  return values
}

/** Place by place. */
function medians(all: readonly Uint8Array[]): Float32Array {
  const [first] = all
  const told = new Float32Array(first?.length ?? 0)
  const sorted = new Uint8Array(all.length)
  const [lower, upper] = [(all.length - 1) >> 1, all.length >> 1]
  for (let n = 0; n < told.length; n += 1) {
    for (const [each, values] of all.entries()) {
      const value = values[n] ?? 0
      let at = each
      for (; at > 0 && (sorted[at - 1] ?? 0) > value; at -= 1) sorted[at] = sorted[at - 1] ?? 0
      sorted[at] = value
    }
    told[n] = ((sorted[lower] ?? 0) + (sorted[upper] ?? 0)) / 2
  }
  return told
}
