// The rows of a recording and its film from its manifest, for a database that lacks them.
// Never writes a file, and leaves no event that would have the manifest written anew from less than it tells.

import { addToOutbox, addTransition } from '../../adapters/log-tables.ts'
import type { Database } from '../../adapters/sqlite.ts'
import { insertMarker } from '../../capture/marker-store.ts'
import { arrangementColumns } from '../../capture/recording-store.ts'
import { stepNames } from '../../capture/recording.ts'
import { cameras } from '../../capture/take.ts'
import { restorePhoneClips } from '../../publish/clips/stored-phone-clips.ts'
import { forgetClips } from '../../publish/clips/clip-store.ts'
import { revokeLinksOf } from '../../share/share-link.ts'
import { forgetChunks } from '../../merge/chunk-store.ts'
import { addBookend, fixBookends } from '../../merge/branding/bookend-store.ts'
import { addScore } from '../../merge/branding/score-store.ts'
import type { LogoFile } from '../../merge/branding/logo-file.ts'
import { addLogo, keepLogoFile } from '../../merge/branding/logo-store.ts'
import { keepLeadIn } from '../../merge/sync/sync-store.ts'
import { insertCompanion } from '../../publish/companions/companion-store.ts'
import { restoreTracks } from '../../publish/tracks/track-store.ts'
import { spelledOut } from '../../merge/film-calibration.ts'
import { addRedrawn } from '../../merge/rig/rig-store.ts'
import { restoreConfirmed } from '../../publish/stores/s3/confirmed-upload.ts'
import type { StoredManifest } from '../../publish/stored-manifest.ts'
import { restoreBooking } from './booking-rows.ts'

export type FoundRecording = {
  /** Below the recordings folder. */
  readonly folder: string
  readonly manifest: StoredManifest
  /** The film's own description, as its file tells it. */
  readonly init: Uint8Array | undefined
  /** The files of its logos, as far as they are still what the film was made with. */
  readonly logoFiles: readonly LogoFile[]
}

/** In the caller's transaction. A film that is published comes back whole; one that is not is merged again from its footage under its old id. */
export function restoreRecording(db: Database, { folder, manifest, init, logoFiles }: FoundRecording, nowMs: number): void {
  const { recordingId: id, booking, film } = manifest
  const [startsAtMs, endsAtMs] = [manifest.startsAt, manifest.endsAt]
  restoreBookingOf(db, manifest, nowMs)
  if (!db.get('select 1 from recording where id = ?', id)) {
    const form = [film.fps, film.cameraWidth, film.cameraHeight, film.sound ? 1 : 0, nowMs, ...arrangementColumns(film)]
    db.run(
      'insert into recording (id, booking_id, rig_id, folder, starts_at_ms, ends_at_ms, fps, camera_width, camera_height, sound, opened_at_ms, layout, left_rotation, right_rotation, left_flip, right_flip, main_camera, inset_corner) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      ...[id, booking.id, booking.rigId, folder, startsAtMs, endsAtMs],
      ...form,
    )
    for (const name of stepNames)
      db.run("insert into step (recording_id, name, state, updated_at_ms) values (?, ?, 'pending', ?)", id, name, nowMs)
  }
  if (film.origin)
    db.run(
      'update recording set origin_boot_id = ?, origin_us = ? where id = ? and origin_us is null',
      film.origin.bootId,
      film.origin.us,
      id,
    )
  restoreCalibration(db, manifest)
  for (const { at, setAt, ...marker } of manifest.markers) insertMarker(db, { ...marker, recordingId: id, atMs: at, setAtMs: setAt })
  for (const { fromSeconds, text } of film.score) addScore(db, id, { firstFrame: Math.round(fromSeconds * film.fps), text })
  if (manifest.removed) restoreRemoved(db, manifest, manifest.removed, nowMs)
  else if (manifest.video) restoreFilm(db, manifest, manifest.video, init, nowMs)
  else restoreFailures(db, manifest, nowMs)
  restoreClips(db, manifest)
  for (const file of manifest.video ? logoFiles : []) keepLogoFile(db, file)
  if (film.leadIn) keepLeadIn(db, id, film.leadIn) // its footage may be erased
}

