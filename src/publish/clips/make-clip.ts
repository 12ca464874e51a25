// A clip's files, copied out of the cameras' segments without encoding anything: cut, counted, named, then their rows.
// Needs no network and no merge: it works while both are down. Never believes an exit code: pictures are counted.

import { createReadStream } from 'node:fs'
import { rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { inIdleTime, indexArgs } from '../../adapters/ffmpeg-companions.ts'
import { clipArgs } from '../../adapters/ffmpeg-clip.ts'
import { EzrecError, errnoOf } from '../../base/errors.ts'
import { fileError, makeFolder, sha256OfFile, syncFile, syncFolder } from '../../base/files.ts'
import { runChild, startChild } from '../../base/process.ts'
import { segmentFile } from '../../capture/segment-writer.ts'
import type { ClipPart } from './clip-policy.ts'
import { clipFile, type Clip, type ClipFile } from './clip-store.ts'

/** One file a part; a part whose segments are gone or hold no picture gives none. Errors: disk_full, forbidden; canceled when the signal aborts. */
export async function makeClipFiles(clip: Clip, parts: readonly ClipPart[], folder: string, signal: AbortSignal): Promise<ClipFile[]> {
  const made: ClipFile[] = []
  await makeFolder(path.join(folder, 'clips'))
  for (const part of parts) {
    const name = `${part.camera}-${made.filter((each) => each.name.startsWith(part.camera)).length + 1}.mp4`
    const file = path.join(folder, clipFile(clip.id, name))
    const unfinished = `${file}.${process.pid}.${Math.random().toString(36).slice(2, 8)}.tmp`
    try {
      await cut(part, unfinished, signal)
      const frames = await countFrames(unfinished, signal)
      if (frames === 0) continue
      await syncFile(unfinished)
      await rename(unfinished, file)
      await syncFolder(path.dirname(file))
      made.push({ name, frames, bytes: (await stat(file)).size, sha256: await sha256OfFile(file, signal) })
    } catch (error) {
      throw fileError(error, file)
    } finally {
      await rm(unfinished, { force: true })
    }
  }
  return made
}

async function cut({ take, segments, skipSeconds, seconds }: ClipPart, out: string, signal: AbortSignal): Promise<void> {
  const options = { stdin: 'pipe', signal, stopSignals: ['SIGKILL'] } as const
  await using child = await startChild(...inIdleTime('ffmpeg', clipArgs(out, { skipSeconds, seconds })), options)
  const { stdin } = child
  if (!stdin) throw new EzrecError('internal', 'a child has no input', { hint: 'report this' })
  for (const { number } of segments) {
    const file = path.join(take.folder, segmentFile(number))
    try {
      await pipeline(createReadStream(file), stdin, { end: false, signal })
    } catch (error) {
      signal.throwIfAborted()
      if (errnoOf(error) === 'ENOENT') continue // swept, or lost: what there is is kept
      if (['EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED'].includes(errnoOf(error) ?? '')) break // it has all that it wants
      throw error
    }
  }
  stdin.end()
  await child.exited
  signal.throwIfAborted()
}

const indexSchema = z.object({ streams: z.tuple([z.object({ nb_frames: z.coerce.number().int() })]) })

async function countFrames(file: string, signal: AbortSignal): Promise<number> {
  const { stdout } = await runChild('ffprobe', indexArgs(file), { signal, timeoutMs: 30_000 })
  const parsed = indexSchema.safeParse(readOrNull(stdout.toString()))
  return parsed.success ? parsed.data.streams[0].nb_frames : 0
}

function readOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // nothing was written: no picture
  }
}
