// The second half of an erasure: what stands in files, one booking after another, by the removal paths that there are. Run again until nothing waits:
// each step finds what the last life left. A film's key names whose it was, so it is the last to be forgotten.
// Never touches footage that another booking has a right to, nor any while it is doubtful when it was taken.

import { rmdir } from 'node:fs/promises'
import path from 'node:path'
import { addEvent } from '../../adapters/log-tables.ts'
import type { Database } from '../../adapters/sqlite.ts'
import { messageOf } from '../../base/errors.ts'
import { syncFolder } from '../../base/files.ts'
import type { Logger } from '../../base/logger.ts'
import { findBooking } from '../../booking/booking-store.ts'
import type { BoxClock } from '../../capture/box-time-file.ts'
import { openEraser } from '../../capture/erase-outside.ts'
import { findRecordingOf } from '../../capture/recording-store.ts'
import type { Recording } from '../../capture/recording.ts'
import { listTakes } from '../../capture/stored-takes.ts'
import type { Take } from '../../capture/take.ts'
import { discardFilm } from '../../publish/discard-film.ts'
import { findExchange } from '../../publish/exchange/exchange-store.ts'
import { readManifest } from '../../publish/stored-manifest.ts'
import type { FilmStore } from '../../publish/stores/store.ts'
import { findVideoOf } from '../../publish/video.ts'
import { deleteFilm } from '../delete-film.ts'
import { bookingsOfErasure, isErased, nobodyOf, noteErased, type Erasure } from './erasure-store.ts'

export type FinishOptions = {
  readonly db: Database
  readonly clock: Pick<BoxClock, 'nowMs' | 'labelOf'>
  readonly logger: Logger
  readonly store: FilmStore
  readonly rigId: string
  readonly recordingsFolder: string
  readonly takesFolder: string
}

/** What is still waited for, in words; none: all of it is gone. */
export async function finishErasure(options: FinishOptions, erasure: Erasure): Promise<string[]> {
  const waits = new Set<string>()
  for (const bookingId of bookingsOfErasure(options.db, erasure.id)) {
    const recording = findRecordingOf(options.db, bookingId)
    const film = recording && (await finishFilm(options, erasure, recording))
    const footage = await eraseFootage(options, erasure, bookingId)
    const manifest = recording && film === undefined ? await forgetKey(options, erasure, recording) : undefined
    for (const each of [film, footage, manifest]) if (each !== undefined) waits.add(each)
  }
  return [...waits]
}

async function finishFilm(
  { db, clock, store, recordingsFolder }: FinishOptions,
  erasure: Erasure,
  recording: Recording,
): Promise<string | undefined> {
  const nowMs = Math.floor(clock.nowMs())
  if (recording.steps.some(({ state }) => state === 'pending' || state === 'working')) return 'a recording that is being given up'
  const video = findVideoOf(db, recording.id)
  if (video?.published) deleteFilm(db, { id: video.id, by: erasure.askedBy, nowMs, force: true }) // it was just being published
  const removed = findVideoOf(db, recording.id)
  if (removed?.removed) {
    if (db.get('select 1 from video where id = ? and gone_at_ms is null', removed.id)) return 'the files of a film'
    if (!isErased(db, erasure.id, 'film', removed.id)) noteErased(db, erasure.id, { kind: 'film', subjectId: removed.id, atMs: nowMs })
  } else if (!isErased(db, erasure.id, 'recording', recording.id)) {
    await discardFilm({ db, store, recordingsFolder }, recording)
    db.transaction(() => {
      for (const row of db.all('select distinct subject_id from event where subject_id like ?', `%/${recording.id}.mp4`))
        forgetStem(db, String(row['subject_id']).replace(/\.mp4$/, ''))
      noteErased(db, erasure.id, { kind: 'recording', subjectId: recording.id, atMs: nowMs })
    })
  }
  const like = `%/${recording.id}.mp4`
  const inBucket = [
    'select 1 from upload where film_key like ?',
    'select 1 from bucket_object where film_key like ?',
    'select 1 from clip_object where film_key like ?',
    'select 1 from object_move where film_key like ?',
    'select 1 from beside_upload where film_key like ?',
    'select 1 from film_exchange where video_id in (select id from video where object_key like ?)',
    'select 1 from share_page where removed_at_ms is null and refused_at_ms is null and film_key like ?', // one that stays says nothing but that it has ended
  ]
  if (inBucket.some((sql) => db.get(sql, like))) return 'the bucket'
  if (db.get("select 1 from upload where film_key like '%/' || ? || '-%.mp4'", recording.id)) return 'the bucket' // one that was sent anew
  if (removed && findExchange(db, removed.id)) return 'a film that was to take its place'
  const left = "select count(distinct subject_id) as n from event where kind = 'upload.left' and instr(subject_id, ?) > 0"
  const pieces = Number(db.get(left, recording.id)?.['n'])
  if (pieces > 0 && !isErased(db, erasure.id, 'left', recording.id))
    noteErased(db, erasure.id, { kind: 'left', subjectId: recording.id, atMs: nowMs, pieces })
  return undefined
}

