// A smaller version of a published film, made from the file in the store: counted, then named, then its row.
// Never touches the film. One that was cut short is thrown away and made anew.

import { open, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { inIdleTime, indexArgs, renditionArgs } from '../../adapters/ffmpeg-companions.ts'
import type { Database } from '../../adapters/sqlite.ts'
import type { Clock } from '../../base/clock.ts'
import { EzrecError } from '../../base/errors.ts'
import { fileError, makeFolder, removeUnfinished, sha256OfFile, syncFolder, unfinishedName } from '../../base/files.ts'
import { runChild } from '../../base/process.ts'
import type { FilmStore } from '../stores/store.ts'
import { findVideo, type Video } from '../video.ts'
import { addCompanions, companionKey } from './companion-store.ts'
import { mostRenditionMs, renditionRateKbps, renditionSize } from './rendition-policy.ts'

export type RenditionOptions = {
  readonly db: Database
  readonly clock: Clock
  readonly store: FilmStore
  /** Of the film. */
  readonly maxRateKbps: number
}

/** Errors: media_unreadable, timeout, disk_full; canceled when the signal aborts. */
export async function makeRendition({ db, clock, store, maxRateKbps }: RenditionOptions, video: Video, signal: AbortSignal): Promise<void> {
  const { published } = video
  const size = published && renditionSize(published)
  if (!published || !size) return
  const objectKey = companionKey(video, 'rendition')
  const file = store.pathOf(objectKey)
  await makeFolder(path.dirname(file))
  await removeUnfinished(path.dirname(file), path.basename(file)) // of a life that was killed
  const unfinished = unfinishedName(file)
  const format = { ...size, fps: published.fps, maxRateKbps: renditionRateKbps(published, size, maxRateKbps) }
  try {
    const args = renditionArgs(store.pathOf(video.objectKey), unfinished, format)
    const timeoutMs = mostRenditionMs(published.frames / published.fps)
    const { code, stderr } = await runChild(...inIdleTime('ffmpeg', args), { signal, timeoutMs, stopSignals: ['SIGKILL'] })
    if (code !== 0) throw noGood('it could not be made', stderr)
    await confirm(unfinished, { ...size, frames: published.frames }, signal)
    await keep(unfinished, file)
  } catch (error) {
    throw fileError(error, file)
  } finally {
    await rm(unfinished, { force: true })
  }
  const [{ size: bytes }, sha256] = [await stat(file), await sha256OfFile(file, signal)]
  if (findVideo(db, video.id)?.published?.bytes !== published.bytes) return rm(file, { force: true }) // another film took its place meanwhile
  addCompanions(db, video, [{ kind: 'rendition', number: 0, objectKey, ...size, bytes, sha256 }], clock.nowMs())
}

const indexSchema = z.object({ streams: z.tuple([z.object({ width: z.int(), height: z.int(), nb_frames: z.coerce.number().int() })]) })

/** An exit code is not believed: as many pictures as the film has, of the size that was asked for. */
async function confirm(
  file: string,
  wanted: { readonly width: number; readonly height: number; readonly frames: number },
  signal: AbortSignal,
): Promise<void> {
  const { stdout, stderr } = await runChild('ffprobe', indexArgs(file), { signal, timeoutMs: 60_000 })
  const stream = indexSchema.safeParse(JSON.parse(stdout.toString('utf8') || 'null')).data?.streams[0]
  if (stream?.width !== wanted.width || stream.height !== wanted.height || stream.nb_frames !== wanted.frames)
    throw noGood(`it has ${stream?.nb_frames ?? 0} of ${wanted.frames} pictures`, stderr)
}

/** Durable under its name. */
async function keep(unfinished: string, file: string): Promise<void> {
  const handle = await open(unfinished, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(unfinished, file)
  await syncFolder(path.dirname(file))
}

const noGood = (what: string, stderr: string): EzrecError =>
  new EzrecError('media_unreadable', `the smaller version of a film is no good: ${what}`, {
    hint: 'it is made again later; the film is not affected',
    facts: { stderr: stderr.slice(-200) },
  })
