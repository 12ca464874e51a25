// What a camera (or the microphone) gave, take after take, each picture or unit with the frame of its grid; and a take's pictures, decoded.
// Placed by its own time stamp; what the decoder makes of a torn end is left out.

import type { Turn } from '../../config/picture-words.ts'
import type { Clock } from '../base/clock.ts'
import { EzrecError } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import { ticksModulus, unwrapTicks } from '../capture/mpegts/reader.ts'
import type { SegmentLog } from '../capture/segment-log.ts'
import type { Input } from '../capture/input.ts'
import type { Take } from '../capture/take.ts'
import { framesBetween, placeSegments, type FilmGrid, type PlacedSegment } from '../check/timeline.ts'
import { startDecoder, type Decoder } from './decoder.ts'
import type { PictureSize } from './picture.ts'
import { feedTake } from './take-feed.ts'

/** A picture with its film frame, and where it stands by its capture time alone; of the sound, an access unit with its place on the sound's own
 *  grid. `data` is valid until the next but one is asked for. */
export type FramedPicture = Placement & { readonly takeId: string; readonly data: Buffer }

/** `ticks`: its own stamp, unwrapped within its take. */
export type Placement = { readonly frame: number; readonly exactFrame: number; readonly ticks: number }

export type FramedPicturesOptions = {
  readonly camera: Input
  readonly grid: FilmGrid
  readonly fromFrame: number
  readonly log: SegmentLog
  readonly clock: Clock
  readonly logger: Logger
}

/** Reads one take from the segment `start` on. */
export type TakeReader = (
  options: FramedPicturesOptions,
  start: PlacedSegment,
  signal: AbortSignal,
) => AsyncGenerator<FramedPicture, undefined>

const pollMs = 40

/** Every take of the input in turn, but those that `skip` tells to be wholly before the start; waits for takes that are still to come.
 *  A take whose last picture was given is added to `finished`. */
export async function* takesInOrder(
  options: FramedPicturesOptions,
  { read, skip, finished }: { readonly read: TakeReader; readonly skip: (take: Take) => boolean; readonly finished: Set<string> },
  signal: AbortSignal,
): AsyncGenerator<FramedPicture, undefined> {
  const { camera, log, clock, grid, fromFrame } = options
  const done = new Set<string>()
  while (!signal.aborted) {
    await log.refresh()
    const take = log.takes.find((each) => each.camera === camera && !done.has(each.id))
    const placed = take ? placeSegments(grid, camera, [take]) : []
    if (!take || (placed.length === 0 && !take.ended)) {
      await clock.sleep(pollMs, signal)
      continue
    }
    done.add(take.id)
    const start = placed.findLast(({ firstFrame }) => firstFrame <= fromFrame) ?? placed[0]
    if (start && !skip(take)) yield* read(options, start, signal)
    if (!signal.aborted) finished.add(take.id)
  }
  return undefined
}

/** A take's pictures, decoded and turned; `size` is the camera's, before. */
export const decodedPictures =
  (size: PictureSize, turn: Turn): TakeReader =>
  (options, start, signal) =>
    decodeTake({ size, turn }, options, start, signal)

async function* decodeTake(
  { size, turn }: { readonly size: PictureSize; readonly turn: Turn },
  options: FramedPicturesOptions,
  start: PlacedSegment,
  signal: AbortSignal,
): AsyncGenerator<FramedPicture, undefined> {
  const { log, clock, camera, logger } = options
  const takeId = start.take.id
  const stop = new AbortController()
  const placeOf = openPlacement(takeId, options)
  const decoder = await startDecoder(size, turn)
  const onUnreadable = (number: number, error: unknown): void =>
    logger.error({ camera, take: takeId, segment: number, err: error }, 'a segment cannot be read, the film goes on without it')
  const feeding = feed(
    decoder,
    feedTake({ log, takeId, fromNumber: start.number, clock, signal: AbortSignal.any([signal, stop.signal]), onUnreadable }),
  )
  let near = start.firstTicks
  try {
    for (let picture = await decoder.next(); picture; picture = await decoder.next()) {
      near = unwrapTicks(((picture.ticks % ticksModulus) + ticksModulus) % ticksModulus, near)
      const place = placeOf(near)
      if (place && place.frame >= options.fromFrame) yield { ...place, takeId, data: picture.data }
      else decoder.giveBack(picture) // the picture before may be shown again
    }
  } catch (error) {
    if (signal.aborted) return undefined
    if (!isRefusal(error) || log.takes.find(({ id }) => id === takeId)?.ended === undefined) throw error
    logger.error({ camera, take: takeId, err: error }, 'what is left of a take does not decode, the film goes on without it')
  } finally {
    stop.abort()
    await decoder.close()
    await feeding
  }
  return undefined
}

async function feed(decoder: Decoder, bytes: AsyncIterable<Buffer>): Promise<void> {
  for await (const piece of bytes) await decoder.write(piece)
  decoder.end()
}

/** A decoder that gave up on what it was given, as opposed to one that was killed: starting it again would end the same way. */
const isRefusal = (error: unknown): boolean => error instanceof EzrecError && typeof error.facts['exit'] === 'number'

/** Where a picture or unit stands, by the segment it stands in; `undefined` for what lies past a segment's told end. */
export function openPlacement(takeId: string, { log, grid, camera }: FramedPicturesOptions): (ticks: number) => Placement | undefined {
  let placed: readonly PlacedSegment[] = []
  return (ticks) => {
    const take = log.takes.find(({ id }) => id === takeId)
    if (!take) return undefined
    if (placed.length < take.opened.length) placed = placeSegments(grid, camera, [take])
    const segment = placed.findLast(({ firstTicks }) => firstTicks <= ticks)
    if (!segment) return undefined
    const closed = take.segments.findLast(({ number }) => number === segment.number)
    if (closed && ticks > closed.lastTicks) return undefined
    return {
      frame: segment.firstFrame + framesBetween(segment.firstTicks, ticks, grid.fps),
      exactFrame: segment.exactFrame + ((ticks - segment.firstTicks) * grid.fps) / 90_000,
      ticks,
    }
  }
}
