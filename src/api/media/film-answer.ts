// A published film and what stands beside it as answers, for people who are signed in and for people with a link alike.
// Never decides who may have them: the routes do.

import { filmFileName, attachment } from '../../share/film-name.ts'
import { EzrecError } from '../../base/errors.ts'
import { findBooking } from '../../booking/booking-store.ts'
import { findRecording } from '../../capture/recording-store.ts'
import { findCompanion, type CompanionKind } from '../../publish/companions/companion-store.ts'
import { filmKeyNow } from '../../publish/exchange/exchange-store.ts'
import { isSwept } from '../../publish/swept-store.ts'
import type { Video } from '../../publish/video.ts'
import type { Door } from '../routing/door.ts'
import { fileAnswer } from './file-answer.ts'
import { sweptFilmAnswer } from './swept-film-answer.ts'

type Request = { readonly method: string; readonly headers: Headers }

/** Errors: not_found (not published), range_not_satisfiable. */
export async function filmAnswer(
  door: Door,
  video: Video,
  request: Request,
  { download }: { readonly download: boolean },
): Promise<Response> {
  if (!video.published) throw notThere('this film is not published yet')
  // Immutable once published, so id and size name its bytes; the checksum comes later and must not change the tag of a running download.
  const etag = `"${video.id}-${video.published.bytes}"`
  const headers: Record<string, string> = download ? { 'content-disposition': attachment(peoplesName(door, video)) } : {}
  door.watching(video.recordingId)
  if (isSwept(door.db, video.recordingId, 'film')) return sweptFilmAnswer(door, video, { etag, headers }, request)
  return fileAnswer({ path: door.store.pathOf(filmKeyNow(door.db, video)), type: 'video/mp4', etag, headers }, request)
}

/** Errors: not_found. */
export async function posterAnswer(door: Door, video: Video | undefined, request: Request): Promise<Response> {
  if (!video) throw notThere('there is no poster yet')
  const path = door.store.pathOf(video.objectKey.replace(/\.mp4$/, '.jpg'))
  return fileAnswer({ path, type: 'image/jpeg', etag: `"${video.id}-poster"` }, request)
}

/** Previews, thumbnails and smaller version of a published film. Errors: not_found, range_not_satisfiable. */
export async function companionAnswer(
  door: Door,
  video: Video | undefined,
  which: { readonly kind: CompanionKind; readonly number?: number; readonly download?: boolean },
  request: Request,
): Promise<Response> {
  const found = video?.published && findCompanion(door.db, video.id, which.kind, which.number)
  if (!video || !found) throw notThere('there is no such thing beside this film, or not yet')
  const headers: Record<string, string> = which.download
    ? { 'content-disposition': attachment(peoplesName(door, video).replace(/\.mp4$/, ' small.mp4')) }
    : {}
  return fileAnswer(
    { path: door.store.pathOf(found.objectKey), type: mediaTypes[which.kind], etag: `"${found.sha256.slice(0, 32)}"`, headers },
    request,
  )
}

const mediaTypes: Readonly<Record<CompanionKind, string>> = {
  preview: 'image/jpeg',
  thumbnails: 'text/vtt; charset=utf-8',
  sheet: 'image/jpeg',
  rendition: 'video/mp4',
}

/** `thumbnails.vtt`, or a sheet that it names. */
export const thumbnailNamePattern = /^thumbnails(-\d{1,2}\.jpg|\.vtt)$/

export function thumbnailOf(name: string): { readonly kind: CompanionKind; readonly number: number } {
  const number = /-(\d+)\.jpg$/.exec(name)?.[1]
  return number === undefined ? { kind: 'thumbnails', number: 0 } : { kind: 'sheet', number: Number(number) }
}

export function peoplesName({ db, settings }: Door, video: Video): string {
  const recording = findRecording(db, video.recordingId)
  const booking = recording && findBooking(db, recording.bookingId)
  return filmFileName({ title: booking?.title ?? null, startsAtMs: recording?.startsAtMs ?? 0 }, settings.booking)
}

const notThere = (message: string): EzrecError => new EzrecError('not_found', message, { hint: 'it is there soon after the match' })
