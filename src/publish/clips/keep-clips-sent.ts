// Clips for phones go to the bucket, beside their film and before parts of films: somebody waits for them, and they are small. What is gone here goes there.
// One at a time, so that films keep two of three turns however many clips wait. Never sends while the uplink is paused, and never sends half of one.

import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Database } from '../../adapters/sqlite.ts'
import type { Clock } from '../../base/clock.ts'
import { EzrecError } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import { findRecording } from '../../capture/recording-store.ts'
import {
  clipObjectKey,
  clipObjectsToRemove,
  clipsToSend,
  forgetClipObject,
  noteClipBegun,
  noteClipSent,
  type WaitingClip,
} from '../clip-object-store.ts'
import { removeOrLeave } from '../companions/keep-bucket-copies.ts'
import { keepSending } from '../companions/keep-sending.ts'
import { BucketError, refusal } from '../stores/s3/bucket-error.ts'
import type { Bucket } from '../stores/s3/bucket.ts'
import { look } from '../stores/s3/complete-upload.ts'
import type { Uplink } from '../uplink/uplink.ts'
import { phoneClipFile } from './phone-clip-store.ts'

export type KeepClipsSentOptions = {
  readonly db: Database
  readonly clock: Clock
  readonly logger: Logger
  readonly bucket: Bucket
  readonly uplink: Pick<Uplink, 'turns' | 'begin' | 'now'>
  readonly recordingsFolder: string
}

/** Somebody waits: it is tried again sooner than what nobody was promised. */
const rests = { lookMs: 1_000, longestRestMs: 60_000 }

/** Until the signal aborts. */
export const keepClipsSent = (options: KeepClipsSentOptions, signal: AbortSignal): Promise<void> =>
  keepSending({ ...options, ...rests }, 'a clip for phones is not in the bucket', () => settleClips(options, signal), signal)

/** Once: what nobody wants any more goes, then what waits is sent. Errors: those of the bucket and of the clips' files. */
export async function settleClips(options: KeepClipsSentOptions, signal: AbortSignal): Promise<void> {
  const { db, bucket, uplink } = options
  let fault = await removeGone(options, signal)
  for (const clip of clipsToSend(db, bucket.place)) {
    signal.throwIfAborted()
    if (uplink.now().pausedBy) break
    try {
      if (!(await sendInTurn(options, clip, signal))) break
    } catch (error) {
      if (error instanceof BucketError) throw error
      fault ??= error // of this clip's file: the others do not wait for it
    }
    const stuck = await removeGone(options, signal) // what is to go does not wait for all that is to come
    fault ??= stuck
  }
  if (fault !== undefined) throw fault
}

/** What one of them failed by: it holds up no other. */
async function removeGone(options: KeepClipsSentOptions, signal: AbortSignal): Promise<unknown> {
  const { db, bucket } = options
  let fault: unknown
  for (const objectKey of clipObjectsToRemove(db, bucket.place))
    try {
      await removeOrLeave(options, objectKey, signal)
      forgetClipObject(db, bucket.place, objectKey)
    } catch (error) {
      signal.throwIfAborted()
      fault ??= error
    }
  return fault
}

/** While turns are held by parts that wait for the end of a pause, what is to go from the bucket must not wait with them. */
const turnMs = 60_000

/** False when its turn did not come, or the uplink is paused by now. */
async function sendInTurn(options: KeepClipsSentOptions, clip: WaitingClip, signal: AbortSignal): Promise<boolean> {
  const { db, bucket, uplink } = options
  using turn = await uplink.turns.enter(AbortSignal.any([signal, AbortSignal.timeout(turnMs)])) // who names no order comes before all films
  if (!turn || uplink.now().pausedBy) return false
  if (clipsToSend(db, bucket.place).some(({ id }) => id === clip.id)) await sendClip(options, clip, signal) // nobody deleted it meanwhile
  return true
}

async function sendClip(
  { db, clock, bucket, uplink, recordingsFolder }: KeepClipsSentOptions,
  clip: WaitingClip,
  signal: AbortSignal,
): Promise<void> {
  const objectKey = clipObjectKey(clip.filmKey, clip.id)
  const body = await readClip(recordingsFolder, findRecording(db, clip.recordingId)?.folder ?? '', clip)
  noteClipBegun(db, bucket.place, objectKey, clip)
  const sending = uplink.begin(body)
  try {
    await bucket.put(objectKey, body, 'video/mp4', signal)
    sending.over(body.length)
  } finally {
    sending.over(0)
  }
  const seen = await look(bucket, objectKey, signal)
  if (seen.is === 'absent' || (seen.is === 'there' && seen.told.bytes !== body.length)) throw refusal('PutObject', 'IncompleteBody')
  noteClipSent(db, bucket.place, objectKey, seen.is === 'there' ? (seen.told.etag ?? null) : null, Math.round(clock.nowMs()))
}

async function readClip(recordingsFolder: string, folder: string, { id, bytes, sha256 }: WaitingClip): Promise<Buffer> {
  const unreadable = (cause?: unknown): EzrecError =>
    new EzrecError('media_unreadable', 'the file of a clip is gone, or is not what was made', {
      hint: './ezrec fsck --deep tells of it; delete the clip and ask for it anew',
      facts: { clip: id },
      cause,
    })
  const body = await readFile(path.join(recordingsFolder, folder, phoneClipFile(id))).catch((error: unknown) => {
    throw unreadable(error)
  })
  if (body.length === bytes && createHash('sha256').update(body).digest('hex') === sha256) return body
  throw unreadable()
}
