// A film or recording by what a request names it.
// Never finds a film that is not published, or that was removed.

import { EzrecError } from '../../base/errors.ts'
import { findRecording } from '../../capture/recording-store.ts'
import type { Recording } from '../../capture/recording.ts'
import { findVideo, findVideoOf, type Video } from '../../publish/video.ts'
import type { Door } from '../routing/door.ts'

/** A published film by its own id or its recording's. */
export function mustFindVideo({ db }: Pick<Door, 'db'>, id: string): Video {
  const found = findVideo(db, id) ?? findVideoOf(db, id)
  if (found?.published) return found
  throw new EzrecError('not_found', found?.removed ? 'this film was removed' : 'there is no such film', {
    hint: 'GET /videos lists those that are published',
  })
}

/** A recording whose film was not removed. */
export function mustFindRecording({ db }: Pick<Door, 'db'>, id: string): Recording {
  const found = findRecording(db, id)
  if (!found) throw new EzrecError('not_found', 'there is no such film or recording', { hint: 'GET /videos and GET /bookings name them' })
  if (findVideoOf(db, id)?.removed) throw new EzrecError('not_found', 'this film was removed', { hint: 'GET /videos lists what there is' })
  return found
}
