// Clips for phones as rows: which part of a match somebody wants in which shape, how far it is, and the file that was made.
// Never touches a file: its row says made after the file is there under its name.

import { z } from 'zod'
import { addEvent } from '../../adapters/log-tables.ts'
import type { Database } from '../../adapters/sqlite.ts'
import { EzrecError } from '../../base/errors.ts'
import { newId } from '../../base/ids.ts'
import { isSwept } from '../swept-store.ts'
import { clipFile, matchOf } from './clip-store.ts'
import { phoneShapes, type PhoneShape } from './phone-clip-format.ts'

export type PhoneClip = {
  readonly id: string
  readonly recordingId: string
  readonly fromMs: number
  readonly toMs: number
  readonly shape: PhoneShape
  readonly state: 'pending' | 'made' | 'failed'
  /** 0 to 1. */
  readonly progress: number
  readonly label: string | null
  readonly askedAtMs: number
  readonly fault: string | null
  readonly made: PhoneFile | undefined
}

export type PhoneFile = { readonly width: number; readonly height: number; readonly bytes: number; readonly sha256: string }

export type PhoneClipOrder = {
  /** Instants within the match. */
  readonly fromMs: number
  readonly toMs: number
  readonly shape: PhoneShape
  readonly label: string | null
  readonly askedBy: string
}

export const phoneClipSeconds = { shortest: 1, longest: 120 } as const
/** Of a match: 320 MB at most. */
export const mostPhoneClips = 20

/** Its file, below the recording's folder. */
export const phoneClipFile = (id: string): string => clipFile(id, 'phone.mp4')

/** The one that is there, when the same was asked for before. Errors: invalid (not within the match, too long), conflict (cancelled, swept, too many). */
export function askForPhoneClip(db: Database, recordingId: string, order: PhoneClipOrder, nowMs: number): PhoneClip {
  return db.transaction(() => {
    const match = matchOf(db, recordingId)
    if (match?.isCancelled !== false)
      throw new EzrecError('conflict', 'this match was cancelled', { hint: 'its film is not kept, nor are clips of it' })
    const [fromMs, toMs] = [Math.max(match.startsAtMs, Math.floor(order.fromMs)), Math.min(match.endsAtMs, Math.ceil(order.toMs))]
    const { shortest, longest } = phoneClipSeconds
    if (toMs - fromMs < shortest * 1_000 || toMs - fromMs > longest * 1_000)
      throw new EzrecError('invalid', `a clip for phones has ${shortest} to ${longest} s of the match`, { hint: 'move from and to' })
    if (isSwept(db, recordingId, 'film'))
      throw new EzrecError('conflict', 'this film is not on this box any more: clips can only be made while it is', {
        hint: 'download the film and cut it; KEEP_FILMS_DAYS says how long films stay here',
      })
    const standing = listPhoneClips(db, recordingId).filter(({ state }) => state !== 'failed')
    const same = standing.find((each) => each.fromMs === fromMs && each.toMs === toMs && each.shape === order.shape)
    if (same) return same
    if (standing.length >= mostPhoneClips)
      throw new EzrecError('conflict', `a match has at most ${mostPhoneClips} clips for phones`, { hint: 'delete one that nobody wants' })
    const id = newId()
    db.run(
      `insert into phone_clip (id, recording_id, from_ms, to_ms, shape, state, label, asked_by, asked_at_ms) values (?, ?, ?, ?, ?, 'pending', ?, ?, ?)`,
      ...[id, recordingId, fromMs, toMs, order.shape, order.label, order.askedBy, Math.floor(nowMs)],
    )
    addEvent(db, { atMs: Math.floor(nowMs), kind: 'clip.phone.asked', subjectId: id, facts: { recording: recordingId } })
    const made = findPhoneClip(db, id)
    if (!made) throw new EzrecError('internal', 'a clip that was just asked for is gone', { hint: 'report this' })
    return made
  })
}

