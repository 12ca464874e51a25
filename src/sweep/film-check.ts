// Whether a published film is what was published: read back on this box, or asked for in the bucket, just before something of it goes.
// Never takes a refusal, a lost network or a size alone for a yes.

import type { Database } from '../adapters/sqlite.ts'
import { messageOf } from '../base/errors.ts'
import { sha256OfFile } from '../base/files.ts'
import type { Logger } from '../base/logger.ts'
import type { Bucket } from '../publish/stores/s3/bucket.ts'
import { look } from '../publish/stores/s3/complete-upload.ts'
import { expectedOf, judgeObject } from '../publish/stores/s3/proof-policy.ts'
import { findUpload, listSentParts } from '../publish/stores/s3/upload-ledger.ts'
import type { FilmStore } from '../publish/stores/store.ts'
import { isSwept } from '../publish/swept-store.ts'
import { findVideo, type Video } from '../publish/video.ts'

export type FilmCheckOptions = {
  readonly db: Database
  readonly clock: { nowMs(): number }
  readonly logger: Logger
  readonly store: Pick<FilmStore, 'find' | 'pathOf'>
  readonly bucket: Bucket | undefined
}

export type FilmCheck = {
  /** Where the film is, it is sound: read whole on this box, at most a day ago and with its size as it was; asked for each time in the bucket. So is one
   *  that somebody removed. */
  isSound(videoId: string, signal: AbortSignal): Promise<boolean>
  /** The bucket proves now that it holds the film, and lets us look. */
  isInBucket(video: Video, signal: AbortSignal): Promise<boolean>
}

const patienceMs = 30_000
/** A bucket that did not answer is not asked for every other film as well. */
const restMs = 60_000
const dayMs = 24 * 3_600_000

export function openFilmCheck({ db, clock, logger, store, bucket }: FilmCheckOptions): FilmCheck {
  const readBack = new Map<string, { readonly isSound: boolean; readonly atMs: number }>()
  let silentSinceMs = -Infinity

  const isInBucket = async (video: Video, signal: AbortSignal): Promise<boolean> => {
    const upload = findUpload(db, video.objectKey)
    if (!bucket || upload?.state !== 'confirmed' || upload.place !== bucket.place) return false
    if (Math.abs(clock.nowMs() - silentSinceMs) < restMs) return false
    try {
      const seen = await look(bucket, upload.objectKey, AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]))
      return seen.is === 'there' && judgeObject(expectedOf(listSentParts(db, upload.id)), seen.told).is === 'proven'
    } catch (error) {
      if (signal.aborted) throw error
      silentSinceMs = clock.nowMs()
      logger.debug({ video: video.id, fault: messageOf(error) }, 'the bucket could not be asked for a film: it stays on the box')
      return false
    }
  }

  const isHere = async ({ id, objectKey, published }: Video, signal: AbortSignal): Promise<boolean> => {
    if (!published || (await store.find(objectKey))?.bytes !== published.bytes) return false
    const name = `${id} ${published.sha256}`
    const known = readBack.get(name)
    if (known && Math.abs(clock.nowMs() - known.atMs) < dayMs) return known.isSound
    const found = await holds(store.pathOf(objectKey), published.sha256, signal)
    if (!found)
      logger.error({ video: id, object: objectKey }, 'a published film is not what was published: its footage and chunks are kept')
    readBack.set(name, { isSound: found, atMs: clock.nowMs() })
    return found
  }

  return {
    isInBucket,
    isSound: async (videoId, signal) => {
      const video = findVideo(db, videoId)
      if (video?.removed) return true // nobody wants it back
      if (!video?.published) return false
      return isSwept(db, video.recordingId, 'film') ? isInBucket(video, signal) : isHere(video, signal)
    },
  }
}

async function holds(file: string, sha256: string | null, signal: AbortSignal): Promise<boolean> {
  try {
    return (await sha256OfFile(file, signal)) === sha256
  } catch (error) {
    if (signal.aborted) throw error
    return false // it cannot be read: told by whoever asked
  }
}
