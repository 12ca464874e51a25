// The three kinds of answer that live HLS needs: playlist, init segment, chunk. From rows, and from the files that rows name.
// Never lists a chunk that has no row: a row means durable and decoded.

import path from 'node:path'
import { EzrecError } from '../../base/errors.ts'
import type { Recording } from '../../capture/recording.ts'
import { chunkFile, readInit } from '../../merge/chunk-store.ts'
import type { Door } from '../routing/door.ts'
import { fileAnswer } from './file-answer.ts'
import { livePlaylist } from '../live/live-playlist.ts'

/** `index.m3u8`, `init.mp4`, or a chunk's number and `.m4s`. */
export const liveNamePattern = /^(index\.m3u8|init\.mp4|\d{1,7}\.m4s)$/

/** Errors: not_found: no picture yet, or no such chunk. */
export async function liveAnswer(
  door: Door,
  recording: Recording,
  name: string,
  request: { method: string; headers: Headers },
): Promise<Response> {
  const { db, settings } = door
  if (name === 'index.m3u8') {
    const ended = recording.steps.some((step) => step.name === 'merge' && (step.state === 'done' || step.state === 'failed'))
    const chunks = door.liveChunks(recording.id) // asked after `ended`: what was merged is then all there
    if (chunks.length === 0) throw nothingYet()
    const { fps, startsAtMs } = recording
    return answer(
      livePlaylist({ chunks, fps, startsAtMs, ended, chunkSeconds: settings.merge.chunkSeconds }),
      'application/vnd.apple.mpegurl',
    )
  }
  if (name === 'init.mp4') {
    const init = readInit(db, recording.id)
    if (!init) throw nothingYet()
    return answer(new Uint8Array(init), 'video/mp4')
  }
  const number = Number.parseInt(name, 10)
  const found = db.get('select sha256 from chunk where recording_id = ? and number = ?', recording.id, number)
  if (!found) throw nothingYet()
  const file = path.join(settings.paths.recordings, recording.folder, chunkFile(number))
  return fileAnswer({ path: file, type: 'video/mp4', etag: `"${String(found['sha256'])}"` }, request)
}

const answer = (body: string | Uint8Array<ArrayBuffer>, type: string): Response =>
  new Response(body, { headers: { 'content-type': type, 'cache-control': 'private, no-store' } })

const nothingYet = (): EzrecError =>
  new EzrecError('not_found', 'there is no such part of this film yet', { hint: 'ask again in a few seconds while the match is on' })
