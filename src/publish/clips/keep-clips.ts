// Makes the clips that were asked for, one after the other, as soon as their last second is written.
// Never gives up for a fault that may pass: until it is made, or known to be impossible, its footage is held.

import path from 'node:path'
import type { Database } from '../../adapters/sqlite.ts'
import type { Logger } from '../../base/logger.ts'
import type { BoxClock } from '../../capture/box-time-file.ts'
import { openSegmentLog } from '../../capture/segment-log.ts'
import { isWritten, partsOf } from './clip-policy.ts'
import { matchOf, noteClipFailed, noteClipMade, pendingClips, type Clip } from './clip-store.ts'
import { makeClipFiles } from './make-clip.ts'

export type KeepClipsOptions = {
  readonly db: Database
  readonly clock: BoxClock
  readonly logger: Logger
  readonly takesFolder: string
  readonly recordingsFolder: string
}

const lookMs = 500
const againMs = 10_000
const longestTryMs = 24 * 3_600_000

/** Resolves when the signal has aborted. */
export async function keepClips(options: KeepClipsOptions, signal: AbortSignal): Promise<void> {
  const { db, clock, logger } = options
  const restsUntil = new Map<string, number>()
  for (; !signal.aborted; await clock.sleep(lookMs, signal)) {
    try {
      for (const clip of pendingClips(db)) {
        if (signal.aborted || (restsUntil.get(clip.id) ?? 0) > clock.nowMs()) continue
        await tryClip(options, clip, signal).catch((err: unknown) => {
          if (signal.aborted) return
          logger.warn({ clip: clip.id, err }, 'a clip could not be made, trying again')
          restsUntil.set(clip.id, clock.nowMs() + againMs)
          if (clock.nowMs() - clip.askedAtMs > longestTryMs) noteClipFailed(db, clip, 'it could not be made for a day', clock.nowMs())
        })
      }
    } catch (err) {
      logger.error({ err }, 'the clips that are to be made could not be looked up, trying again')
    }
  }
}

async function tryClip(
  { db, clock, logger, takesFolder, recordingsFolder }: KeepClipsOptions,
  clip: Clip,
  signal: AbortSignal,
): Promise<void> {
  const match = matchOf(db, clip.recordingId)
  if (match?.isCancelled !== false) return noteClipFailed(db, clip, 'its match was cancelled', clock.nowMs())
  // The booking may have been stopped or moved since: what lies behind its end belongs to somebody else.
  const window = { fromMs: clip.fromMs, toMs: Math.min(clip.toMs, match.endsAtMs), notBeforeMs: match.startsAtMs }
  if (window.toMs <= Math.max(window.fromMs, window.notBeforeMs))
    return noteClipFailed(db, clip, 'the match was not on in these seconds', clock.nowMs())
  const log = openSegmentLog({ takesFolder, rigId: match.rigId, sinceMs: clip.fromMs, labelOf: clock.labelOf })
  await log.refresh()
  if (!isWritten(window, log.takes, clock.nowMs())) return
  const files = await makeClipFiles(clip, partsOf(window, log.takes), path.join(recordingsFolder, match.folder), signal)
  if (files.length === 0) return noteClipFailed(db, clip, 'neither camera has pictures of it', clock.nowMs())
  noteClipMade(db, clip, files, clock.nowMs())
  logger.info({ clip: clip.id, recording: clip.recordingId, files: files.length }, 'clip made')
}
