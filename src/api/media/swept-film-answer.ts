// A film whose copy on this box was swept, passed on from the bucket byte for byte: links, pages and players go on as before.
// Never keeps any of it, and never tells the address that it came from.

import { EzrecError } from '../../base/errors.ts'
import { findUpload } from '../../publish/stores/s3/upload-ledger.ts'
import type { Video } from '../../publish/video.ts'
import type { Door } from '../routing/door.ts'
import { rangedAnswer } from './ranged-answer.ts'

/** To begin to answer. */
const patienceMs = 15_000

const signedSeconds = 3_600

/** Errors: not_found, range_not_satisfiable, upstream_unavailable. */
export async function sweptFilmAnswer(
  { db, bucket }: Pick<Door, 'db' | 'bucket'>,
  video: Video,
  { etag, headers }: { readonly etag: string; readonly headers: Readonly<Record<string, string>> },
  request: { readonly method: string; readonly headers: Headers },
): Promise<Response> {
  const upload = findUpload(db, video.objectKey)
  if (!bucket || upload?.state !== 'confirmed' || upload.place !== bucket.place)
    throw new EzrecError('not_found', 'this film is not on this box any more', {
      hint: 'it is in the bucket that this box had when it was swept',
    })
  const answer = rangedAnswer({ type: 'video/mp4', size: video.published?.bytes ?? 0, etag, headers }, request)
  if (answer instanceof Response) return answer
  const { first, last, head } = answer
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), patienceMs)
  try {
    const url = await bucket.sign(upload.objectKey, { seconds: signedSeconds })
    const given = await fetch(url, { headers: { range: `bytes=${first}-${last}` }, redirect: 'error', signal: late.signal })
    if (given.body && given.status === 206 && given.headers.get('content-length') === String(last - first + 1))
      return new Response(given.body, head)
    await given.body?.cancel()
    throw new EzrecError(given.status === 404 ? 'not_found' : 'upstream_unavailable', 'the bucket does not give this film', {
      hint: 'run ./ezrec doctor: it looks at the bucket and its rights',
      facts: { status: given.status },
    })
  } catch (cause) {
    if (cause instanceof EzrecError) throw cause
    throw new EzrecError('upstream_unavailable', 'the bucket that holds this film does not answer', {
      hint: 'ask again in a minute',
      cause,
    })
  } finally {
    clearTimeout(timer)
  }
}
