// Recordings on the disk that the database does not know, or knows less of: by their folders, manifests and the films in the store.
// Changes nothing; a manifest that nobody can read and a film that is not there are told, never guessed.

import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Database } from '../../adapters/sqlite.ts'
import { messageOf } from '../../base/errors.ts'
import { isId } from '../../base/ids.ts'
import { readLogoFile, type LogoFile } from '../../merge/branding/logo-file.ts'
import { readTakenLogo } from '../../merge/branding/logo-store.ts'
import { initFile } from '../../merge/chunk-store.ts'
import { readManifest, type StoredManifest } from '../../publish/stored-manifest.ts'
import type { FilmStore } from '../../publish/stores/store.ts'
import type { FoundRecording } from './manifest-rows.ts'

export type Places = { readonly recordingsFolder: string; readonly store: FilmStore }

export type Found = {
  readonly recordings: readonly FoundRecording[]
  /** Whose film is not there: the booking comes back alone, so that its footage is not taken for nobody's. */
  readonly filmless: readonly StoredManifest[]
  readonly lost: readonly string[]
}

export async function findRecordings(db: Database, { recordingsFolder, store }: Places): Promise<Found> {
  const recordings: FoundRecording[] = []
  const filmless: StoredManifest[] = []
  const lost: string[] = []
  for (const folder of await unknownFolders(db, recordingsFolder)) {
    const whole = path.join(recordingsFolder, folder)
    try {
      const manifest = await readManifest(whole)
      const video = manifest?.video
      if (!manifest) continue
      if (!manifest.removed && (isPublished(db, manifest.recordingId) || (!video && isKnown(db, manifest.recordingId)))) continue // it goes on by its rows
      const other = db.get('select id from recording where booking_id = ? and id <> ?', manifest.booking.id, manifest.recordingId)
      if (other) lost.push(`recording ${manifest.recordingId}: its booking has another recording, ${String(other['id'])}`)
      else if (video && !(await isThere(video, store))) {
        filmless.push(manifest)
        lost.push(`recording ${manifest.recordingId}: its film ${video.objectKey} is not in the store as it was published`)
      } else {
        const logos = await findLogos(db, manifest)
        lost.push(...logos.lost, ...lostCalibration(manifest))
        const init = await readFile(path.join(whole, initFile)).catch(() => undefined)
        recordings.push({ folder, manifest: await withWhatIsThere(manifest, store), init, logoFiles: logos.files })
      }
    } catch (error) {
      lost.push(messageOf(error))
    }
  }
  return { recordings, filmless, lost }
}

/** Published by the rows, and told of once more since anything was noted in them: a copy of the database may lack the clips that were made since. */
export async function findToldSince(db: Database, recordingsFolder: string): Promise<StoredManifest[]> {
  const lastMs = Number(db.get('select max(at_ms) as at from event')?.['at'] ?? 0)
  const told: StoredManifest[] = []
  for (const folder of await recordingFolders(recordingsFolder)) {
    const whole = path.join(recordingsFolder, folder)
    const written = await stat(path.join(whole, 'recording.json')).catch(() => undefined)
    if (!written || written.mtimeMs < lastMs || !isPublished(db, path.basename(folder))) continue
    const manifest = await readManifest(whole).catch(() => undefined) // its rows are there: nothing else of it is wanted
    if (manifest) told.push(manifest)
  }
  return told
}

/** Of a published film: the files that its logos were drawn from, if they are still there and the same; a copy of the database may have them. */
async function findLogos(
  db: Database,
  { recordingId, video, film: { logos } }: StoredManifest,
): Promise<{ readonly files: readonly LogoFile[]; readonly lost: readonly string[] }> {
  const files: LogoFile[] = []
  const lost: string[] = []
  for (const { file, sha256, fault } of video ? logos : []) {
    if (sha256 === null || fault !== null || readTakenLogo(db, sha256)) continue
    const found = await readLogoFile(file).catch(() => undefined)
    if (found?.sha256 === sha256) files.push(found)
    else lost.push(`recording ${recordingId}: the logo ${file} as it is in its film: merged once more, it lacks it`)
  }
  return { files, lost }
}

const lostCalibration = ({ recordingId, film }: StoredManifest): string[] =>
  film.calibration === 'damaged' ? [`recording ${recordingId}: its calibration cannot be read: merged once more, it takes the rig's`] : []

type StoredFilm = NonNullable<StoredManifest['video']>

/** On this box, or in the bucket, which had proven that it holds it: by the parts that are told it is asked for again. */
async function isThere(video: StoredFilm, store: FilmStore): Promise<boolean> {
  const here = await store.find(video.objectKey)
  return here ? here.bytes === video.bytes : video.bucket !== null && video.bucket !== undefined
}

/** What stands beside a film and is not there any more is not believed; a film that is only in the bucket was swept, also where its manifest came too late
 *  to say so. */
async function withWhatIsThere(manifest: StoredManifest, store: FilmStore): Promise<StoredManifest> {
  const { video } = manifest
  if (!video) return manifest
  const there = await Promise.all(video.companions.map(async (each) => (await store.find(each.objectKey))?.bytes === each.bytes))
  const others = video.swept.filter(({ what }) => what !== 'film')
  const known = video.swept.find(({ what }) => what === 'film')
  const isHere = (await store.find(video.objectKey)) !== undefined
  const film = known ?? {
    what: 'film' as const,
    bytes: video.bytes,
    because: 'it was not on this box when its rows came back',
    at: video.publishedAt,
  }
  const companions = video.companions.filter((_, n) => there[n])
  return { ...manifest, video: { ...video, companions, swept: isHere ? others : [...others, film] } }
}

const isKnown = (db: Database, id: string): boolean => db.get('select 1 from recording where id = ?', id) !== undefined

const isPublished = (db: Database, id: string): boolean =>
  db.get('select 1 from video where recording_id = ? and published_at_ms is not null', id) !== undefined

/** `<local date>/<recording id>` without a published film by the rows, or with one and not marked so. */
async function unknownFolders(db: Database, recordingsFolder: string): Promise<readonly string[]> {
  const published = new Map(
    db
      .all('select recording_id, removed_at_ms from video where published_at_ms is not null')
      .map((row) => [String(row['recording_id']), row['removed_at_ms'] !== null]),
  )
  const folders: string[] = []
  for (const folder of await recordingFolders(recordingsFolder)) {
    const id = path.basename(folder)
    const isRemoved = published.get(id)
    if (isRemoved === true) continue
    const completed = await exists(path.join(recordingsFolder, folder, 'recording.completed'))
    // A film without its marker may have been removed after this copy of the database was made, and this copy may not know yet that it was published.
    if (isRemoved === undefined || !completed) folders.push(folder)
  }
  return folders
}

/** Folders that a recording may have, below `recordingsFolder`. */
export async function recordingFolders(recordingsFolder: string): Promise<readonly string[]> {
  const dates = (await namesIn(recordingsFolder)).filter((name) => /^\d{4}-\d{2}-\d{2}$/.test(name))
  const folders: string[] = []
  for (const date of dates.toSorted())
    for (const id of await namesIn(path.join(recordingsFolder, date))) if (isId(id)) folders.push(path.join(date, id))
  return folders
}

const namesIn = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { withFileTypes: true }).catch(() => [])).filter((entry) => entry.isDirectory()).map(({ name }) => name)

const exists = async (file: string): Promise<boolean> => (await stat(file).catch(() => undefined)) !== undefined
