// What the simulated match sounds like: a quiet hall, a short tone on each full second of the scene, a higher one where its loop begins.
// Pure: a function of the monotonic clock, as the scene's pictures are, so that a test can tell when each sample was made.

import { soundForm } from '../../drivers/sound-arguments.ts'

/** The scene repeats after this long, as its pictures do. */
export const sceneSeconds = 20

/** A tone lasts this long. */
export const toneMs = 100

const { sampleRate } = soundForm

/** The sample that is captured at this instant: signed 16 bit. `index` counts samples of 48 kHz since the monotonic clock's zero. */
export function sampleAt(index: number): number {
  const inScene = index % (sceneSeconds * sampleRate)
  const inSecond = inScene % sampleRate
  const hertz = inScene < sampleRate ? 2_000 : 1_000
  const tone = inSecond < (toneMs * sampleRate) / 1_000 ? Math.sin((2 * Math.PI * hertz * inSecond) / sampleRate) * 12_000 : 0
  return Math.round(tone) + noise(inScene)
}

/** Of the hall: 20 steps around silence, always the same at the same instant of the scene. */
const noise = (index: number): number => ((Math.imul(index + 1, 0x9e3779b1) >>> 16) % 41) - 20

/** Samples `[from, to)` as they stand on a wire. */
export function samplesBetween(from: number, to: number): Buffer {
  const bytes = Buffer.allocUnsafe((to - from) * 2)
  for (let index = from; index < to; index += 1) bytes.writeInt16LE(sampleAt(index), (index - from) * 2)
  return bytes
}