const columns = 'id, recording_id, from_ms, to_ms, shape, state, progress, label, asked_at_ms, fault, width, height, bytes, sha256'

const row = z
  .object({
    id: z.string(),
    recording_id: z.string(),
    from_ms: z.int(),
    to_ms: z.int(),
    shape: z.enum(phoneShapes),
    state: z.enum(['pending', 'made', 'failed']),
    progress: z.number(),
    label: z.string().nullable(),
    asked_at_ms: z.int(),
    fault: z.string().nullable(),
    width: z.int().nullable(),
    height: z.int().nullable(),
    bytes: z.int().nullable(),
    sha256: z.string().nullable(),
  })
  .transform((r): PhoneClip => ({
    ...{ id: r.id, recordingId: r.recording_id, fromMs: r.from_ms, toMs: r.to_ms, shape: r.shape, state: r.state },
    ...{ progress: r.state === 'made' ? 1 : r.progress, label: r.label, askedAtMs: r.asked_at_ms, fault: r.fault },
    made: r.state === 'made' ? { width: r.width ?? 0, height: r.height ?? 0, bytes: r.bytes ?? 0, sha256: r.sha256 ?? '' } : undefined,
  }))

/** In the order in which they were asked for. */
export const listPhoneClips = (db: Database, recordingId: string): PhoneClip[] =>
  db.all(`select ${columns} from phone_clip where recording_id = ? order by asked_at_ms, id`, recordingId).map((found) => row.parse(found))

export function findPhoneClip(db: Database, id: string): PhoneClip | undefined {
  const found = db.get(`select ${columns} from phone_clip where id = ?`, id)
  return found && row.parse(found)
}

/** Oldest first. */
export const pendingPhoneClips = (db: Database): PhoneClip[] =>
  db.all(`select ${columns} from phone_clip where state = 'pending' order by asked_at_ms, id`).map((found) => row.parse(found))

/** Of the try that is under way; leaves no event. */
export const notePhoneProgress = (db: Database, id: string, progress: number): void =>
  void db.run(`update phone_clip set progress = ? where id = ? and state = 'pending'`, Math.max(0, Math.min(1, progress)), id)

/** The file is there and named; false when nobody wants it any more. */
export function notePhoneClipMade(db: Database, { id, recordingId }: PhoneClip, file: PhoneFile, nowMs: number): boolean {
  return db.transaction(() => {
    const { width, height, bytes, sha256 } = file
    const wanted = db.run(
      `update phone_clip set state = 'made', fault = null, width = ?, height = ?, bytes = ?, sha256 = ? where id = ? and state = 'pending'`,
      ...[width, height, bytes, sha256, id],
    )
    if (wanted === 0) return false
    addEvent(db, { atMs: Math.floor(nowMs), kind: 'clip.phone.made', subjectId: id, facts: { recording: recordingId, bytes } })
    return true
  })
}

export function notePhoneClipFailed(db: Database, { id, recordingId }: PhoneClip, fault: string, nowMs: number): void {
  db.transaction(() => {
    if (db.run(`update phone_clip set state = 'failed', fault = ? where id = ? and state = 'pending'`, fault, id) === 0) return
    addEvent(db, { atMs: Math.floor(nowMs), kind: 'clip.phone.failed', subjectId: id, facts: { recording: recordingId } })
  })
}

/** Of one that is to go: its file may be removed from then on; a try to make it comes too late. */
export const giveUpPhoneClip = (db: Database, id: string): void =>
  void db.run(`update phone_clip set state = 'failed', fault = 'deleted' where id = ?`, id)

export function forgetPhoneClip(db: Database, { id, recordingId }: PhoneClip, nowMs: number): void {
  db.transaction(() => {
    db.run('delete from phone_clip where id = ?', id)
    addEvent(db, { atMs: Math.floor(nowMs), kind: 'clip.phone.deleted', subjectId: id, facts: { recording: recordingId } })
  })
}
