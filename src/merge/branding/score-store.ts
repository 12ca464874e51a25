// What stood on a film, and from which frame on, as rows; and how it is drawn, fixed when the merge begins.
// Never reads the file that the text comes from.

import { z } from 'zod'
import { logoPositions } from '../../../config/picture-words.ts'
import type { Database } from '../../adapters/sqlite.ts'
import { mergedUntil, readInit } from '../chunk-store.ts'

/** Of one film: a change a second for over an hour. */
export const mostScores = 5_000

/** `text` stands from this frame on, until the next row's. */
export type ScoreRow = { readonly firstFrame: number; readonly text: string }

const fixedScore = z.object({
  file: z.string(),
  position: z.enum(logoPositions),
  height: z.int().positive(),
  margin: z.int().nonnegative(),
})
export type FixedScore = z.infer<typeof fixedScore>

/** How this film's text is drawn: as it was fixed, or as it is set now if this is its merge's first life. */
export function fixScore(db: Database, recordingId: string, set: FixedScore | undefined): FixedScore | undefined {
  return db.transaction(() => {
    const before = db.get('select score from recording where id = ?', recordingId)?.['score']
    if (typeof before === 'string') return before === '' ? undefined : fixedScore.parse(JSON.parse(before))
    const begun = mergedUntil(db, recordingId).chunks > 0 || readInit(db, recordingId) !== undefined // by a version without any
    const fixed = begun ? undefined : set
    db.run('update recording set score = ? where id = ?', fixed ? JSON.stringify(fixed) : '', recordingId)
    return fixed
  })
}

/** In order. */
export function listScore(db: Database, recordingId: string): ScoreRow[] {
  const row = z.object({ first_frame: z.int(), text: z.string() })
  return db.all('select first_frame, text from score where recording_id = ? order by first_frame', recordingId).map((found) => {
    const { first_frame: firstFrame, text } = row.parse(found)
    return { firstFrame, text }
  })
}

/** From its frame on; one that stood from the same frame on is gone. */
export const addScore = (db: Database, recordingId: string, { firstFrame, text }: ScoreRow): void =>
  void db.run('insert or replace into score (recording_id, first_frame, text) values (?, ?, ?)', recordingId, firstFrame, text)

/** The film is drawn without. */
export function forgetScore(db: Database, recordingId: string): void {
  db.transaction(() => {
    db.run('delete from score where recording_id = ?', recordingId)
    db.run("update recording set score = '' where id = ?", recordingId)
  })
}
