// Each recording's folder tells what it holds without the database: recording.json and the seed's marker files.
// A projection of the rows, written durably and never read as truth, except when the database is lost.

import { rm } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { eventsAfter, lastEventId } from '../adapters/log-tables.ts'
import type { Database } from '../adapters/sqlite.ts'
import type { Clock } from '../base/clock.ts'
import type { BoxClock } from '../capture/box-time-file.ts'
import { makeFolder, removeUnfinished, writeDurably } from '../base/files.ts'
import type { Logger } from '../base/logger.ts'
import { instant } from '../booking/booking.ts'
import { findBooking } from '../booking/booking-store.ts'
import { recordingStateOf, type Recording, type StepName } from '../capture/recording.ts'
import { listMarkers } from '../capture/marker-store.ts'
import { findRecording, findRecordingOf, openRecordings } from '../capture/recording-store.ts'
import { storedSegments } from '../capture/stored-segments.ts'
import { listBookends } from '../merge/branding/bookend-store.ts'
import { listScore } from '../merge/branding/score-store.ts'
import { listLogos } from '../merge/branding/logo-store.ts'
import { listChunks, listGaps } from '../merge/chunk-store.ts'
import { calibrationFaultOf, fixedCalibrationOf } from '../merge/film-calibration.ts'
import { encoderOf } from '../merge/film-encoder.ts'
import { formOf } from '../merge/layouts/layout-of.ts'
import { listPictureFaults } from '../merge/picture-faults.ts'
import { readLeadIn } from '../merge/sync/sync-store.ts'
import { tellPhoneClips } from './clips/stored-phone-clips.ts'
import { listCompanions } from './companions/companion-store.ts'
import { heldBecause } from './film-hold.ts'
import { listRedrawn } from '../merge/rig/rig-store.ts'
import { readCertificate } from './read-certificate.ts'
import { tellConfirmed } from './stores/s3/confirmed-upload.ts'
import { listSwept } from './swept-store.ts'
import { findTracks } from './tracks/track-store.ts'
import { findVideoOf, type Video } from './video.ts'

export type ManifestOptions = {
  readonly db: Database
  readonly clock: Clock
  readonly logger: Logger
  readonly recordingsFolder: string
  /** Asked before anything is written; rejects when the disk is not there. */
  readonly ready?: () => Promise<void>
  /** What the box thought of its clock, boot by boot. */
  readonly labelOf: BoxClock['labelOf']
}

/** A film that is being made is told anew at most this often, and ever more rarely as it grows; a step that moved, at once. */
const restMs = 15_000
const restShare = 0.1

/** An earlier life may have ended before it told of its last events: so many are looked at again. */
const missedEvents = 2_000

/** Until the signal aborts, and once more then. */
export async function keepManifests(options: ManifestOptions, signal: AbortSignal): Promise<void> {
  const { db, clock, logger } = options
  const writtenMs = new Map<string, number>()
  const due = new Set<string>()
  let seen = Math.max(0, lastEventId(db) - missedEvents)
  for (let last = false; !last;) {
    last = signal.aborted
    try {
      const events = eventsAfter(db, seen, 2_000)
      seen = events.at(-1)?.id ?? seen
      const moved = new Set(
        events
          .filter(({ kind }) =>
            /^(step|recording|marker|clip\.phone\.(made|deleted)|video\.(published|checksum|companions|loudness|removed|held|swept|moved))/.test(
              kind,
            ),
          )
          .flatMap(({ subjectId, facts }) => [subjectId, String(facts['recording'] ?? '')]),
      )
      const changed = new Set(
        events.filter(({ kind }) => kind === 'booking.changed').map(({ subjectId }) => findRecordingOf(db, subjectId)?.id ?? ''),
      )
      const growing = openRecordings(db).filter(
        ({ id, startsAtMs }) => clock.nowMs() - (writtenMs.get(id) ?? 0) > Math.max(restMs, (clock.nowMs() - startsAtMs) * restShare),
      )
      for (const id of [...moved, ...changed, ...growing.map((recording) => recording.id)]) due.add(id)
      if (due.size > 0) await options.ready?.()
      for (const id of due)
        try {
          const recording = findRecording(db, id)
          if (recording && !writtenMs.has(id)) await removeUnfinished(path.join(options.recordingsFolder, recording.folder), 'recording.')
          if (recording) await writeManifest(options, recording)
          writtenMs.set(id, clock.nowMs())
          due.delete(id)
        } catch (error) {
          logger.error({ recording: id, err: error }, 'a manifest could not be written, trying again') // the others can be
        }
    } catch (error) {
      logger.error({ err: error }, 'what manifests must tell could not be looked up, trying again')
    }
    if (!last) await clock.sleep(500, signal)
  }
}

/** recording.json first, then the one marker that fits. */
export async function writeManifest({ db, recordingsFolder, labelOf }: ManifestOptions, recording: Recording): Promise<void> {
  const folder = path.join(recordingsFolder, recording.folder)
  await makeFolder(folder)
  await writeDurably(path.join(folder, 'recording.json'), `${JSON.stringify(manifestOf(db, recording, labelOf), null, 1)}\n`)
  const fitting = findVideoOf(db, recording.id)?.removed ? undefined : markerOf(recording)
  if (fitting) await writeDurably(path.join(folder, `recording${fitting}`), '')
  for (const marker of markers) if (marker !== fitting) await rm(path.join(folder, `recording${marker}`), { force: true })
}

const markers = ['.lock', '.done', '.merged', '.completed', '.error'] as const

