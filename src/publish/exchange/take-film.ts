// The film that is to take another's place, copied into the store beside it: probed, counted, hashed, durable before any row tells of it.
// Never touches the file that it is copied from, nor the film that is published.

import { constants } from 'node:fs'
import { copyFile, open, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { EzrecError } from '../../base/errors.ts'
import { fileError, removeUnfinished, sha256OfFile, syncFile, syncFolder, unfinishedName } from '../../base/files.ts'
import { boxSize } from '../../merge/boxes.ts'
import { probeFilm } from '../../merge/film-facts.ts'
import { countFrames } from '../clips/make-clip.ts'
import type { FilmStore } from '../stores/store.ts'
import type { Video } from '../video.ts'
import { comingKey, type ComingFilm } from './exchange-store.ts'

export type TakeOptions = {
  readonly store: Pick<FilmStore, 'pathOf'>
  /** Whether the disk has so many bytes to spare beside what is booked. */
  readonly hasRoom: (bytes: number) => Promise<boolean>
}

/** Errors: invalid (another match, or another form), disk_full, not_found, those of the disk; canceled when the signal aborts. */
export async function takeFilm({ store, hasRoom }: TakeOptions, video: Video, file: string, signal: AbortSignal): Promise<ComingFilm> {
  const { published } = video
  if (!published) throw new EzrecError('not_found', 'there is no such film', { hint: 'GET /videos lists those that are published' })
  const { size } = await stat(file).catch((error: unknown) => {
    throw fileError(error, file)
  })
  if (!(await hasRoom(size))) throw new EzrecError('disk_full', 'the disk has no room for a second film', { hint: 'free some space' })
  const coming = store.pathOf(comingKey(video))
  await removeUnfinished(path.dirname(coming), path.basename(coming)) // of a life that was killed
  const unfinished = unfinishedName(coming)
  try {
    await copyFile(file, unfinished, constants.COPYFILE_FICLONE)
    await syncFile(unfinished)
    const form = await judge(unfinished, published, signal)
    const sha256 = await sha256OfFile(unfinished, signal)
    const { size: bytes } = await stat(unfinished)
    if (sha256 === published.sha256)
      throw new EzrecError('invalid', 'this is the film that is published', { hint: 'leave out --with to send it once more' })
    if (bytes === published.bytes) throw unfit('it has the very size of the film that is published: players could not tell them apart')
    await rename(unfinished, coming)
    await syncFolder(path.dirname(coming))
    return { ...form, bytes, sha256 }
  } catch (error) {
    throw fileError(error, coming)
  } finally {
    await rm(unfinished, { force: true })
  }
}

/** The same match, picture for picture: links, clips, markers and gaps name instants of it. */
async function judge(
  file: string,
  { frames, fps }: NonNullable<Video['published']>,
  signal: AbortSignal,
): Promise<{ readonly width: number; readonly height: number }> {
  const { width, height, toldSeconds } = await probeFilm(file, signal)
  if (!(await startsWithIndex(file))) throw unfit('its index does not stand in front')
  const counted = await countFrames(file, signal)
  if (counted !== frames) throw unfit(`it has ${counted} pictures, the film that is published has ${frames}`)
  if (Math.abs(toldSeconds - frames / fps) > 0.5) throw unfit(`it lasts ${toldSeconds} s, the film that is published ${frames / fps} s`)
  return { width, height }
}

async function startsWithIndex(file: string): Promise<boolean> {
  await using handle = await open(file, 'r')
  const { buffer } = await handle.read(Buffer.alloc(4_096), 0, 4_096, 0)
  const first = boxSize(buffer, 0)
  return first !== undefined && buffer.toString('latin1', first.bytes + 4, first.bytes + 8) === 'moov'
}

const unfit = (fault: string): EzrecError =>
  new EzrecError('invalid', `this film cannot take the other's place: ${fault}`, {
    hint: 'make it with ./ezrec merge <recording> --out FILE, with --branding recorded',
    facts: { fault },
  })
