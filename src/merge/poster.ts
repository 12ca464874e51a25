// The film's still: the first picture of a chunk, as a JPEG, in the recording's folder.
// Never holds up a film: one without a poster is published all the same.

import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { posterArgs } from '../adapters/ffmpeg.ts'
import { EzrecError } from '../base/errors.ts'
import { writeDurably } from '../base/files.ts'
import { runChild } from '../base/process.ts'
import { chunkFile, initFile } from './chunk-store.ts'

export const posterFile = 'poster.jpg'

/** Makes the poster from one chunk, at most `width` wide. Errors: media_unreadable. */
export async function makePoster(folder: string, chunkNumber: number, width: number, signal: AbortSignal): Promise<string> {
  const film = Buffer.concat([await readFile(path.join(folder, initFile)), await readFile(path.join(folder, chunkFile(chunkNumber)))])
  const file = path.join(folder, posterFile)
  await writeDurably(file, await posterOf(film, width, signal))
  return file
}

/** The first picture of an init segment with its chunk. Errors: media_unreadable. */
export async function posterOf(film: Buffer, width: number, signal: AbortSignal): Promise<Buffer> {
  const { stdout, code, stderr } = await runChild('ffmpeg', posterArgs(width), { input: film, signal, timeoutMs: 30_000 })
  if (code !== 0 || stdout.length === 0)
    throw new EzrecError('media_unreadable', 'no poster could be made', {
      hint: 'the film is published without one',
      facts: { stderr: stderr.slice(-200) },
    })
  return stdout
}