/** The seed's marker for a recording: the furthest it has come. */
export function markerOf(recording: Pick<Recording, 'steps'>): (typeof markers)[number] | undefined {
  const state = recordingStateOf(recording.steps)
  const merged = recording.steps.some(({ name, state: of }) => name === ('merge' satisfies StepName) && of === 'done')
  if (state === 'published') return '.completed'
  if (state === 'failed') return '.error'
  if (state === 'merged' || merged) return '.merged'
  if (state === 'captured' || state === 'checked') return '.done'
  return state === 'capturing' ? '.lock' : undefined
}

const takeRow = z.object({
  id: z.string(),
  camera: z.string(),
  folder: z.string(),
  boot_id: z.string(),
  begun_at_ms: z.int(),
  ended_at_ms: z.int().nullable(),
  end_cause: z.string().nullable(),
})

/** Everything a person or a rebuild needs to know of a recording. Schema: docs/ref/manifest.md. */
export function manifestOf(db: Database, recording: Recording, labelOf: BoxClock['labelOf']): Record<string, unknown> {
  const booking = findBooking(db, recording.bookingId)
  const video = findVideoOf(db, recording.id)
  const takes = db.all(
    'select id, camera, folder, boot_id, begun_at_ms, ended_at_ms, end_cause from take where rig_id = ? and begun_at_ms < ? and coalesce(ended_at_ms, ?) > ? order by id',
    recording.rigId,
    recording.endsAtMs,
    Number.MAX_SAFE_INTEGER,
    recording.startsAtMs,
  )
  return {
    version: 1,
    recordingId: recording.id,
    booking: booking && { id: booking.id, callerId: booking.callerId, userId: booking.userId, rigId: booking.rigId, title: booking.title },
    startsAt: instant(recording.startsAtMs),
    endsAt: instant(recording.endsAtMs),
    state: recordingStateOf(recording.steps),
    steps: Object.fromEntries(
      recording.steps.map(({ name, state, failedCode, failedMessage }) => [
        name,
        { state, ...(failedCode === null ? {} : { code: failedCode, message: failedMessage }) },
      ]),
    ),
    film: {
      layout: recording.layout,
      drawn: recording.layout === 'panorama' && recording.calibration === undefined ? null : formOf(recording).name,
      drawnBecause: calibrationFaultOf(db, recording.id),
      calibration: fixedCalibrationOf(recording) ?? null,
      redrawn: listRedrawn(db, recording.id).map((each) => ({ ...each, calibration: each.calibration ?? null })),
      fps: recording.fps,
      cameraWidth: recording.cameraWidth,
      cameraHeight: recording.cameraHeight,
      rotation: recording.rotation,
      flip: recording.flip,
      mainCamera: recording.mainCamera,
      insetCorner: recording.insetCorner,
      sound: recording.sound,
      origin: recording.origin ?? null,
      logos: listLogos(db, recording.id),
      bookends: listBookends(db, recording.id),
      score: listScore(db, recording.id).map(({ firstFrame, text }) => ({ fromSeconds: firstFrame / recording.fps, text })),
      leadIn: readLeadIn(db, recording.id) ?? null,
      encoder: encoderOf(db, recording.id)?.encoder ?? null,
      encoderBecause: encoderOf(db, recording.id)?.because ?? null,
    },
    takes: takes.map((found) => {
      const take = takeRow.parse(found)
      return {
        id: take.id,
        camera: take.camera,
        folder: take.folder,
        bootId: take.boot_id,
        begunAt: instant(take.begun_at_ms),
        endedAt: take.ended_at_ms === null ? null : instant(take.ended_at_ms),
        endCause: take.end_cause,
        segments: storedSegments(db, take.id),
      }
    }),
    gaps: listGaps(db, recording.id).map(({ camera, firstFrame, frames, cause }) => ({
      camera,
      fromSeconds: firstFrame / recording.fps,
      seconds: frames / recording.fps,
      cause,
    })),
    pictureFaults: listPictureFaults(db, recording.id).map(({ camera, fault, firstFrame, frames }) => ({
      camera,
      fault,
      fromSeconds: firstFrame / recording.fps,
      seconds: frames / recording.fps,
    })),
    markers: listMarkers(db, recording.id).map(({ id, atMs, label, setBy, setAtMs }) => ({
      ...{ id, at: instant(atMs), fromSeconds: (atMs - recording.startsAtMs) / 1_000, label, setBy, setAt: instant(setAtMs) },
    })),
    chunks: listChunks(db, recording.id),
    video: video?.published
      ? {
          ...toldVideo(video, video.published),
          heldBecause: heldBecause(db, video.id),
          companions: listCompanions(db, video.id),
          swept: listSwept(db, recording.id).map(({ what, bytes, because, goingAtMs }) => ({
            what,
            bytes,
            because,
            at: instant(goingAtMs),
          })),
          bucket: tellConfirmed(db, video.objectKey),
          tracks: findTracks(db, video) ?? null,
        }
      : null,
    phoneClips: video ? tellPhoneClips(db, recording.id, video.objectKey) : null,
    removed: video?.removed ? { at: instant(video.removed.atMs), videoId: video.id, objectKey: video.objectKey } : null,
    certificate: video?.removed ? null : (readCertificate(db, recording, labelOf) ?? null),
  }
}

const toldVideo = ({ id, objectKey }: Video, { atMs, ...published }: NonNullable<Video['published']>): Record<string, unknown> => ({
  id,
  objectKey,
  publishedAt: instant(atMs),
  ...published,
})
