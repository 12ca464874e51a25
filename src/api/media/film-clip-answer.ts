// A part of a published film as an answer: cut when it is asked for, kept for who asks again.
// Never cuts for longer than its limit, and never beyond the film's end.

import { rm } from 'node:fs/promises'
import { EzrecError } from '../../base/errors.ts'
import { filmKeyNow } from '../../publish/exchange/exchange-store.ts'
import { longestClipSeconds } from '../../publish/film-clip.ts'
import { findVideo, type Video } from '../../publish/video.ts'
import { attachment } from '../../share/film-name.ts'
import type { Door } from '../routing/door.ts'
import { fileAnswer } from './file-answer.ts'
import { peoplesName } from './film-answer.ts'

/** Errors: invalid (no part of the film), range_not_satisfiable; as of `Clips.make`. */
export async function filmClipAnswer(
  door: Door,
  video: Video,
  { from, to }: { readonly from: number; readonly to: number },
  request: { readonly method: string; readonly headers: Headers },
): Promise<Response> {
  const { published } = video
  if (!published) throw new EzrecError('not_found', 'this film is not published yet', { hint: 'GET /videos lists those that are' })
  const lengthMs = Math.round((published.frames / published.fps) * 1_000)
  const [fromMs, toMs] = [Math.round(from * 1_000), Math.min(Math.round(to * 1_000), lengthMs)]
  if (fromMs >= toMs)
    throw new EzrecError('invalid', 'from must be before to, and both within the film', { hint: `the film has ${lengthMs / 1_000} s` })
  if (toMs - fromMs > longestClipSeconds * 1_000)
    throw new EzrecError('invalid', `a part has at most ${longestClipSeconds} s`, { hint: 'ask for less, or download the film' })
  const file = await door.clips.make({ videoId: video.id, film: door.store.pathOf(filmKeyNow(door.db, video)), fromMs, toMs })
  if (!findVideo(door.db, video.id)?.published) {
    await rm(file, { force: true }) // the removal may have passed by before it was there
    throw new EzrecError('not_found', 'this film was removed', { hint: 'GET /videos lists those that are' })
  }
  const name = peoplesName(door, video).replace(/\.mp4$/, ` ${Math.floor(fromMs / 1_000)}s-${Math.ceil(toMs / 1_000)}s.mp4`)
  const etag = `"${video.id}-${published.bytes}-${fromMs}-${toMs}"`
  return fileAnswer({ path: file, type: 'video/mp4', etag, headers: { 'content-disposition': attachment(name) } }, request)
}
