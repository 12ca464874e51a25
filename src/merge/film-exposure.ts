// The exposure of a panorama while it is composed: measured once a chunk where both cameras see the same, used from the next chunk on.
// Never changes what a chunk looks like for what came after its first frame, and knows nothing that the rows of the chunks before do not tell.

import type { Camera } from '../capture/take.ts'
import { between, nextExposure } from './exposure-policy.ts'
import type { FilmCalibration } from './film-calibration.ts'
import { exposureCellsOf, measureExposure, type Exposure } from './stitch/exposure.ts'
import { warpMapsOf } from './stitch/warp-map.ts'
import { neutralExposure } from './stitch/fixed-gain.ts'

/** Told with the last frame of a chunk: how it ended, and where the next one goes. */
export type ExposureNote = { readonly frame: number; readonly reached: Exposure; readonly next: Exposure }

export type FilmExposure = {
  /** A chunk of so many frames begins with this frame. */
  begin(frame: number, frames: number): void
  /** The pictures of the next frame, turned; `undefined` for a camera that shows nothing new. */
  see(pictures: Readonly<Record<Camera, Buffer | undefined>>): void
  /** For the right picture of a frame. */
  at(frame: number): Exposure
  /** The chunk's last frame was seen. */
  end(frame: number): void
}

export type FilmExposureOptions = {
  readonly calibration: FilmCalibration
  readonly fps: number
  /** What the last chunk told; `undefined` before the first one. */
  readonly last: Pick<ExposureNote, 'reached' | 'next'> | undefined
  readonly onNote: (note: ExposureNote) => void
}

export function openFilmExposure({ calibration, fps, last, onNote }: FilmExposureOptions): FilmExposure {
  const { left, right, canvas } = calibration
  const cells = exposureCellsOf(calibration, canvas, warpMapsOf(calibration, canvas))
  let from = last?.reached
  let to = last?.next
  let measured: Exposure | undefined
  let chunk = { frame: 0, frames: 1 }
  let isLooking = true
  return {
    begin: (frame, frames) => {
      chunk = { frame, frames }
      isLooking = true
      measured = undefined
    },
    see: (pictures) => {
      if (!isLooking || !pictures.left || !pictures.right) return
      isLooking = false // once a chunk: with its first pair
      measured = measureExposure([{ left: pictures.left, right: pictures.right }], { left, right }, cells)
      from ??= measured // the film begins as it is: nobody sees it jump
      to ??= from
    },
    at: (frame) => {
      const begins = from ?? calibration.exposure ?? neutralExposure
      return between(begins, to ?? begins, Math.min(1, (frame - chunk.frame) / chunk.frames))
    },
    end: (frame) => {
      const begun = from ?? calibration.exposure ?? neutralExposure
      const made = frame + 1 - chunk.frame
      // A chunk in which the film ends for now: where it is gone on with, the light goes on from where it was.
      const reached = made < chunk.frames ? between(begun, to ?? begun, made / chunk.frames) : (to ?? begun)
      const next = nextExposure(reached, measured, made / fps)
      onNote({ frame, reached, next })
      from = reached
      to = next
    },
  }
}
