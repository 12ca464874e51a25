// A clip's files, copied out of the cameras' segments without encoding anything: cut, counted, named, then their rows.
// Needs no network and no merge: it works while both are down. A program that failed is a fault that may pass, never 'no picture'.

import { createReadStream } from 'node:fs'
import { readdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { inIdleTime, indexArgs } from '../../adapters/ffmpeg-companions.ts'
import { clipArgs } from '../../adapters/ffmpeg-clip.ts'
import { EzrecError, errnoOf } from '../../base/errors.ts'
import { fileError, makeFolder, sha256OfFile, syncFile, syncFolder, unfinishedName } from '../../base/files.ts'
import { runChild, startChild, type Child } from '../../base/process.ts'
import { segmentFile } from '../../capture/segment-writer.ts'
import type { ClipPart, IsThere } from './clip-policy.ts'
import type { Take } from '../../capture/take.ts'
import { clipFile, type ClipFile } from './clip-store.ts'

export type ClipCut = { readonly files: readonly ClipFile[]; readonly fault: unknown }

/** One file a part; one that holds no picture gives none. What could not be made is told by `fault` (disk_full, forbidden, upstream_unavailable);
 *  what could stays. Errors: canceled when the signal aborts. */
export async function makeClipFiles(clipId: string, parts: readonly ClipPart[], folder: string, signal: AbortSignal): Promise<ClipCut> {
  const files: ClipFile[] = []
  let fault: unknown
  await removeClipFiles(clipId, folder) // of a life that was killed
  await makeFolder(path.join(folder, 'clips'))
  for (const part of parts) {
    const name = `${part.camera}-${files.filter((each) => each.name.startsWith(part.camera)).length + 1}.mp4`
    const file = path.join(folder, clipFile(clipId, name))
    const unfinished = unfinishedName(file)
    try {
      await cut(part, unfinished, signal)
      const frames = await countFrames(unfinished, signal)
      if (frames === 0) continue
      await syncFile(unfinished)
      await rename(unfinished, file)
      await syncFolder(path.dirname(file))
      files.push({ name, frames, bytes: (await stat(file)).size, sha256: await sha256OfFile(file, signal) })
    } catch (error) {
      signal.throwIfAborted()
      fault ??= fileError(error, file)
    } finally {
      await rm(unfinished, { force: true })
    }
  }
  return { files, fault }
}

/** All that begins with the clip's id, finished or not. */
export async function removeClipFiles(clipId: string, folder: string): Promise<void> {
  const clips = path.dirname(path.join(folder, clipFile(clipId, '')))
  const names = await readdir(clips).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  })
  const own = names.filter((name) => name.startsWith(`${clipId}-`))
  for (const name of own) await rm(path.join(clips, name), { force: true })
  if (own.length > 0) await syncFolder(clips) // else a power cut brings back what no row names
}

/** Which of these segments have their file. */
export async function lookForSegments(parts: readonly ClipPart[]): Promise<IsThere> {
  const there = new Set<string>()
  for (const { take, segments } of parts)
    for (const { number } of segments) {
      const file = fileOf(take, number)
      const found = await stat(file).catch((error: unknown) => {
        if (errnoOf(error) === 'ENOENT') return undefined
        throw error
      })
      if (found) there.add(file)
    }
  return (take, { number }) => there.has(fileOf(take, number))
}

const fileOf = (take: Take, number: number): string => path.join(take.folder, segmentFile(number))

/** Errors: disk_full, upstream_unavailable (ffmpeg was killed, or failed); a segment that is gone by now is told as it is. */
async function cut({ take, segments, skipSeconds, seconds }: ClipPart, out: string, signal: AbortSignal): Promise<void> {
  const options = { stdin: 'pipe', signal, stopSignals: ['SIGKILL'] } as const
  await using child = await startChild(...inIdleTime('ffmpeg', clipArgs(out, { skipSeconds, seconds })), options)
  const { stdin } = child
  if (!stdin) throw new EzrecError('internal', 'a child has no input', { hint: 'report this' })
  for (const { number } of segments) {
    try {
      await pipeline(createReadStream(fileOf(take, number)), stdin, { end: false, signal })
    } catch (error) {
      signal.throwIfAborted()
      if (['EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED'].includes(errnoOf(error) ?? '')) break // it has all, or it failed: its exit says
      throw error
    }
  }
  stdin.end()
  const exit = await child.exited
  signal.throwIfAborted()
  if (exit.code !== 0) throw failed(child, exit.code === null ? `was ended by ${exit.signal}` : `ended with ${exit.code}`)
}

function failed(child: Pick<Child, 'stderrTail'>, how: string): EzrecError {
  const stderr = child.stderrTail().slice(-500)
  // ffmpeg is who writes: of a full disk its words alone tell.
  if (/No space left on device|Disk quota exceeded/.test(stderr))
    return new EzrecError('disk_full', 'no space left to write a clip', { hint: 'free space on this disk', facts: { stderr } })
  return new EzrecError('upstream_unavailable', `ffmpeg ${how} while it cut a clip`, {
    hint: 'nothing to do: it is tried again',
    facts: { stderr },
  })
}

const indexSchema = z.object({ streams: z.array(z.object({ nb_frames: z.coerce.number().int() })).max(1) })

/** Errors: upstream_unavailable. A file without a stream is whole, and has no picture. */
/** As its index tells. Errors: upstream_unavailable. */
export async function countFrames(file: string, signal: AbortSignal): Promise<number> {
  const { code, stdout, stderr } = await runChild('ffprobe', indexArgs(file), { signal, timeoutMs: 30_000 })
  const parsed = code === 0 ? indexSchema.safeParse(JSON.parse(stdout.toString())) : undefined
  if (parsed?.success === true) return parsed.data.streams[0]?.nb_frames ?? 0
  const options = { hint: 'nothing to do: it is tried again', facts: { stderr: stderr.slice(-500) } }
  throw new EzrecError('upstream_unavailable', 'a clip could not be read back', options)
}
