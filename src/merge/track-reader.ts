// One camera's pictures by film frame (or the sound's units by their own grid): what was there at frame k, or the proof that nothing was.
// Waits rather than guesses: a picture is missing only when nothing can still bring it, so that live and later compose the same film.

import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import type { SegmentLog } from '../capture/segment-log.ts'
import type { Input } from '../capture/input.ts'
import { causeAt } from '../check/coverage.ts'
import { framesBetween, type FilmGrid } from '../check/timeline.ts'
import { openProof } from './absence.ts'
import { takesInOrder, type FramedPicture, type TakeReader } from './framed-pictures.ts'

type ShownPicture = { readonly data: Buffer; readonly frame: number; readonly exactFrame: number }

/** A camera's picture for a frame; `frame` is its own, `exactFrame` where it stands by its capture time alone. `data` is valid until the next call.
 *  A repeat `isLoss` unless it only keeps the camera's clock in step with the film: one frame, between two pictures that the camera took one after the other. */
export type Shown =
  | ({ readonly is: 'picture' } & ShownPicture)
  | ({ readonly is: 'repeat'; readonly isLoss: boolean } & ShownPicture)
  | { readonly is: 'missing'; readonly cause: string }

export type TrackReaderOptions = {
  readonly camera: Input
  readonly grid: FilmGrid
  /** The first frame that will be asked for. */
  readonly fromFrame: number
  readonly log: SegmentLog
  readonly read: TakeReader
  /** A hole of at most this many frames within a take repeats what was before it; a longer one is missing. */
  readonly longestRepeat?: number
  /** Waits no longer than this for what can still come, once nothing has come for a second: for the sound, which must not hold up the film. */
  readonly patienceMs?: number
  readonly clock: Clock
  readonly logger: Logger
  readonly signal: AbortSignal
}

export type TrackReader = {
  /** Frames must be asked for in growing order; the last one may be asked for again. */
  at(frame: number): Promise<Shown>
  close(): Promise<void>
}

/** Pictures: a longer hole shows the card. */
const usualRepeat = 5

const pollMs = 40

export function openTrackReader(options: TrackReaderOptions): TrackReader {
  const { camera, grid, log, clock, signal, fromFrame, read, longestRepeat = usualRepeat } = options
  const stop = new AbortController()
  const proof = openProof(options)
  const pictures = takesInOrder(
    options,
    { read, skip: (take) => proof.isOver(take, fromFrame), finished: proof.finished },
    AbortSignal.any([signal, stop.signal]),
  )
  let pending: Promise<IteratorResult<FramedPicture, undefined>> | undefined
  let head: FramedPicture | undefined
  let before: FramedPicture | undefined
  let provenUntil = Number.NEGATIVE_INFINITY
  let waitsSinceUs = clock.monotonicUs()

  const isTooLate = (frame: number): boolean =>
    options.patienceMs !== undefined &&
    clock.monotonicUs() - waitsSinceUs > 1e6 &&
    clock.nowMs() > grid.startsAtMs + (frame * 1_000) / grid.fps + options.patienceMs

  /** The first picture at or after `frame`, or `undefined` once it is proven that none can come for it. */
  const headFor = async (frame: number): Promise<FramedPicture | undefined> => {
    while (head === undefined || head.frame < frame) {
      if (frame < provenUntil) return undefined // a stretch is proven at once, not frame by frame
      before = head ?? before
      head = undefined
      if (!pending) waitsSinceUs = clock.monotonicUs()
      pending ??= pictures.next()
      const arrived = await Promise.race([pending, clock.sleep(pollMs, signal)])
      signal.throwIfAborted()
      if (arrived) {
        pending = undefined
        if (arrived.done === true) return undefined
        head = arrived.value
      } else {
        await log.refresh()
        provenUntil = Math.max(provenUntil, proof.emptyUntil(frame, log.takes))
        if (isTooLate(frame)) return undefined
      }
    }
    return head
  }

  const causes = openCauses((frame) => causeAt(frame, camera, log.takes, grid), grid.fps)
  return {
    at: async (frame) => {
      const found = await headFor(frame)
      if (found?.frame === frame) return { ...found, is: 'picture' }
      if (found && before && before.takeId === found.takeId && found.frame - before.frame - 1 <= longestRepeat)
        return { ...before, is: 'repeat', isLoss: isLoss(before, found, grid) }
      return { is: 'missing', cause: causes.of(frame) }
    },
    close: async () => {
      stop.abort()
      await pending?.catch(() => undefined)
      await pictures.return(undefined)
    },
  }
}

const isLoss = (before: FramedPicture, next: FramedPicture, { fps }: FilmGrid): boolean =>
  next.frame - before.frame > 2 || framesBetween(before.ticks, next.ticks, fps) > 1

/** Why frames are missing is looked up once a second of film: it takes a walk over every segment. */
function openCauses(look: (frame: number) => string, everyFrames: number): { of(frame: number): string } {
  let known: { readonly cause: string; readonly from: number; readonly last: number } | undefined
  return {
    of: (frame) => {
      known =
        known && frame === known.last + 1 && frame < known.from + everyFrames
          ? { ...known, last: frame }
          : { cause: look(frame), from: frame, last: frame }
      return known.cause
    },
  }
}
