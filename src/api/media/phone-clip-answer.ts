// A clip for phones as an answer, for people who are signed in and for a court's page alike: whole, one range, or named for people.
// Never decides who may have it, and takes no path from a request: a row names the file.

import path from 'node:path'
import { EzrecError } from '../../base/errors.ts'
import { findRecording } from '../../capture/recording-store.ts'
import type { Recording } from '../../capture/recording.ts'
import { findPhoneClip, phoneClipFile, type PhoneClip } from '../../publish/clips/phone-clip-store.ts'
import { findVideoOf, type Video } from '../../publish/video.ts'
import { attachment } from '../../share/film-name.ts'
import type { Door } from '../routing/door.ts'
import { fileAnswer } from './file-answer.ts'
import { peoplesName } from './film-answer.ts'

/** `of`: whose it must be. Errors: not_found, range_not_satisfiable. */
export async function phoneClipAnswer(
  door: Door,
  id: string,
  request: { readonly method: string; readonly headers: Headers },
  { download, of }: { readonly download: boolean; readonly of?: string | undefined },
): Promise<Response> {
  const clip = findPhoneClip(door.db, id)
  const recording = clip && findRecording(door.db, clip.recordingId)
  const video = clip && findVideoOf(door.db, clip.recordingId)
  if (!clip?.made || !recording || !video?.published || (of !== undefined && of !== clip.recordingId))
    throw new EzrecError('not_found', 'there is no such clip, or not yet', { hint: 'it is made when nothing is recorded' })
  const name = phoneClipName(door, video, { ...clip, startsAtMs: recording.startsAtMs })
  const headers: Record<string, string> = download ? { 'content-disposition': attachment(name) } : {}
  const where = path.join(door.settings.paths.recordings, recording.folder, phoneClipFile(clip.id))
  return fileAnswer({ path: where, type: 'video/mp4', etag: `"${clip.made.sha256.slice(0, 32)}"`, headers }, request)
}

/** For people. */
export function phoneClipName(
  door: Door,
  video: Video,
  { fromMs, startsAtMs, shape }: Pick<PhoneClip, 'fromMs' | 'shape'> & Pick<Recording, 'startsAtMs'>,
): string {
  const atSeconds = Math.floor((fromMs - startsAtMs) / 1_000)
  const at = `${Math.floor(atSeconds / 60)}m${String(atSeconds % 60).padStart(2, '0')}s`
  return peoplesName(door, video).replace(/\.mp4$/, ` ${at} ${shape.replace(':', 'x')}.mp4`)
}
