// The first half of an erasure, in one transaction: every row that tells of a person goes or forgets whose it was; films are removed, links end,
// bookings to come are cancelled. What stands in files follows (finish-erasure.ts).
// Never says whose data it was: the bookings are nobody's afterwards.

import { addEvent } from '../../adapters/log-tables.ts'
import type { Database } from '../../adapters/sqlite.ts'
import { EzrecError } from '../../base/errors.ts'
import { newId } from '../../base/ids.ts'
import { findBooking, updateBooking } from '../../booking/booking-store.ts'
import { eraseEntries } from '../../booking/bookings-file-store.ts'
import { findRecordingOf } from '../../capture/recording-store.ts'
import type { Recording } from '../../capture/recording.ts'
import { forgetClips, listClips } from '../../publish/clips/clip-store.ts'
import { heldBecause } from '../../publish/film-hold.ts'
import { listPhoneClips } from '../../publish/clips/phone-clip-store.ts'
import { findVideoOf } from '../../publish/video.ts'
import { revokeShareLink } from '../../share/share-link.ts'
import { deleteFilm } from '../delete-film.ts'
import { findErasure, nobodyOf, noteErased, openErasure, type Erasure, type ErasureKind } from './erasure-store.ts'

export type ErasureOrder = {
  readonly userId: string
  /** Account or key. */
  readonly by: string
  readonly nowMs: number
  /** Also films that somebody holds. */
  readonly force: boolean
}

/** Errors: not_found (nothing here is theirs); conflict (a film is held). */
export function beginErasure(db: Database, { userId, by, nowMs, force }: ErasureOrder): Erasure {
  return db.transaction(() => {
    const bookings = db.all('select id from booking where user_id = ? order by id', userId).map((row) => String(row['id']))
    const keys = db.all('select id from api_key where user_id = ? order by id', userId).map((row) => String(row['id']))
    if (bookings.length + keys.length === 0)
      throw new EzrecError('not_found', 'there is nothing of this user', { hint: 'GET /bookings tells whose bookings there are' })
    const held = bookings.flatMap((id) => heldFilmOf(db, id) ?? [])
    if (held.length > 0 && !force)
      throw new EzrecError('conflict', `${held.length === 1 ? 'a film of this user is' : `${held.length} films of this user are`} held`, {
        hint: 'release them, or give force=1',
        facts: { films: held.join(' ') },
      })
    const id = newId()
    openErasure(db, { id, askedBy: by, askedAtMs: Math.floor(nowMs) })
    eraseBookings(db, { id, bookings, by, nowMs })
    for (const key of keys) {
      eraseKey(db, key, nowMs)
      noteErased(db, id, { kind: 'key', subjectId: key, atMs: nowMs })
    }
    return mustFind(db, id)
  })
}

/** Also for bookings that came back with an older copy of the database. In the caller's transaction. */
export function eraseBookings(
  db: Database,
  { id, bookings, by, nowMs }: { readonly id: string; readonly bookings: readonly string[]; readonly by: string; readonly nowMs: number },
): void {
  for (const bookingId of bookings) eraseBooking(db, { id, bookingId, by, nowMs: Math.floor(nowMs) })
}

/** It opens nothing any more, and says nobody's name. */
export function eraseKey(db: Database, id: string, nowMs: number): void {
  const atMs = Math.floor(nowMs)
  db.transaction(() => {
    const isRevoked = db.run('update api_key set revoked_at_ms = ? where id = ? and revoked_at_ms is null', atMs, id) > 0
    if (isRevoked) addEvent(db, { atMs, kind: 'key.revoked', subjectId: id, facts: {} })
    db.run(`update api_key set user_id = null, name = 'erased' where id = ?`, id)
  })
}

type One = { readonly id: string; readonly bookingId: string; readonly by: string; readonly nowMs: number }

