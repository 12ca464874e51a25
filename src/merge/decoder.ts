// One take's pictures, decoded: bytes of its segments in, pictures with the camera's own time stamps out, in order.
// Never pairs by counting: a picture that the decoder leaves out takes its time stamp with it.

import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { decodeArgs } from '../adapters/ffmpeg.ts'
import { EzrecError } from '../base/errors.ts'
import { startChild } from '../base/process.ts'
import { pictureBytes, type PictureSize } from './picture.ts'

/** `ticks` counts 90 kHz modulo 2^33 or less: compare after unwrapping. `data` is valid until the next picture but one is asked for. */
export type DecodedPicture = { readonly ticks: number; readonly data: Buffer }

export type Decoder = {
  /** Gives bytes to decode; resolves when more are wanted. */
  write(bytes: Buffer): Promise<void>
  end(): void
  /** The next picture, or `undefined` after the last one. Errors: media_unreadable when the decoder died in the middle. */
  next(): Promise<DecodedPicture | undefined>
  close(): Promise<void>
}

export async function startDecoder(size: PictureSize, program = 'ffmpeg'): Promise<Decoder> {
  const child = await startChild(program, decodeArgs(size), { stdin: 'pipe', stdout: 'pipe', extraPipes: 1 })
  const { stdin, stdout, pipes } = child
  const [marks] = pipes
  if (!stdin || !stdout || !marks) throw new EzrecError('internal', 'a decoder without pipes', { hint: 'report this' })
  const pictures = readPictures(stdout, pictureBytes(size))
  const stamps = readStamps(marks)
  let ended = false
  return {
    write: async (bytes) => {
      if (!stdin.write(bytes)) await drained(stdin)
    },
    end: () => {
      ended = true
      stdin.end()
    },
    next: async () => {
      const { value: data } = await pictures.next()
      if (!data) {
        const exit = await child.exited
        if (!ended || exit.code !== 0)
          throw new EzrecError('media_unreadable', 'the decoder ended in the middle of a take', {
            hint: 'it is started again',
            facts: { exit: exit.code ?? exit.signal ?? '', stderr: child.stderrTail().slice(-300) },
          })
        return undefined
      }
      const { value: ticks } = await stamps.next()
      if (ticks === undefined)
        throw new EzrecError('media_unreadable', 'a picture has no time stamp', { hint: 'the decoder is started again' })
      return { ticks, data }
    },
    close: async () => {
      stdin.destroy()
      stdout.destroy()
      marks.destroy()
      child.kill('SIGKILL')
      await child.exited
    },
  }
}

/** Resolves when more may be written, or never will be. */
function drained(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stream.off('drain', done).off('close', done)
      resolve()
    }
    stream.on('drain', done).on('close', done)
    if (stream.destroyed) done()
  })
}

/** Whole pictures of a raw stream, in two buffers that take turns. */
async function* readPictures(stream: Readable, bytes: number): AsyncGenerator<Buffer, undefined> {
  const buffers = [Buffer.allocUnsafe(bytes), Buffer.allocUnsafe(bytes)]
  let turn = 0
  let filled = 0
  for await (const piece of stream) {
    if (!Buffer.isBuffer(piece)) continue
    for (let at = 0; at < piece.length;) {
      const buffer = buffers[turn % 2]
      if (!buffer) return undefined
      const copied = piece.copy(buffer, filled, at)
      at += copied
      filled += copied
      if (filled < bytes) continue
      filled = 0
      turn += 1
      yield buffer
    }
  }
  return undefined
}

/** The time stamps of framecrc lines: `stream, dts, pts, duration, size, checksum`. */
async function* readStamps(stream: Readable): AsyncGenerator<number, undefined> {
  for await (const text of createInterface({ input: stream })) {
    if (text.startsWith('#')) continue
    const ticks = Number(text.split(',')[2])
    if (!Number.isSafeInteger(ticks))
      throw new EzrecError('media_unreadable', 'the decoder gave a time stamp that is none', {
        hint: 'report this',
        facts: { line: text.slice(0, 80) },
      })
    yield ticks
  }
  return undefined
}
