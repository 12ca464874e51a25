// A file of a clip as an answer, for people who are signed in and for a court's page alike.
// Never decides who may have it, and takes no path from a request: rows name the files.

import path from 'node:path'
import { EzrecError } from '../../base/errors.ts'
import { findRecording } from '../../capture/recording-store.ts'
import { clipFile, findClip } from '../../publish/clips/clip-store.ts'
import { attachment } from '../../share/film-name.ts'
import type { Door } from '../routing/door.ts'
import { fileAnswer } from './file-answer.ts'

/** Errors: not_found, range_not_satisfiable. */
export async function clipAnswer(
  { db, settings }: Door,
  clipId: string,
  name: string,
  request: { readonly method: string; readonly headers: Headers },
  { download }: { readonly download: boolean },
): Promise<Response> {
  const clip = findClip(db, clipId)
  const file = clip?.files.find((each) => each.name === name)
  const recording = clip && findRecording(db, clip.recordingId)
  if (!clip || !file || !recording)
    throw new EzrecError('not_found', 'there is no such clip, or not yet', { hint: 'it is made a few seconds after it was asked for' })
  const headers: Record<string, string> = download ? { 'content-disposition': attachment(`Clip ${name}`) } : {}
  const where = path.join(settings.paths.recordings, recording.folder, clipFile(clip.id, name))
  return fileAnswer({ path: where, type: 'video/mp4', etag: `"${file.sha256.slice(0, 32)}"`, headers }, request)
}
