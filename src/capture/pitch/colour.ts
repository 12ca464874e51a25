// Colours as a camera with a given exposure sends them: limited-range BT.709.
// Pure arithmetic on values from 0 to 255.

import type { Exposure } from './view.ts'

export type Rgb = readonly [red: number, green: number, blue: number]
export type Yuv = readonly [y: number, u: number, v: number]

/** Without the exposure's offset, which a frame's light adds at its end (it is the same for all colours). */
export function yuvOf([red, green, blue]: Rgb, { gain }: Exposure): Yuv {
  const [r, g, b] = [(red * gain[0]) / 255, (green * gain[1]) / 255, (blue * gain[2]) / 255]
  const y = 0.2126 * r + 0.7152 * g + 0.0722 * b
  return [16 + 219 * y, 128 + (224 * (b - y)) / 1.8556, 128 + (224 * (r - y)) / 1.5748]
}

export const mix = (a: Rgb, b: Rgb, share: number): Rgb => [
  a[0] + (b[0] - a[0]) * share,
  a[1] + (b[1] - a[1]) * share,
  a[2] + (b[2] - a[2]) * share,
]

/** Brighter (above 1) or darker. */
export const shade = ([red, green, blue]: Rgb, factor: number): Rgb => [
  Math.min(255, red * factor),
  Math.min(255, green * factor),
  Math.min(255, blue * factor),
]