/** What a panorama was drawn by, or that none could be drawn: the film must not be taken for another one. */
function restoreCalibration(db: Database, { recordingId, film: { calibration, drawnBecause, redrawn = [] } }: StoredManifest): void {
  if (calibration === 'damaged' || (!calibration && !drawnBecause)) return // told by who found it; a new merge takes the rig's
  db.run(
    'update recording set calibration = ?, calibration_fault = ? where id = ? and calibration is null',
    calibration ? JSON.stringify(calibration) : '',
    drawnBecause ?? null,
    recordingId,
  )
  for (const each of redrawn)
    addRedrawn(db, recordingId, { ...each, calibration: each.calibration ? spelledOut(each.calibration) : undefined })
}

/** Does nothing when the booking has its row. */
export function restoreBookingOf(db: Database, { booking, steps, startsAt, endsAt }: StoredManifest, nowMs: number): void {
  if (db.get('select 1 from booking where id = ?', booking.id)) return
  const cancelled = Object.values(steps).some(({ code }) => code === 'canceled')
  const window = { startsAtMs: startsAt, endsAtMs: endsAt, cancelledAtMs: cancelled ? nowMs : null }
  const whole = { ...booking, ...window, createdAtMs: Math.min(startsAt, nowMs), updatedAtMs: nowMs }
  restoreBooking(db, whole, 'restored from its manifest')
}

/** In the caller's transaction: those that have no row. */
export function restoreClips(db: Database, { recordingId, video, removed, phoneClips }: StoredManifest): void {
  const filmKey = video?.objectKey ?? removed?.objectKey
  if (phoneClips && filmKey !== undefined) restorePhoneClips(db, { recordingId, filmKey, place: video?.bucket?.place }, phoneClips)
}

/** What failed for good stays failed; all else is done again. */
function restoreFailures(db: Database, { recordingId, steps }: StoredManifest, nowMs: number): void {
  for (const name of stepNames) {
    const told = steps[name]
    if (told?.state === 'failed')
      db.run(
        "update step set state = 'failed', failed_code = ?, failed_message = ?, updated_at_ms = ? where recording_id = ? and name = ?",
        ...[told.code ?? 'internal', told.message ?? null, nowMs, recordingId, name],
      )
  }
}

/** A film that somebody removed does not come back: neither from an older copy of the rows nor from its footage. What is left of it goes. */
function restoreRemoved(
  db: Database,
  { recordingId: id, film, gaps }: StoredManifest,
  { at, videoId, objectKey }: NonNullable<StoredManifest['removed']>,
  nowMs: number,
): void {
  db.run("update step set state = 'done', lease_owner = null, lease_until_ms = null, updated_at_ms = ? where recording_id = ?", nowMs, id)
  db.run(
    'insert or ignore into video (id, recording_id, object_key, header_bytes, published_at_ms, created_at_ms) values (?, ?, ?, 0, ?, ?)',
    ...[videoId, id, objectKey, at, nowMs],
  )
  db.run(
    "update video set removed_at_ms = ?, removed_by = 'its manifest', published_at_ms = coalesce(published_at_ms, ?) where recording_id = ?",
    ...[at, at, id], // an older copy may not know that it was published
  )
  revokeLinksOf(db, id, nowMs)
  forgetClips(db, id)
  db.run('delete from companion where video_id in (select id from video where recording_id = ?)', id)
  forgetChunks(db, id, { keepGaps: true })
  for (const { camera, cause, fromSeconds, seconds } of gaps)
    db.run(
      'insert or ignore into gap (recording_id, camera, first_frame, frames, cause) values (?, ?, ?, ?, ?)',
      ...[id, camera, Math.round(fromSeconds * film.fps), Math.round(seconds * film.fps), cause],
    )
}

