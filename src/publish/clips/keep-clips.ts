// Makes the clips that were asked for, one after the other, as soon as their last second is written.
// Never gives up for a fault that may pass: until it is made, or known to be impossible, its footage is held.

import path from 'node:path'
import type { Database } from '../../adapters/sqlite.ts'
import { EzrecError, messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type { BoxClock } from '../../capture/box-time-file.ts'
import { openSegmentLog, type SegmentLog } from '../../capture/segment-log.ts'
import { isWritten, partsOf } from './clip-policy.ts'
import { findClip, matchOf, noteClipFailed, noteClipMade, pendingClips, type Clip } from './clip-store.ts'
import { lookForSegments, makeClipFiles, removeClipFiles } from './make-clip.ts'

export type KeepClipsOptions = {
  readonly db: Database
  readonly clock: BoxClock
  readonly logger: Logger
  readonly takesFolder: string
  readonly recordingsFolder: string
  /** How long a segment of a camera is. */
  readonly segmentMs: number
}

const lookMs = 500
const againMs = 10_000
const longestTryMs = 24 * 3_600_000
/** Footage that is held is room that a full disk lacks. */
const longestTryWhenFullMs = 30 * 60_000

/** Resolves when the signal has aborted. */
export async function keepClips(options: KeepClipsOptions, signal: AbortSignal): Promise<void> {
  const { db, clock, logger, segmentMs } = options
  const restsUntil = new Map<string, number>()
  const logs = openLogs(options)
  for (; !signal.aborted; await clock.sleep(lookMs, signal)) {
    try {
      const pending = pendingClips(db)
      const due = pending.filter(({ id, toMs }) => clock.nowMs() >= Math.max(toMs + segmentMs, restsUntil.get(id) ?? 0))
      if (pending.length === 0) logs.clear()
      for (const clip of due) {
        if (signal.aborted) break
        const fault = await tryClip(options, clip, logs, signal).catch((error: unknown) => error)
        if (fault === undefined || signal.aborted) continue
        logger.warn({ clip: clip.id, err: fault }, 'a clip could not be made, trying again')
        restsUntil.set(clip.id, clock.nowMs() + againMs)
        if (isTooLate(clip, fault, clock.nowMs())) noteClipFailed(db, clip, messageOf(fault), clock.nowMs())
      }
      for (const id of restsUntil.keys()) if (findClip(db, id)?.state !== 'pending') restsUntil.delete(id)
    } catch (err) {
      logger.error({ err }, 'the clips that are to be made could not be looked up, trying again')
    }
  }
}

const isTooLate = ({ askedAtMs }: Clip, fault: unknown, nowMs: number): boolean =>
  nowMs - askedAtMs > (fault instanceof EzrecError && fault.code === 'disk_full' ? longestTryWhenFullMs : longestTryMs)

/** What went wrong and may pass. Throws what went wrong elsewhere; the same holds for it. */
async function tryClip(options: KeepClipsOptions, clip: Clip, logs: Logs, signal: AbortSignal): Promise<unknown> {
  const { db, clock, logger, recordingsFolder, segmentMs } = options
  const match = matchOf(db, clip.recordingId)
  if (match?.isCancelled !== false) return noteClipFailed(db, clip, 'its match was cancelled', clock.nowMs())
  // The booking may have been stopped or moved since: what lies behind its end belongs to somebody else.
  const window = { fromMs: clip.fromMs, toMs: Math.min(clip.toMs, match.endsAtMs), notBeforeMs: match.startsAtMs }
  if (window.toMs <= Math.max(window.fromMs, window.notBeforeMs))
    return noteClipFailed(db, clip, 'the match was not on in these seconds', clock.nowMs())
  const takes = await logs.takes(match.rigId, clip.fromMs)
  if (!isWritten(window, takes, clock.nowMs(), segmentMs)) return undefined
  const isThere = await lookForSegments(partsOf(window, takes))
  const folder = path.join(recordingsFolder, match.folder)
  const { files, fault } = await makeClipFiles(clip.id, partsOf(window, takes, isThere), folder, signal)
  if (fault !== undefined && !(files.length > 0 && isTooLate(clip, fault, clock.nowMs()))) return fault
  if (files.length === 0) return noteClipFailed(db, clip, 'neither camera has pictures of it', clock.nowMs())
  const isWanted = noteClipMade(
    db,
    clip,
    files,
    clock.nowMs(),
    fault === undefined ? null : `not all of it could be made: ${messageOf(fault)}`,
  )
  if (!isWanted) return removeClipFiles(clip.id, folder) // deleted meanwhile
  logger.info({ clip: clip.id, recording: clip.recordingId, files: files.length }, 'clip made')
  return undefined
}

type Logs = { takes(rigId: string, sinceMs: number): Promise<SegmentLog['takes']>; clear(): void }

/** A rig's log stays open while clips wait: what was read of a journal is not read again. */
function openLogs({ takesFolder, clock }: KeepClipsOptions): Logs {
  const logs = new Map<string, { readonly log: SegmentLog; readonly sinceMs: number }>()
  return {
    takes: async (rigId, sinceMs) => {
      let open = logs.get(rigId)
      if (!open || open.sinceMs > sinceMs) {
        open = { log: openSegmentLog({ takesFolder, rigId, sinceMs, labelOf: clock.labelOf }), sinceMs }
        logs.set(rigId, open)
      }
      await open.log.refresh()
      return open.log.takes
    },
    clear: () => logs.clear(),
  }
}
