// The three kinds of answer that live HLS needs: playlist, init segment, chunk. From rows, and from the files that rows name.
// Never lists a chunk that has no row: a row means durable and decoded.

import path from 'node:path'
import { EzrecError } from '../../base/errors.ts'
import type { Recording } from '../../capture/recording.ts'
import { chunkFile, readInit } from '../../merge/chunk-store.ts'
import { isSwept } from '../../publish/swept-store.ts'
import type { BookendSlot } from '../../../config/picture-words.ts'
import { findBookend } from '../../merge/branding/bookend-store.ts'
import { readBookendFragment } from '../live/bookend-fragment.ts'
import type { Door } from '../routing/door.ts'
import { fileAnswer } from './file-answer.ts'
import { livePlaylist } from '../live/live-playlist.ts'

/** `index.m3u8`, `init.mp4`, or a chunk's number and `.m4s`, likewise of the intro's and outro's fragments. */
export const liveNamePattern = /^(index\.m3u8|init\.mp4|(intro-|outro-)?\d{1,7}\.m4s)$/

/** Errors: not_found: no picture yet, or no such chunk. */
export async function liveAnswer(
  door: Door,
  recording: Recording,
  name: string,
  request: { method: string; headers: Headers; address: string },
): Promise<Response> {
  const { db, settings } = door
  door.liveViewers.note(request.address)
  if (isSwept(db, recording.id, 'chunks')) throw nothingYet()
  door.watching(recording.id)
  if (name === 'index.m3u8') {
    const ended = recording.steps.some((step) => step.name === 'merge' && (step.state === 'done' || step.state === 'failed'))
    const chunks = door.liveChunks(recording.id) // asked after `ended`: what was merged is then all there
    if (chunks.length === 0) throw nothingYet()
    const { fps, startsAtMs } = recording
    const framesOf = (slot: BookendSlot): number[] => findBookend(db, recording.id, slot)?.fragments.map(({ frames }) => frames) ?? []
    const bookends = { intro: framesOf('intro'), outro: framesOf('outro') }
    return answer(
      livePlaylist({ chunks, fps, startsAtMs, ended, chunkSeconds: settings.merge.chunkSeconds, ...bookends }),
      'application/vnd.apple.mpegurl',
    )
  }
  if (name === 'init.mp4') {
    const init = readInit(db, recording.id)
    if (!init) throw nothingYet()
    return answer(new Uint8Array(init), 'video/mp4')
  }
  const [, slot, of] = /^(intro|outro)-(\d+)\.m4s$/.exec(name) ?? []
  if (slot === 'intro' || slot === 'outro') {
    const fragment = await readBookendFragment(db, path.join(settings.paths.recordings, recording.folder), recording.id, {
      slot,
      number: Number(of),
    })
    if (!fragment) throw nothingYet()
    return answer(fragment, 'video/mp4')
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
