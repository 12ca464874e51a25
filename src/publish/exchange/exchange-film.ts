// A film is sent once more, or another takes its place: it goes to a key of its own, the bucket proves that it holds it, then the rows switch, and only
// then the old one goes. Each step may be done again; a life that was killed between two of them is followed by one that goes on.
// Never removes what the rows still tell of, and never gives way to a film that nobody has proven.

import { link, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { addEvent, addToOutbox, addTransition } from '../../adapters/log-tables.ts'
import type { Database } from '../../adapters/sqlite.ts'
import { EzrecError } from '../../base/errors.ts'
import { fileError, removeUnfinished, sha256OfFile, syncFolder, unfinishedName } from '../../base/files.ts'
import { listClips } from '../clip-cache-policy.ts'
import { findCompanion } from '../companions/companion-store.ts'
import { heldBecause } from '../film-hold.ts'
import type { FilmStore } from '../stores/store.ts'
import { listMoves } from '../stores/s3/move-object.ts'
import { findUpload, giveUp } from '../stores/s3/upload-ledger.ts'
import { isSwept, listGoing, noteGoing } from '../swept-store.ts'
import { findVideo, type Video } from '../video.ts'
import { comingKey, endExchange, findExchange, noteNamed, type FilmExchange } from './exchange-store.ts'

export type ExchangeOptions = {
  readonly db: Database
  readonly clock: { nowMs(): number }
  readonly store: Pick<FilmStore, 'pathOf' | 'find' | 'sendWhole'>
  /** Where parts of films are kept. */
  readonly clipsFolder: string
  readonly hasBucket: boolean
}

/** `later`: something else of this film is under way. Errors: media_unreadable when what is to be sent is not what was asked for; those of the disk. */
export async function exchangeFilm(options: ExchangeOptions, exchange: FilmExchange, signal: AbortSignal): Promise<'over' | 'later'> {
  const { db, clock, store } = options
  const video = findVideo(db, exchange.videoId)
  if (!video?.published) return drop(options, exchange, video)
  if (exchange.switchedAtMs === undefined) {
    if (exchange.film === undefined && !options.hasBucket) return 'later' // until one is set again
    if (findUpload(db, exchange.uploadKey)?.state !== 'confirmed') {
      const key = exchange.film ? comingKey(video) : video.objectKey
      const wanted = exchange.film ?? video.published
      await assertWhole(store, key, wanted, signal)
      await store.sendWhole(exchange.uploadKey, { file: store.pathOf(key), bytes: wanted.bytes }, signal)
    }
    const outcome = switchRows(options, exchange)
    if (outcome === 'later') return 'later'
    if (outcome === 'removed') return drop(options, exchange, findVideo(db, exchange.videoId))
  }
  if (exchange.film) await giveName(options, video)
  endExchange(db, exchange, 'video.exchanged', clock.nowMs())
  return 'over'
}

async function assertWhole(
  store: Pick<FilmStore, 'pathOf' | 'find'>,
  key: string,
  { bytes, sha256 }: { readonly bytes: number; readonly sha256: string | null },
  signal: AbortSignal,
): Promise<void> {
  if ((await store.find(key))?.bytes === bytes && (await sha256OfFile(store.pathOf(key), signal)) === sha256) return
  throw new EzrecError('media_unreadable', 'the film that is to be sent is not what it was', {
    hint: 'check the disk; what was published before stays as it is',
    facts: { object: key },
  })
}

/** All or nothing; from here on people are told of and given the one that came. */
function switchRows({ db, clock }: ExchangeOptions, { videoId, uploadKey, film, askedBy }: FilmExchange): 'switched' | 'later' | 'removed' {
  return db.transaction(() => {
    const video = findVideo(db, videoId)
    if (!findExchange(db, videoId) || !video?.published) return 'removed'
    const { objectKey, recordingId } = video
    const [old, fresh] = [findUpload(db, objectKey), findUpload(db, uploadKey)]
    const isMoving = listMoves(db).some(({ filmKey }) => filmKey === objectKey) // else it would go on from an object that is not the film's any more
    const isGoing = listGoing(db).some((each) => each.recordingId === recordingId) // else the sweep would take the one that came for the old one
    if (isMoving || isGoing || (film && heldBecause(db, videoId) !== null) || (fresh ? fresh.state !== 'confirmed' : !film)) return 'later'
    const nowMs = Math.round(clock.nowMs())
    if (old) giveUp(db, old, 'discarded', 'another object took its place', nowMs)
    if (fresh) db.run('update upload set film_key = ? where id = ?', objectKey, fresh.id)
    if (film) takePlace(db, video, film, nowMs)
    db.run('update film_exchange set switched_at_ms = ?, fault = null where video_id = ?', nowMs, videoId)
    const kind = film ? 'video.replaced' : 'video.republished'
    addTransition(db, {
      atMs: nowMs,
      subject: 'video',
      subjectId: videoId,
      from: 'published',
      to: 'published',
      cause: `${kind} ${askedBy}`,
    })
    if (fresh) addEvent(db, { atMs: nowMs, kind: 'upload.moved', subjectId: objectKey, facts: { object: fresh.objectKey } })
    addEvent(db, { atMs: nowMs, kind: 'video.moved', subjectId: videoId, facts: { recording: recordingId } })
    const { width, height, bytes } = film ?? video.published
    addToOutbox(db, nowMs, kind, { videoId, recordingId, objectKey: fresh?.objectKey ?? objectKey, width, height, bytes })
    return 'switched'
  })
}

/** Pictures and length of the match stay; what was made of the old film alone goes, and is made anew where it can be. */
function takePlace(db: Database, { id, recordingId }: Video, film: NonNullable<FilmExchange['film']>, nowMs: number): void {
  const because = 'another film took its place'
  db.run(
    'update video set width = ?, height = ?, bytes = ?, sha256 = ?, loudness = null, verdict = null where id = ?',
    ...[film.width, film.height, film.bytes, film.sha256, id],
  )
  db.run("delete from swept where recording_id = ? and what = 'film'", recordingId)
  const rendition = findCompanion(db, id, 'rendition')
  if (rendition) {
    noteGoing(db, { recordingId, what: 'rendition', bytes: rendition.bytes, because }, nowMs)
    db.run("delete from companion where kind = 'rendition' and video_id = ?", id)
    db.run('update video set rendition_asked_at_ms = ? where id = ?', nowMs, id)
  }
  const chunkBytes = Number(db.get('select coalesce(sum(bytes), 0) as bytes from chunk where recording_id = ?', recordingId)?.['bytes'])
  if (chunkBytes > 0 && !isSwept(db, recordingId, 'chunks'))
    noteGoing(db, { recordingId, what: 'chunks', bytes: chunkBytes, because }, nowMs)
}

/** The film that came gets the film's name, and no part of the old one is served any more. Until a row says so it keeps its own name as well: whoever
 *  reads it in between finds it under the one or the other. */
async function giveName({ db, clock, store, clipsFolder }: ExchangeOptions, video: Video): Promise<void> {
  const [coming, file] = [store.pathOf(comingKey(video)), store.pathOf(video.objectKey)]
  const folder = path.dirname(file)
  try {
    if (findExchange(db, video.id)?.namedAtMs === undefined) {
      await removeUnfinished(folder, path.basename(file)) // of a life that was killed
      const second = unfinishedName(file)
      await link(coming, second)
      await rename(second, file)
      await rm(second, { force: true }) // rename(2) leaves both of two names of one file: of a life that was killed behind it
      await syncFolder(folder)
      noteNamed(db, video.id, clock.nowMs())
    }
    await rm(coming, { force: true })
    await syncFolder(folder)
  } catch (error) {
    throw fileError(error, file)
  }
  for (const { name } of await listClips(clipsFolder))
    if (name.startsWith(`${video.id}-`)) await rm(path.join(clipsFolder, name), { force: true })
}

/** The film was removed meanwhile: nothing of the one that was to come stays. */
async function drop({ db, clock, store }: ExchangeOptions, exchange: FilmExchange, video: Video | undefined): Promise<'over'> {
  const upload = findUpload(db, exchange.uploadKey)
  if (upload) giveUp(db, upload, 'discarded', 'the film was removed', Math.round(clock.nowMs()))
  if (video && exchange.film) {
    const coming = store.pathOf(comingKey(video))
    await rm(coming, { force: true })
    await syncFolder(path.dirname(coming)).catch(() => undefined) // a folder that is gone holds nothing
  }
  endExchange(db, exchange, 'video.not-exchanged', clock.nowMs())
  return 'over'
}