/** A booking that only touches by its label is looked for this far off. */
const nearMs = 60_000

async function eraseFootage(
  { db, clock, logger, rigId, takesFolder }: FinishOptions,
  erasure: Erasure,
  bookingId: string,
): Promise<string | undefined> {
  const booking = findBooking(db, bookingId)
  if (!booking) return undefined
  const window = { rigId, startsAtMs: booking.startsAtMs - nearMs, endsAtMs: booking.endsAtMs + nearMs }
  const takes = listTakes(db, takesFolder, { during: window }).filter(({ segments }) => segments.length > 0)
  if (takes.length === 0) return undefined
  if (takes.some(({ ended }) => !ended)) return 'footage that is being captured'
  if (takes.some(({ bootId }) => clock.labelOf(bootId)?.trusted === false)) return 'the time: it is doubtful when footage was taken'
  // A merge reads a little before and behind its own window.
  if (takes.some((take) => isBeingMerged(db, take))) return 'the film of another booking, which is being made of the same footage'
  await openEraser({ db, rigId, log: logger }).erase(takes, clock.nowMs(), { last: true })
  for (const take of takes) {
    const left = new Set(
      listTakes(db, takesFolder, { during: window })
        .find(({ id }) => id === take.id)
        ?.segments.map(({ number }) => number),
    )
    const pieces = take.segments.filter(({ number }) => !left.has(number)).length
    if (pieces === 0) continue
    await syncFolder(take.folder).catch(() => undefined) // a folder that is gone holds nothing
    noteErased(db, erasure.id, { kind: 'footage', subjectId: take.id, atMs: clock.nowMs(), pieces })
  }
  return undefined
}

const isBeingMerged = (db: Database, { rigId, begunAtMs, ended }: Take): boolean =>
  db.get(
    `select 1 from recording r join booking b on b.id = r.booking_id join step s on s.recording_id = r.id
     where r.rig_id = ? and b.erasure_id is null and s.state in ('pending', 'working') and r.ends_at_ms > ? and r.starts_at_ms < ?`,
    ...[rigId, begunAtMs - nearMs, (ended?.atMs ?? begunAtMs) + nearMs],
  ) !== undefined

/** The first part of a key says whose the film was; events, facts for the cloud and the manifest name it by that. */
async function forgetKey(
  { db, clock, store, recordingsFolder }: FinishOptions,
  erasure: Erasure,
  recording: Recording,
): Promise<string | undefined> {
  const nowMs = Math.floor(clock.nowMs())
  const video = findVideoOf(db, recording.id)
  const key = video?.objectKey
  if (key !== undefined && !key.startsWith('erased/')) {
    // The folders of the store bear the name, too; one that holds another film stays.
    const folder = path.dirname(store.pathOf(key))
    for (const each of [folder, path.dirname(folder)]) await rmdir(each).catch(() => undefined)
    const plain = withoutOwner(key)
    db.transaction(() => {
      db.run('update video set object_key = ? where id = ?', plain, video?.id ?? '')
      db.run('update share_page set film_key = ? where film_key = ?', plain, key)
      forgetStem(db, key.replace(/\.mp4$/, ''))
      addEvent(db, { atMs: nowMs, kind: 'recording.erased', subjectId: recording.id, facts: {} })
    })
  }
  try {
    const manifest = await readManifest(path.join(recordingsFolder, recording.folder))
    if (!manifest) return undefined
    const isClean = manifest.booking.userId === nobodyOf(erasure.id) && manifest.removed?.objectKey.startsWith('erased/') !== false
    return isClean && manifest.markers.length === 0 ? undefined : 'recording.json'
  } catch (error) {
    return `recording.json (${messageOf(error)})`
  }
}

const withoutOwner = (key: string): string => `erased/${key.split('/').slice(1).join('/')}`

function forgetStem(db: Database, stem: string): void {
  const plain = withoutOwner(stem)
  for (const [table, column] of namingKeys)
    db.run(`update ${table} set ${column} = replace(${column}, ?, ?) where instr(${column}, ?) > 0`, stem, plain, stem)
}

/** Where a film's key may stand in words. */
const namingKeys = [
  ['event', 'subject_id'],
  ['event', 'facts'],
  ['outbox', 'payload'],
  ['step', 'failed_message'],
  ['transition', 'subject_id'],
  ['transition', 'from_state'],
  ['transition', 'to_state'],
  ['transition', 'cause'],
  ['alert', 'message'],
  ['alert', 'mend'],
] as const
