// The score on a film: its file is looked at once a second, what changed is noted with the frame of that instant, and frames are drawn by the notes.
// Never draws what is not noted: a merge that goes on, or is made later, draws the same. Never holds a film up.

import type { ScoreSetting } from '../../../config/settings.ts'
import type { Database } from '../../adapters/sqlite.ts'
import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import { mergedUntil } from '../chunk-store.ts'
import type { PictureSize } from '../picture.ts'
import { readScoreFile, type ReadScore } from './score-file.ts'
import { openScoreDrawing } from './score-panel.ts'
import { addScore, fixScore, listScore, mostScores, type FixedScore } from './score-store.ts'

export type FilmScoreOptions = {
  readonly db: Database
  readonly clock: Clock
  readonly logger: Logger
  readonly recordingId: string
  readonly startsAtMs: number
  readonly fps: number
  /** For a film whose merge has not begun. */
  readonly set: ScoreSetting | undefined
  readonly margin: number
  /** Frames of the film as it stands now. */
  readonly frames: () => number
  /** The file as it is. */
  readonly read?: typeof readScoreFile
}

export type FilmScore = AsyncDisposable & {
  /** Draws what stands at this frame of the film, on a canvas that has one size through the film. */
  drawOn(canvas: Buffer, frame: number, size: PictureSize): Promise<void>
}

const lookEveryMs = 1_000

/** `undefined` for a film without. Looks until it is closed. */
export function openFilmScore(options: FilmScoreOptions): FilmScore | undefined {
  const { db, recordingId, set, margin } = options
  const fixed = fixScore(db, recordingId, set && { ...set, margin })
  if (!fixed) return undefined
  const notes = openNotes(options, fixed)
  const over = new AbortController()
  const looking = keepLooking(options.clock, notes.look, over.signal)
  const draw = openScoreDrawing(fixed)
  return {
    drawOn: async (out, frame, size) => draw(await notes.at(frame), out, size),
    [Symbol.asyncDispose]: async () => {
      over.abort()
      await looking
    },
  }
}

async function keepLooking(clock: Clock, look: () => Promise<void>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await look()
    await clock.sleep(lookEveryMs, signal)
  }
}

type Notes = {
  /** What stands at a frame. What the file said at its instant is known by then: it is looked at again if it was not since. */
  at(frame: number): Promise<string>
  /** Notes what has changed. Never rejects. */
  look(): Promise<void>
}

/** A disk gives a small file sooner; a share that hangs may never. */
const readPatienceMs = 2_000

function openNotes(options: FilmScoreOptions, { file }: FixedScore): Notes {
  const { db, clock, logger, recordingId, startsAtMs, fps, frames, read = readScoreFile } = options
  let hung = false
  const rows = listScore(db, recordingId)
  let lookedMs = Number.NEGATIVE_INFINITY
  /** When what was read began to stand. The first look of a film that has no note yet believes the file: what it said when the film began belongs on
   *  its first frame, however late the merge begins. */
  const sinceMs = ({ changedAtMs = Number.POSITIVE_INFINITY }: ReadScore, nowMs: number): number =>
    rows.length === 0 && lookedMs === Number.NEGATIVE_INFINITY ? Math.min(changedAtMs, nowMs) : nowMs
  let undecided = mergedUntil(db, recordingId).frames
  let emptySinceMs: number | undefined
  let told: string | undefined
  let toldUndrawn = ''
  let looking: Promise<void> | undefined
  const note = (text: string, fromMs: number): void => {
    const last = rows.at(-1)
    const firstFrame = Math.max(0, Math.ceil(((fromMs - startsAtMs) * fps) / 1_000), undecided, last?.firstFrame ?? 0)
    if (text === (last?.text ?? '') || firstFrame >= frames() || rows.length >= mostScores) return
    addScore(db, recordingId, { firstFrame, text })
    if (last?.firstFrame === firstFrame) rows.pop()
    rows.push({ firstFrame, text })
  }
  const lookOnce = async (): Promise<void> => {
    const nowMs = clock.nowMs()
    try {
      if (hung) return
      const reading = read(file)
      hung = true
      reading.then(() => (hung = false)).catch(() => (hung = false))
      const patience = new AbortController()
      const found = await Promise.race([reading, clock.sleep(readPatienceMs, patience.signal).then(() => undefined)]).finally(() =>
        patience.abort(),
      )
      const score: ReadScore = found ?? { text: rows.at(-1)?.text ?? '', fault: 'it gives no answer' }
      const { text, fault } = score
      if (fault !== undefined && fault !== told) logger.warn({ recording: recordingId, file, fault }, 'the score cannot be read')
      told = fault
      const { undrawn = '' } = score
      if (undrawn !== '' && undrawn !== toldUndrawn)
        logger.warn({ recording: recordingId, file, undrawn }, 'letters of the score cannot be drawn and are left out')
      toldUndrawn = undrawn === '' ? toldUndrawn : undrawn // a figure that changes beside them is no news
      emptySinceMs = text === '' ? (emptySinceMs ?? nowMs) : undefined
      // Who writes a file anew empties it first: nothing goes from the film before it was seen to be nothing twice.
      if (emptySinceMs === undefined || nowMs - emptySinceMs >= lookEveryMs / 2) note(text, sinceMs(score, nowMs))
    } catch (err) {
      logger.warn({ recording: recordingId, err }, 'a score could not be noted') // the film is worth more
    } finally {
      lookedMs = Math.max(lookedMs, nowMs)
    }
  }
  const look = (): Promise<void> => (looking ??= lookOnce().finally(() => (looking = undefined)))
  return {
    look,
    at: async (frame) => {
      if (startsAtMs + (frame * 1_000) / fps > lookedMs) await look()
      undecided = Math.max(undecided, frame + 1)
      return rows.findLast(({ firstFrame }) => firstFrame <= frame)?.text ?? ''
    },
  }
}
