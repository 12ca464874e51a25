// Clips as rows: seconds of a match that somebody wants kept, and the files that were made of them.
// Never touches a file. A pending row holds the footage that it needs; a file's row is written after the file.

import path from 'node:path'
import { z } from 'zod'
import { addEvent } from '../../adapters/log-tables.ts'
import type { Database } from '../../adapters/sqlite.ts'
import { EzrecError } from '../../base/errors.ts'
import { newId } from '../../base/ids.ts'
import type { Recording } from '../../capture/recording.ts'

export type ClipFile = { readonly name: string; readonly frames: number; readonly bytes: number; readonly sha256: string }

export type Clip = {
  readonly id: string
  readonly recordingId: string
  readonly fromMs: number
  readonly toMs: number
  readonly state: 'pending' | 'made' | 'failed'
  readonly label: string | null
  readonly askedAtMs: number
  readonly fault: string | null
  readonly files: readonly ClipFile[]
}

export const clipSeconds = { shortest: 1, longest: 120 } as const
const mostClips = 200
/** Of all clips of a match together: 10 minutes as two cameras see them are some 1.5 GB. */
const mostSeconds = 600
/** A finger that is pressed again and again must not fill the disk. */
const mostPending = 20

/** A file of it below the recording's folder. */
export const clipFile = (clipId: string, name: string): string => path.join('clips', `${clipId}-${name}`)

/** The last seconds that were played, nothing from before the match or behind it. Errors: conflict (nothing was played yet, it was cancelled, there
 *  are too many). */
export function askForClip(
  db: Database,
  recording: Pick<Recording, 'id'>,
  { seconds, label, askedBy }: { readonly seconds: number; readonly label: string | null; readonly askedBy: string },
  nowMs: number,
): Clip {
  return db.transaction(() => {
    const match = matchOf(db, recording.id)
    if (match?.isCancelled !== false)
      throw new EzrecError('conflict', 'this match was cancelled', { hint: 'its film is not kept, nor are clips of it' })
    const toMs = Math.floor(Math.min(nowMs, match.endsAtMs))
    const fromMs = Math.max(match.startsAtMs, Math.floor(toMs - seconds * 1_000))
    if (toMs - fromMs < 1_000)
      throw new EzrecError('conflict', 'nothing of this match was played yet', { hint: 'ask again when it has been on for a while' })
    const {
      all,
      pending,
      kept_ms: keptMs,
    } = z.object({ all: z.int(), pending: z.int(), kept_ms: z.int() }).parse(
      db.get(
        `select count(*) as "all", count(case when state = 'pending' then 1 end) as pending,
             coalesce(sum(case when state <> 'failed' then to_ms - from_ms end), 0) as kept_ms from clip where recording_id = ?`,
        recording.id,
      ),
    )
    if (keptMs + toMs - fromMs > mostSeconds * 1_000)
      throw new EzrecError('conflict', `the clips of a match last at most ${mostSeconds} s together`, {
        hint: 'delete one that nobody wants, or ask for fewer seconds',
      })
    if (all >= mostClips || pending >= mostPending)
      throw new EzrecError('conflict', `a match has at most ${mostClips} clips, ${mostPending} of them waiting`, { hint: 'wait a moment' })
    const id = newId()
    db.run(
      `insert into clip (id, recording_id, from_ms, to_ms, state, label, asked_by, asked_at_ms) values (?, ?, ?, ?, 'pending', ?, ?, ?)`,
      ...[id, recording.id, fromMs, toMs, label, askedBy, Math.floor(nowMs)],
    )
    addEvent(db, { atMs: Math.floor(nowMs), kind: 'clip.asked', subjectId: id, facts: { recording: recording.id } })
    return mustFindClip(db, id)
  })
}

/** What of the court's time belongs to a recording's customer, as it stands now. */
export type Match = Pick<Recording, 'startsAtMs' | 'endsAtMs' | 'rigId' | 'folder'> & { readonly isCancelled: boolean }

/** A recording's own window does not follow a cancellation: the booking tells of it. */
export function matchOf(db: Database, recordingId: string): Match | undefined {
  const found = db.get(
    `select r.starts_at_ms, r.ends_at_ms, r.rig_id, r.folder, b.cancelled_at_ms
       from recording r join booking b on b.id = r.booking_id where r.id = ?`,
    recordingId,
  )
  if (!found) return undefined
  const { starts_at_ms: startsAtMs, ends_at_ms: endsAtMs, rig_id: rigId, folder, cancelled_at_ms: cancelledAtMs } = matchRow.parse(found)
  return { startsAtMs, endsAtMs, rigId, folder, isCancelled: cancelledAtMs !== null }
}

