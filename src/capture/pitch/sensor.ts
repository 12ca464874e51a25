// What a camera adds to a scene: the light of the hour, its exposure, its noise.
// Never draws.

import { seededRandom } from './random.ts'
import type { RigFormat } from './rig-format.ts'

/** Slow clouds: whole turns a loop, so that the joint does not jump. */
export const lightAt = (fraction: number): number =>
  1 + 0.035 * Math.sin(2 * Math.PI * fraction) + 0.015 * Math.sin(2 * Math.PI * 3 * fraction + 1)

/** Multiplies by the light, adds the camera's offset and, to luma, the sensor's noise (which stays small enough not to overflow). */
export function expose(picture: Uint8Array, { width, height }: RigFormat, light: number, offset: number, noise: NoiseRow): void {
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
export function openNoise(seed: number): (frame: number) => NoiseRow {
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
