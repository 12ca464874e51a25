// By how many frames the right one of two films is taken later, all through them: the clocks of two cameras run apart.
// Decides by no rule of its own: with a calibration what both see is followed as in a recording, else the line through what both hear.

import type { Camera } from '../../capture/take.ts'
import type { FilmPicture } from '../film-reader.ts'
import type { PictureSize } from '../picture.ts'
import type { Calibration } from '../stitch/calibration.ts'
import type { Shown } from '../track-reader.ts'
import { stepTowards } from './correction.ts'
import { fitWindows, offsetAt, type DriftFit, type WindowedChunk } from './drift-fit.ts'
import type { FilmOffset } from './film-offset.ts'
import { openFilmSync, type FilmSync } from './film-sync.ts'
import type { SyncNote } from './sync-store.ts'

export type FilmDrift = {
  /** Frames, in the chunk that has begun. */
  readonly shift: number
  begin(frame: number): void
  /** What both films gave to a frame. */
  see(frame: number, pictures: Readonly<Record<Camera, FilmPicture>>): void
  /** The chunk's last frame was seen. */
  end(frame: number): void
  /** That of a frame whose chunk has begun. */
  shiftAt(frame: number): number
  told(): ToldDrift
}

export type ToldDrift = {
  /** By how many frames the right pictures were taken later. */
  readonly correctedFrames: { readonly first: number; readonly last: number }
  /** `undefined` where nothing tells, and over less than a minute. */
  readonly drift: (DriftFit & { readonly driftPpm: number; readonly by: 'pictures' | 'sound' }) | undefined
}

export type FilmDriftOptions = {
  readonly calibration: Calibration | undefined
  /** Of the pictures, turned. */
  readonly size: Readonly<Record<Camera, PictureSize>>
  /** Of the merged film. */
  readonly fps: number
  readonly offset: FilmOffset
  /** What the offset is in frames. */
  readonly shift: number
}

/** Errors: invalid, when the calibration makes no canvas. */
export function openFilmDrift({ calibration, size, fps, offset, shift: start }: FilmDriftOptions): FilmDrift {
  const windows: WindowedChunk[] = []
  const onNote = (note: SyncNote): void => {
    if (!('window' in note)) return
    const firstFrame = windows.reduce((sum, { frames }) => sum + frames, 0)
    windows.push({ firstFrame, frames: note.frame + 1 - firstFrame, window: note.window })
  }
  const line = offset.is === 'measured' ? offset.line : undefined
  // Sync looks 90 frames far: from where the films were put together at their beginning.
  const sync = calibration ? openFilmSync({ calibration, size, fps, chunks: [], leadIn: undefined, onNote }) : followLine(line, start, fps)
  const shifts: { readonly frame: number; readonly shift: number }[] = []
  const now = (): number => start + sync.shift
  return {
    get shift() {
      return now()
    },
    begin: (frame) => {
      sync.begin(frame)
      if (shifts.at(-1)?.shift !== now()) shifts.push({ frame, shift: now() })
    },
    see: (frame, { left, right }) => sync.see({ left: shownAt(frame, left), right: shownAt(frame + sync.shift, right) }),
    end: sync.end,
    shiftAt: (frame) => shifts.findLast((each) => each.frame <= frame)?.shift ?? start,
    told: () => ({
      correctedFrames: { first: shifts.at(0)?.shift ?? start, last: now() },
      drift: calibration ? driftBy('pictures', fitWindows(windows, fps)) : driftBy('sound', line),
    }),
  }
}

const driftBy = (by: 'pictures' | 'sound', fit: DriftFit | undefined): ToldDrift['drift'] =>
  fit?.driftPpm === undefined ? undefined : { ...fit, driftPpm: fit.driftPpm, by }

/** The line tells all that there is: nothing is looked at. */
function followLine(line: DriftFit | undefined, start: number, fps: number): FilmSync {
  let shift = 0
  return {
    get shift() {
      return shift
    },
    begin: (frame) => {
      if (line) shift = stepTowards(shift, (offsetAt(line, (frame * 1_000) / fps) * fps) / 1_000 - start)
    },
    see: () => undefined,
    end: () => undefined,
  }
}

/** Films stand on their grid when they are compared. */
const shownAt = (frame: number, given: FilmPicture): Shown =>
  given.is === 'picture' ? { is: 'picture', data: given.data, frame, exactFrame: frame } : { is: 'missing', cause: 'film' }