const matchRow = z.object({
  starts_at_ms: z.int(),
  ends_at_ms: z.int(),
  rig_id: z.string(),
  folder: z.string(),
  cancelled_at_ms: z.int().nullable(),
})

/** Oldest first. */
export const pendingClips = (db: Database): Clip[] =>
  db.all(`select ${columns} from clip where state = 'pending' order by asked_at_ms, id`).map((found) => toClip(db, found))

/** In the order in which they were asked for. */
export const listClips = (db: Database, recordingId: string): Clip[] =>
  db.all(`select ${columns} from clip where recording_id = ? order by asked_at_ms, id`, recordingId).map((found) => toClip(db, found))

export function findClip(db: Database, id: string): Clip | undefined {
  const found = db.get(`select ${columns} from clip where id = ?`, id)
  return found && toClip(db, found)
}

/** The files are there and named; false when nobody wants them any more. `fault`: why there are not all. */
export function noteClipMade(
  db: Database,
  { id, recordingId }: Clip,
  files: readonly ClipFile[],
  nowMs: number,
  fault: string | null = null,
): boolean {
  return db.transaction(() => {
    if (db.run(`update clip set state = 'made', fault = ? where id = ? and state = 'pending'`, fault, id) === 0) return false
    for (const { name, frames, bytes, sha256 } of files)
      db.run(
        'insert or replace into clip_file (clip_id, name, frames, bytes, sha256) values (?, ?, ?, ?, ?)',
        id,
        name,
        frames,
        bytes,
        sha256,
      )
    addEvent(db, { atMs: Math.floor(nowMs), kind: 'clip.made', subjectId: id, facts: { recording: recordingId, files: files.length } })
    return true
  })
}

export function noteClipFailed(db: Database, { id, recordingId }: Clip, fault: string, nowMs: number): void {
  db.transaction(() => {
    db.run(`update clip set state = 'failed', fault = ? where id = ? and state = 'pending'`, fault, id)
    addEvent(db, { atMs: Math.floor(nowMs), kind: 'clip.failed', subjectId: id, facts: { recording: recordingId } })
  })
}

/** Of a clip that is to go: its files may be removed from then on; a try to make it comes too late. */
export const giveUpClip = (db: Database, id: string): void =>
  db.transaction(() => {
    db.run('delete from clip_file where clip_id = ?', id)
    db.run(`update clip set state = 'failed', fault = 'deleted' where id = ?`, id)
  })

export function forgetClip(db: Database, { id, recordingId }: Clip, nowMs: number): void {
  db.transaction(() => {
    db.run('delete from clip_file where clip_id = ?', id)
    db.run('delete from clip where id = ?', id)
    addEvent(db, { atMs: Math.floor(nowMs), kind: 'clip.deleted', subjectId: id, facts: { recording: recordingId } })
  })
}

/** All of a recording, those for phones too. */
export function forgetClips(db: Database, recordingId: string): void {
  db.transaction(() => {
    db.run('delete from clip_file where clip_id in (select id from clip where recording_id = ?)', recordingId)
    db.run('delete from clip where recording_id = ?', recordingId)
    db.run('delete from phone_clip where recording_id = ?', recordingId)
  })
}

function mustFindClip(db: Database, id: string): Clip {
  const found = findClip(db, id)
  if (!found) throw new EzrecError('internal', 'a clip that was just asked for is gone', { hint: 'report this' })
  return found
}

const columns = 'id, recording_id, from_ms, to_ms, state, label, asked_at_ms, fault'

const row = z.object({
  id: z.string(),
  recording_id: z.string(),
  from_ms: z.int(),
  to_ms: z.int(),
  state: z.enum(['pending', 'made', 'failed']),
  label: z.string().nullable(),
  asked_at_ms: z.int(),
  fault: z.string().nullable(),
})

const fileRow = z.object({ name: z.string(), frames: z.int(), bytes: z.int(), sha256: z.string() })

function toClip(db: Database, found: unknown): Clip {
  const r = row.parse(found)
  return {
    id: r.id,
    recordingId: r.recording_id,
    fromMs: r.from_ms,
    toMs: r.to_ms,
    state: r.state,
    label: r.label,
    askedAtMs: r.asked_at_ms,
    fault: r.fault,
    files: db
      .all('select name, frames, bytes, sha256 from clip_file where clip_id = ? order by name', r.id)
      .map((each) => fileRow.parse(each)),
  }
}
