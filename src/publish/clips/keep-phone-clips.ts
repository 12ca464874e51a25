// Makes the clips for phones that were asked for, one after the other, when the film is published and nothing is recorded or merged.
// Never holds anything up: a recording that opens ends what is under way, and it is made anew later, as it is after a kill.

import path from 'node:path'
import type { Database } from '../../adapters/sqlite.ts'
import type { Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import { findRecording } from '../../capture/recording-store.ts'
import { bookendFrames } from '../../merge/branding/bookend-store.ts'
import { formOf } from '../../merge/layouts/layout-of.ts'
import { turnedSize } from '../../merge/picture.ts'
import { leisureOf } from '../companions/leisure.ts'
import { whyNotNow } from '../companions/rendition-policy.ts'
import type { FilmStore } from '../stores/store.ts'
import { findVideoOf } from '../video.ts'
import { matchOf } from './clip-store.ts'
import { removeClipFiles } from './make-clip.ts'
import { makePhoneClip, type PhoneClipWork } from './make-phone-clip.ts'
import { mostPhoneBytes, panesOf } from './phone-clip-format.ts'
import {
  findPhoneClip,
  notePhoneClipFailed,
  notePhoneClipMade,
  notePhoneProgress,
  pendingPhoneClips,
  type PhoneClip,
} from './phone-clip-store.ts'

export type KeepPhoneClipsOptions = {
  readonly db: Database
  readonly clock: Clock
  readonly logger: Logger
  readonly store: Pick<FilmStore, 'pathOf'>
  readonly rigId: string
  readonly recordingsFolder: string
  /** Whether the disk has so many bytes to spare beside what is booked. */
  readonly hasRoom: (bytes: number) => Promise<boolean>
}

const lookMs = 1_000
const restMs = 60_000
/** Tries that failed by themselves; one that a recording ended is none. */
const mostTries = 5
/** A film that is not there by then never will be, and footage of a match a week ago is nothing to hold room for. */
const longestWaitMs = 7 * 24 * 3_600_000
const noTime = 'for a week there was no quiet time, or no room, to make it'

/** Until the signal aborts. */
export async function keepPhoneClips(options: KeepPhoneClipsOptions, signal: AbortSignal): Promise<void> {
  const { db, clock, logger } = options
  const tries = new Map<string, { readonly count: number; readonly untilMs: number }>()
  for (; !signal.aborted; await clock.sleep(lookMs, signal)) {
    try {
      const pending = pendingPhoneClips(db)
      for (const id of tries.keys()) if (pending.every((each) => each.id !== id)) tries.delete(id)
      for (const clip of pending.filter(({ askedAtMs }) => clock.nowMs() - askedAtMs > longestWaitMs))
        notePhoneClipFailed(db, clip, workOf(options, clip) ? noTime : 'no film of it was published', clock.nowMs())
      const next = pending.find((clip) => (tries.get(clip.id)?.untilMs ?? 0) <= clock.nowMs() && workOf(options, clip))
      if (!next || whyNotNow(leisureOf(options)) !== undefined || !(await options.hasRoom(2 * mostPhoneBytes))) continue
      const fault = await tryOnce(options, next, signal)
      if (fault === undefined) continue
      const count = (tries.get(next.id)?.count ?? 0) + 1
      tries.set(next.id, { count, untilMs: clock.nowMs() + restMs * 2 ** (count - 1) })
      logger.warn({ clip: next.id, err: fault, tries: count }, 'a clip for phones could not be made')
      if (count >= mostTries) notePhoneClipFailed(db, next, messageOf(fault), clock.nowMs())
    } catch (err) {
      if (!signal.aborted) logger.error({ err }, 'the clips for phones could not be looked at, trying again')
    }
  }
}

/** What went wrong by itself; nothing when it was made, or something else came first. */
async function tryOnce(options: KeepPhoneClipsOptions, clip: PhoneClip, signal: AbortSignal): Promise<unknown> {
  const { db, clock, logger } = options
  const work = workOf(options, clip)
  if (!work) return undefined
  const stop = new AbortController()
  const isWanted = (): boolean => findPhoneClip(db, clip.id)?.state === 'pending'
  const watch = setInterval(() => {
    try {
      if (whyNotNow(leisureOf(options)) !== undefined || !isWanted() || !workOf(options, clip)) stop.abort()
    } catch {
      stop.abort() // nobody knows whether a recording begins: then it comes first
    }
  }, 1_000)
  try {
    notePhoneProgress(db, clip.id, 0)
    const file = await makePhoneClip(work, { onProgress: progressOf(options, clip), isWanted }, AbortSignal.any([signal, stop.signal]))
    if (!notePhoneClipMade(db, clip, file, clock.nowMs())) await removeClipFiles(clip.id, work.folder) // deleted meanwhile
    else logger.info({ clip: clip.id, recording: clip.recordingId, bytes: file.bytes }, 'clip for phones made')
    return undefined
  } catch (error) {
    return signal.aborted || stop.signal.aborted || !isWanted() ? undefined : error
  } finally {
    clearInterval(watch)
  }
}

/** A row a second at most. */
function progressOf({ db, clock }: KeepPhoneClipsOptions, { id }: PhoneClip): (share: number) => void {
  let toldUs = clock.monotonicUs()
  return (share) => {
    if (clock.monotonicUs() - toldUs < 1e6) return
    toldUs = clock.monotonicUs()
    notePhoneProgress(db, id, share)
  }
}

/** `undefined` while there is no film to cut it out of, or it lies no more within the match. */
function workOf({ db, store, recordingsFolder }: KeepPhoneClipsOptions, clip: PhoneClip): PhoneClipWork | undefined {
  const recording = findRecording(db, clip.recordingId)
  const video = findVideoOf(db, clip.recordingId)
  if (!recording || !video?.published || matchOf(db, clip.recordingId)?.isCancelled !== false) return undefined
  const { fps, width, height } = video.published
  const { startsAtMs, endsAtMs } = recording
  const [fromMs, toMs] = [Math.max(clip.fromMs, startsAtMs), Math.min(clip.toMs, endsAtMs)]
  if (toMs - fromMs < 1_000) return undefined
  const canvas = { width, height }
  const left = turnedSize({ width: recording.cameraWidth, height: recording.cameraHeight }, recording.rotation.left)
  return {
    id: clip.id,
    film: store.pathOf(video.objectKey),
    fromSeconds: bookendFrames(db, recording.id).intro / fps + (fromMs - startsAtMs) / 1_000,
    seconds: (toMs - fromMs) / 1_000,
    ...{ fps, canvas, panes: panesOf(formOf(recording).name, canvas, left), shape: clip.shape },
    folder: path.join(recordingsFolder, recording.folder),
  }
}
