// Sync while a film is composed: the shift of the chunk that is being made, and what its pictures tell for the chunks to come.
// Never changes a shift within a chunk, and knows nothing that the rows of the chunks before do not tell.

import type { Camera } from '../../capture/take.ts'
import { cameras } from '../../capture/take.ts'
import type { PictureSize } from '../picture.ts'
import type { Calibration } from '../stitch/calibration.ts'
import type { Shown, TrackReader } from '../track-reader.ts'
import { firstShift, nextShift, type SyncedChunk, type SyncWindow } from './correction.ts'
import { openOffsetMeter } from './offset-meter.ts'
import type { SyncNote } from './sync-store.ts'

export type FilmSync = {
  /** By how many frames the right camera's pictures are to be taken later, in this chunk; before the first one, in that. */
  readonly shift: number
  /** A chunk begins with this frame. */
  begin(frame: number): void
  /** What the cameras gave to the next frame. */
  see(shown: Readonly<Record<Camera, Shown>>): void
  /** The chunk's last frame was seen. */
  end(frame: number): void
}

export type FilmSyncOptions = {
  readonly calibration: Calibration
  /** Of the pictures as they are shown, turned. */
  readonly size: Readonly<Record<Camera, PictureSize>>
  readonly fps: number
  /** What the film holds already. */
  readonly chunks: readonly SyncedChunk[]
  readonly leadIn: SyncWindow | undefined
  readonly onNote: (note: SyncNote) => void
}

/** A window ends with the first chunk that makes it so long. */
const windowSeconds = 5

type Readers = Readonly<Record<Camera, Pick<TrackReader, 'at'>>>

/** Errors: invalid, when the calibration makes no canvas. */
export function openFilmSync({ calibration, size, fps, leadIn, onNote, ...options }: FilmSyncOptions): FilmSync {
  const chunks = [...options.chunks]
  const window = openWindow({ calibration, size, fps })
  const start = firstShift(leadIn)
  let shift = nextShift(start, chunks, fps)
  let firstFrame = 0
  let windowFrom = unfinishedFrom(chunks)
  return {
    get shift() {
      return shift
    },
    begin: (frame) => {
      shift = nextShift(start, chunks, fps)
      firstFrame = frame
      onNote({ frame, shift })
    },
    see: window.see,
    end: (frame) => {
      const isWhole = frame + 1 - windowFrom >= windowSeconds * fps
      const told = isWhole ? window.judge() : undefined
      if (told) windowFrom = frame + 1
      if (told) onNote({ frame, window: told })
      chunks.push({ firstFrame, frames: frame + 1 - firstFrame, shift, window: told })
    },
  }
}

/** The film's frame from which on pictures were seen but no window has ended: a merge that goes on looks at them once more. */
export function unfinishedFrom(chunks: readonly SyncedChunk[]): number {
  const last = chunks.findLast(({ window }) => window !== undefined)
  return last ? last.firstFrame + last.frames : 0
}

/** Shows a sync what it would remember, had the merge not been interrupted. */
export async function seeAgain(sync: FilmSync, chunks: readonly SyncedChunk[], readers: Readers): Promise<void> {
  const from = unfinishedFrom(chunks)
  for (const chunk of chunks.filter(({ firstFrame }) => firstFrame >= from))
    for (let frame = chunk.firstFrame; frame < chunk.firstFrame + chunk.frames; frame += 1)
      sync.see(await shownAt(readers, frame, chunk.shift))
}

/** Frames before the film that tell how the cameras stand when it begins. */
export const leadInFrames = (fps: number): number => windowSeconds * fps

/** What the pictures of the lead-in tell. Readers are asked from `-leadInFrames` on. */
export async function lookAtLeadIn(options: Pick<FilmSyncOptions, 'calibration' | 'size' | 'fps'>, readers: Readers): Promise<SyncWindow> {
  const window = openWindow(options)
  for (let frame = -leadInFrames(options.fps); frame < 0; frame += 1) window.see(await shownAt(readers, frame, 0))
  return window.judge()
}

async function shownAt(readers: Readers, frame: number, shift: number): Promise<Readonly<Record<Camera, Shown>>> {
  const [left, right] = await Promise.all([readers.left.at(frame), readers.right.at(frame + shift)])
  return { left, right }
}

/** Pictures of both cameras until they are judged, and how far the film's grid has put them from their capture times. */
function openWindow({ calibration, size, fps }: Pick<FilmSyncOptions, 'calibration' | 'size' | 'fps'>): {
  see: FilmSync['see']
  judge(): SyncWindow
} {
  const meter = openOffsetMeter({ calibration, size, fps })
  const mean = { left: openMean(), right: openMean() }
  return {
    see: (shown) => {
      for (const camera of cameras) {
        const given = shown[camera]
        if (given.is !== 'picture') continue
        meter.see(camera, (given.exactFrame * 1e6) / fps, given.data)
        mean[camera].add(given.exactFrame - given.frame)
      }
    },
    judge: () => {
      const told = meter.judge()
      const placed = mean.right.take() - mean.left.take()
      return told.is === 'refused' ? told : { ...told, wantedFrames: (told.offsetMs * fps) / 1_000 - placed }
    },
  }
}

function openMean(): { add(value: number): void; take(): number } {
  let [sum, count] = [0, 0]
  return {
    add: (value) => {
      sum += value
      count += 1
    },
    take: () => {
      const mean = count === 0 ? 0 : sum / count
      ;[sum, count] = [0, 0]
      return mean
    },
  }
}
