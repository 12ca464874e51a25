// One camera's pictures by film frame: what the camera showed at frame k, or the proof that it showed nothing.
// Waits rather than guesses: a picture is missing only when nothing can still bring it, so that live and later compose the same film.

import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import type { SegmentLog } from '../capture/segment-log.ts'
import type { Camera, Take } from '../capture/take.ts'
import { causeAt } from '../check/coverage.ts'
import { framesBetween, placeSegments, type FilmGrid } from '../check/timeline.ts'
import { takesInOrder, type FramedPicture } from './framed-pictures.ts'
import type { PictureSize } from './picture.ts'

/** A camera's picture for a frame; `data` is valid until the next call. */
export type Shown = { readonly is: 'picture' | 'repeat'; readonly data: Buffer } | { readonly is: 'missing'; readonly cause: string }

export type TrackReaderOptions = {
  readonly camera: Camera
  readonly grid: FilmGrid
  /** The first frame that will be asked for. */
  readonly fromFrame: number
  readonly log: SegmentLog
  readonly size: PictureSize
  readonly clock: Clock
  readonly logger: Logger
  readonly signal: AbortSignal
}

export type TrackReader = {
  /** Frames must be asked for in growing order. */
  at(frame: number): Promise<Shown>
  close(): Promise<void>
}

/** A hole of at most this many frames within a take repeats the picture before it; a longer one shows the card. */
const longestRepeat = 5

/** This long after a frame's instant, with no take running, no take can bring it any more. */
const graceMs = 1_000

const pollMs = 40

export function openTrackReader(options: TrackReaderOptions): TrackReader {
  const { camera, grid, log, clock, signal, fromFrame } = options
  const stop = new AbortController()
  const pictures = takesInOrder(options, (take) => isOver(take, fromFrame, grid), AbortSignal.any([signal, stop.signal]))
  let pending: Promise<IteratorResult<FramedPicture, undefined>> | undefined
  let head: FramedPicture | undefined
  let before: FramedPicture | undefined

  /** The first picture at or after `frame`, or `undefined` once it is proven that none can come for it. */
  const headFor = async (frame: number): Promise<FramedPicture | undefined> => {
    while (head === undefined || head.frame < frame) {
      before = head ?? before
      head = undefined
      pending ??= pictures.next()
      const arrived = await Promise.race([pending, clock.sleep(pollMs, signal)])
      signal.throwIfAborted()
      if (arrived) {
        pending = undefined
        if (arrived.done === true) return undefined
        head = arrived.value
      } else {
        await log.refresh()
        if (nothingCanCome(frame, options)) return undefined
      }
    }
    return head
  }

  return {
    at: async (frame) => {
      const found = await headFor(frame)
      if (found?.frame === frame) return { is: 'picture', data: found.data }
      if (found && before && before.takeId === found.takeId && found.frame - before.frame - 1 <= longestRepeat)
        return { is: 'repeat', data: before.data }
      return { is: 'missing', cause: causeAt(frame, camera, log.takes, grid) }
    },
    close: async () => {
      stop.abort()
      await pending?.catch(() => undefined)
      await pictures.return(undefined)
    },
  }
}

/** Proof that no picture can still be captured for a frame: its instant is past, and no take of this camera runs that could hold it. */
function nothingCanCome(frame: number, { camera, grid, log, clock }: TrackReaderOptions): boolean {
  const frameMs = grid.startsAtMs + (frame * 1_000) / grid.fps
  return clock.nowMs() > frameMs + graceMs && log.takes.every((take) => take.camera !== camera || isOver(take, frame, grid))
}

/** Whether a take has ended before a frame. */
function isOver(take: Take, frame: number, grid: FilmGrid): boolean {
  if (take.ended === undefined) return false
  const last = placeSegments(grid, take.camera, [take]).at(-1)
  const segment = take.segments.at(-1)
  return !last || !segment || last.firstFrame + framesBetween(last.firstTicks, segment.lastTicks, grid.fps) < frame
}
