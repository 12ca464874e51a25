// Whether two films go together as they lie there, from the first seconds of the pass that merges them so: nothing is decoded for it.
// Never believes a weak sign: then both are looked at widely, while the pass waits.

import type { Camera } from '../../capture/take.ts'
import { cameras } from '../../capture/take.ts'
import type { PictureSize } from '../picture.ts'
import type { Calibration } from '../stitch/calibration.ts'
import type { FilmOffset } from './film-offset.ts'
import { openOffsetMeter } from './offset-meter.ts'

export type FilmOpening = {
  /** So many frames are to be seen, or all that there are, before it is asked. */
  readonly frames: number
  /** What the films show at a frame, luma planes first; `undefined` where a film shows nothing new. */
  see(frame: number, pictures: Readonly<Record<Camera, Uint8Array | undefined>>): void
  /** Asked again it says the same. Errors: those of the wide measurement. */
  offset(): Promise<FilmOffset>
}

export type FilmOpeningOptions = {
  readonly calibration: Calibration
  /** Of the pictures, turned. */
  readonly size: Readonly<Record<Camera, PictureSize>>
  /** Of the merged film. */
  readonly fps: number
  readonly measureWidely: () => Promise<FilmOffset>
}

const seconds = 5
/** Higher than what a wide measurement asks for, which sees six times as much. Of 3,700 pairs of openings of the simulated court's films that began
 *  at other moments none looked together at any height; those that did begin together reach 2.8 and more. */
const leastConfidence = 2.5

/** Errors: invalid, when the calibration makes no canvas. */
export function openFilmOpening({ calibration, size, fps, measureWidely }: FilmOpeningOptions): FilmOpening {
  const meter = openOffsetMeter({ calibration, size, fps })
  const judge = async (): Promise<FilmOffset> => {
    const seen = meter.judge()
    const isTogether = seen.is === 'measured' && seen.confidence >= leastConfidence && Math.abs((seen.offsetMs * fps) / 1_000) < 0.5
    return isTogether ? { is: 'measured', by: 'pictures', offsetMs: seen.offsetMs, confidence: seen.confidence } : measureWidely()
  }
  let told: Promise<FilmOffset> | undefined
  return {
    frames: Math.round(seconds * fps),
    see: (frame, pictures) => {
      for (const camera of cameras) {
        const luma = pictures[camera]
        if (luma) meter.see(camera, (frame * 1e6) / fps, luma)
      }
    },
    offset: () => (told ??= judge()),
  }
}
