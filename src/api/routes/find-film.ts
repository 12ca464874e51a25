// A film or recording by what a request names it.
// Never finds a film that is not published, or that was removed.

import { EzrecError } from '../../base/errors.ts'
import { findRecording } from '../../capture/recording-store.ts'
import type { Recording } from '../../capture/recording.ts'
import { findClip } from '../../publish/clips/clip-store.ts'
import { findPhoneClip } from '../../publish/clips/phone-clip-store.ts'
import { findVideo, findVideoOf, type Video } from '../../publish/video.ts'
import { assertOwnRecording } from '../routing/own.ts'
import type { Door } from '../routing/door.ts'
import type { Caller } from '../routing/route.ts'

/** A published film by its own id or its recording's; to a key of one user, that one's alone. */
export function mustFindVideo({ db }: Pick<Door, 'db'>, id: string, caller: Pick<Caller, 'principal'>): Video {
  const found = findVideo(db, id) ?? findVideoOf(db, id)
  if (found) assertOwnRecording(db, caller, found.recordingId, 'film')
  if (found?.published) return found
  throw new EzrecError('not_found', found?.removed ? 'this film was removed' : 'there is no such film', {
    hint: 'GET /videos lists those that are published',
  })
}

/** A recording whose film was not removed; to a key of one user, that one's alone. */
export function mustFindRecording({ db }: Pick<Door, 'db'>, id: string, caller: Pick<Caller, 'principal'>): Recording {
  const found = findRecording(db, id)
  assertOwnRecording(db, caller, id)
  if (!found) throw new EzrecError('not_found', 'there is no such film or recording', { hint: 'GET /videos and GET /bookings name them' })
  if (findVideoOf(db, id)?.removed) throw new EzrecError('not_found', 'this film was removed', { hint: 'GET /videos lists what there is' })
  return found
}

/** Errors: not_found, for the clip of another user. */
export function assertOwnClip(db: Door['db'], caller: Pick<Caller, 'principal'>, id: string): void {
  const clip = findClip(db, id)
  if (clip) assertOwnRecording(db, caller, clip.recordingId, 'clip')
}

/** Errors: not_found, for the clip for phones of another user. */
export function assertOwnPhoneClip(db: Door['db'], caller: Pick<Caller, 'principal'>, id: string): void {
  const clip = findPhoneClip(db, id)
  if (clip) assertOwnRecording(db, caller, clip.recordingId, 'clip')
}