function eraseBooking(db: Database, { id, bookingId, by, nowMs }: One): void {
  const booking = findBooking(db, bookingId)
  if (!booking) return
  const gone = (kind: ErasureKind, subjectId: string, pieces = 1): void => noteErased(db, id, { kind, subjectId, atMs: nowMs, pieces })
  const recording = findRecordingOf(db, bookingId)
  if (db.run('delete from mail where booking_id = ?', bookingId) > 0) gone('mail', bookingId)
  if (db.run('delete from booking_mail where booking_id = ?', bookingId) > 0) gone('address', bookingId)
  for (const link of linksOf(db, bookingId, recording?.id)) {
    revokeShareLink(db, { nowMs: () => nowMs }, link)
    db.run('update share_link set password_hash = null where id = ?', link)
    gone('link', link)
  }
  db.run('delete from court_visit where booking_id = ?', bookingId)
  if (db.run('delete from court_pin where booking_id = ?', bookingId) > 0) gone('pin', bookingId)
  const entries = eraseEntries(db, { bookingId, erasureId: id, untilMs: booking.endsAtMs })
  if (entries > 0) gone('entry', bookingId, entries)
  const answers = forgetAnswers(db, [bookingId, ...(recording ? namesOf(db, recording.id) : [])])
  if (answers > 0) gone('answer', bookingId, answers)
  if (recording) eraseRecording(db, recording, gone, { by, nowMs })
  // What is still to come, or still being made, ends here: as a cancelled booking does.
  const isOpen = booking.endsAtMs > nowMs || recording?.steps.some(({ state }) => state === 'pending' || state === 'working') === true
  const cancelledAtMs = booking.cancelledAtMs ?? (isOpen ? nowMs : null)
  updateBooking(db, { ...booking, title: null, cancelledAtMs, updatedAtMs: nowMs }, 'erased')
  db.run('update booking set caller_id = null, user_id = ?, erasure_id = ? where id = ?', nobodyOf(id), id, bookingId)
  gone('booking', bookingId)
}

function eraseRecording(
  db: Database,
  { id }: Recording,
  gone: (kind: ErasureKind, subjectId: string, pieces?: number) => void,
  { by, nowMs }: Pick<One, 'by' | 'nowMs'>,
): void {
  for (const clip of [...listClips(db, id), ...listPhoneClips(db, id)]) gone('clip', clip.id)
  forgetClips(db, id)
  const markers = db.run('delete from marker where recording_id = ?', id)
  if (markers > 0) gone('marker', id, markers)
  const scores = db.run('delete from score where recording_id = ?', id)
  if (scores > 0) gone('score', id, scores)
  const video = findVideoOf(db, id)
  if (video?.published) deleteFilm(db, { id: video.id, by, nowMs, force: true })
  db.run('update video set held_because = null where recording_id = ?', id) // free text
}

/** Kept answers, or who asked, name what they are about by one of these. */
const namesOf = (db: Database, recordingId: string): string[] =>
  db
    .all(
      `select ? as id union select id from video where recording_id = ? union select id from clip where recording_id = ?
       union select id from phone_clip where recording_id = ? union select id from marker where recording_id = ?`,
      ...[recordingId, recordingId, recordingId, recordingId, recordingId],
    )
    .map((row) => String(row['id']))

const forgetAnswers = (db: Database, names: readonly string[]): number =>
  names.reduce((sum, name) => sum + db.run('delete from answered_request where instr(answer, ?) > 0 or instr(asker, ?) > 0', name, name), 0)

const linksOf = (db: Database, bookingId: string, recordingId: string | undefined): string[] =>
  db
    .all('select id from share_link where booking_id = ? or recording_id = ?', bookingId, recordingId ?? null)
    .map((row) => String(row['id']))

function heldFilmOf(db: Database, bookingId: string): string | undefined {
  const recording = findRecordingOf(db, bookingId)
  const video = recording && findVideoOf(db, recording.id)
  return video?.published && heldBecause(db, video.id) !== null ? video.id : undefined
}

function mustFind(db: Database, id: string): Erasure {
  const found = findErasure(db, id)
  if (!found) throw new EzrecError('internal', 'an erasure that was just begun is gone', { hint: 'report this' })
  return found
}