function restoreFilm(
  db: Database,
  manifest: StoredManifest,
  video: NonNullable<StoredManifest['video']>,
  init: Uint8Array | undefined,
  nowMs: number,
): void {
  const { recordingId: id, chunks } = manifest
  const framesOf = ({ fromSeconds, seconds }: { fromSeconds: number; seconds: number }): [number, number] => [
    Math.round(fromSeconds * manifest.film.fps),
    Math.round(seconds * manifest.film.fps),
  ]
  db.run('delete from companion where video_id in (select id from video where recording_id = ?)', id)
  for (const table of ['bookend', 'chunk', 'exposure', 'gap', 'logo', 'picture_fault', 'rig_look', 'small_picture', 'sync', 'video'])
    db.run(`delete from ${table} where recording_id = ?`, id) // as far as an older copy knew
  db.run(
    'update recording set starts_at_ms = ?, ends_at_ms = ?, init_segment = ? where id = ?',
    manifest.startsAt,
    manifest.endsAt,
    init ?? null,
    id,
  )
  for (const logo of manifest.film.logos) addLogo(db, id, logo)
  db.run('update recording set branded = 1 where id = ?', id)
  for (const bookend of manifest.film.bookends) addBookend(db, id, bookend)
  fixBookends(db, id)
  for (const c of chunks)
    db.run(
      'insert into chunk (recording_id, number, first_frame, frames, bytes, payload_bytes, sha256, verified_at_ms) values (?, ?, ?, ?, ?, ?, ?, ?)',
      ...[id, c.number, c.firstFrame, c.frames, c.bytes, c.payloadBytes, c.sha256, video.publishedAt],
    )
  for (const gap of manifest.gaps)
    db.run(
      'insert or ignore into gap (recording_id, camera, first_frame, frames, cause) values (?, ?, ?, ?, ?)',
      id,
      gap.camera,
      ...framesOf(gap),
      gap.cause,
    )
  for (const suspect of manifest.pictureFaults)
    db.run(
      'insert or ignore into picture_fault (recording_id, camera, fault, first_frame, frames) values (?, ?, ?, ?, ?)',
      ...[id, suspect.camera, suspect.fault],
      ...framesOf(suspect),
    )
  const [first] = chunks
  for (const camera of first ? cameras : []) {
    const frames = manifest.certificate?.cameras[camera].frames // counted chunk by chunk; only the sum was told
    if (first && frames)
      db.run(
        'insert into shown (recording_id, number, camera, kept, repeated, missing) values (?, ?, ?, ?, ?, ?)',
        ...[id, first.number, camera, frames.kept, frames.repeated, frames.missing],
      )
  }
  db.run(
    "update step set state = 'done', failed_code = null, failed_message = null, lease_owner = null, lease_until_ms = null, updated_at_ms = ? where recording_id = ?",
    nowMs,
    id,
  )
  const bookends = manifest.film.bookends.filter(({ fault }) => fault === null)
  const bodyBytes = [...bookends, ...chunks].reduce((sum, { payloadBytes }) => sum + (payloadBytes ?? 0), 0)
  db.run(
    'insert into video (id, recording_id, object_key, header_bytes, body_bytes, body_chunks, width, height, fps, frames, bytes, sha256, status, published_at_ms, created_at_ms, verdict, loudness) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ...[
      video.id,
      id,
      video.objectKey,
      Math.max(0, video.bytes - bodyBytes), // another film may have taken the place of the one that the chunks made
      bodyBytes,
      chunks.length,
      video.width,
      video.height,
      video.fps,
      video.frames,
    ],
    ...[video.bytes, video.sha256, video.status, video.publishedAt, nowMs],
    ...[video.verdict, video.loudness].map((each) => (each ? JSON.stringify(each) : null)),
  )
  db.run('update video set held_because = ? where id = ?', video.heldBecause ?? null, video.id)
  for (const { what, bytes, because, at } of video.swept)
    db.run(
      'insert or replace into swept (recording_id, what, bytes, because, going_at_ms, gone_at_ms) values (?, ?, ?, ?, ?, null)',
      ...[id, what, bytes, because, at], // its files are looked for once more
    )
  if (video.bucket) restoreConfirmed(db, video.objectKey, video.bucket, nowMs)
  if (video.tracks) restoreTracks(db, { recordingId: id, objectKey: video.objectKey }, video.tracks, nowMs)
  for (const companion of video.companions) insertCompanion(db, video.id, companion, nowMs)
  addTransition(db, {
    atMs: nowMs,
    subject: 'video',
    subjectId: video.id,
    from: null,
    to: 'published',
    cause: 'restored from its manifest',
  })
  const { id: videoId, objectKey, publishedAt: publishedAtMs, width, height, fps, frames, bytes, status } = video
  const told = { videoId, recordingId: id, objectKey, publishedAtMs, width, height, fps, frames, bytes, status }
  addToOutbox(db, nowMs, 'video.published', told) // perhaps once more: telling it twice changes nothing
}
