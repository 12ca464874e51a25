// What is told of two films as they are merged: where one had no picture or sound and why, what it gave to each frame, and pictures that show nothing.
// A picture that is shown again is counted and is no gap: a film of the lower rate repeats all the time. Never decides what is shown.

import { cameras, type Camera } from '../capture/take.ts'
import { openPictureWatch, samplePicture, type FaultyStretch } from '../check/picture-health.ts'
import type { GapRow } from './chunk-store.ts'
import type { FilmPicture } from './film-reader.ts'
import type { PictureSize } from './picture.ts'
import type { PictureFaultRow } from './picture-faults.ts'
import type { ShownCount } from './shown.ts'

/** In the order of the film, by frames of it. */
export type ToldFilms = {
  readonly gaps: readonly GapRow[]
  readonly pictureFaults: readonly PictureFaultRow[]
  readonly shown: Readonly<Record<Camera, ShownCount>>
}

export type FilmTelling = {
  /** What both films gave to a frame; frames in growing order. */
  see(frame: number, shown: Readonly<Record<Camera, FilmPicture>>): void
  /** What the sound lacks. */
  miss(gaps: readonly GapRow[]): void
  told(): ToldFilms
}

/** Sizes are those of the pictures, turned. `startsAt`: the film's frame with which each one's pictures begin. */
export function openFilmTelling(options: {
  readonly fps: number
  readonly size: Readonly<Record<Camera, PictureSize>>
  readonly startsAt: Readonly<Record<Camera, number>>
}): FilmTelling {
  const fps = Math.round(options.fps)
  const eyes = cameras.map((camera) => ({ camera, size: options.size[camera], watch: openPictureWatch(fps) }))
  const count = { left: { kept: 0, repeated: 0, missing: 0 }, right: { kept: 0, repeated: 0, missing: 0 } }
  const gaps: GapRow[] = []
  const faults = new Map<string, PictureFaultRow>()
  const note = (camera: Camera, stretch: FaultyStretch | undefined): void => {
    if (stretch) faults.set(`${camera} ${stretch.fault} ${stretch.firstFrame}`, { camera, ...stretch })
  }
  let frames = 0
  return {
    see: (frame, shown) => {
      frames = frame + 1
      for (const { camera, size, watch } of eyes) {
        const given = shown[camera]
        const isThere = given.is === 'picture' || given.is === 'repeat'
        count[camera][given.is === 'picture' ? 'kept' : isThere ? 'repeated' : 'missing'] += 1
        const cause = given.is === 'ended' ? 'film-ended' : frame < options.startsAt[camera] ? 'late-start' : 'frames-dropped'
        if (!isThere) gaps.push({ camera, firstFrame: frame, frames: 1, cause })
        if (frame % fps !== 0) continue
        if (!isThere) watch.miss()
        else note(camera, watch.see(frame, samplePicture(given.data, size.width, size.height)))
      }
    },
    miss: (more) => void gaps.push(...more),
    told: () => {
      for (const { camera, watch } of eyes) note(camera, watch.end(frames))
      return { gaps: joined(gaps), shown: count, pictureFaults: [...faults.values()].toSorted((a, b) => a.firstFrame - b.firstFrame) }
    },
  }
}

/** Those that touch and have one cause are one. */
function joined(gaps: readonly GapRow[]): GapRow[] {
  const growing = new Map<string, { camera: GapRow['camera']; firstFrame: number; frames: number; cause: string }>()
  const all: GapRow[] = []
  for (const gap of gaps) {
    const kind = `${gap.camera} ${gap.cause}`
    const before = growing.get(kind)
    if (before && gap.firstFrame <= before.firstFrame + before.frames)
      before.frames = Math.max(before.frames, gap.firstFrame + gap.frames - before.firstFrame)
    else {
      const begun = { ...gap }
      growing.set(kind, begun)
      all.push(begun)
    }
  }
  return all.toSorted((a, b) => a.firstFrame - b.firstFrame)
}
