// What an intro or outro must be, and what becomes of it: how long it may last, how many frames of the film it takes, where it stands on the canvas.
// Pure. Never cuts one short: what is too long is refused with the reason.

import { unitsPerSecond } from '../sound/sound-track.ts'
import type { PictureSize } from '../picture.ts'

/** Of an intro or outro. */
export const longestBookendSeconds = 60

/** A minute of film as cameras and studios give it; more is no intro. */
export const largestBookendBytes = 512 * 1024 * 1024

/** How far its sound may end beside its pictures: the match that follows must stay in step with its own. Far below what anybody hears. */
const mostApartSeconds = 0.001

/** The fewest frames, not below `frames`, that last as long as a whole number of units of sound, to the millisecond: 8 frames are 15 units at 25 a second. */
export function wholeFrames(frames: number, fps: number): { readonly frames: number; readonly units: number } {
  for (let n = Math.max(1, frames); ; n += 1) {
    const units = Math.round((n * unitsPerSecond) / fps)
    if (units > 0 && Math.abs(units / unitsPerSecond - n / fps) <= mostApartSeconds) return { frames: n, units }
  }
}

/** How a picture stands on a canvas of another shape: whole, as large as it fits, in the middle; all numbers even. */
export type Letterbox = PictureSize & { readonly x: number; readonly y: number; readonly shrinks: boolean }

export function letterbox({ width, height }: PictureSize, canvas: PictureSize): Letterbox {
  const share = Math.min(canvas.width / width, canvas.height / height)
  const side = (length: number, most: number): number => Math.min(most, Math.max(2, 2 * Math.round((length * share) / 2)))
  const size = { width: side(width, canvas.width), height: side(height, canvas.height) }
  const middle = (length: number, total: number): number => 2 * Math.floor((total - length) / 4)
  return { ...size, x: middle(size.width, canvas.width), y: middle(size.height, canvas.height), shrinks: share < 1 }
}

/** Why pictures that were decoded make no intro; `undefined` when they do. `toldSeconds` is what the container says, 0 when it says nothing. */
export function bookendFault(frames: number, fps: number, toldSeconds: number): string | undefined {
  const seconds = frames / fps
  if (frames === 0) return 'no picture of it can be decoded'
  if (seconds > longestBookendSeconds) return tooLong
  if (toldSeconds > seconds + 1)
    return `it tells of ${toldSeconds.toFixed(1)} s and only ${seconds.toFixed(1)} s of it can be decoded: it is damaged`
  return undefined
}

export const tooLong = `it lasts longer than ${longestBookendSeconds} s`
