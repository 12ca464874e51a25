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
  const paired = pairPictures(stdout, marks, pictureBytes(size))
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
      const picture = await paired.next()
      if (picture) return picture
      const exit = await child.exited
      if (ended && exit.code === 0) return undefined
      const facts = { exit: exit.code ?? exit.signal ?? '', stderr: child.stderrTail().slice(-300) }
      throw new EzrecError('media_unreadable', 'the decoder ended in the middle of a take', { hint: 'it is started again', facts })
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

/** Pictures and their time stamps, which come through two pipes in an order that nobody promises: reading pictures pauses only while one
 *  that has its time stamp waits, so that neither pipe can block the other. */
export function pairPictures(pictures: Readable, marks: Readable, bytes: number): { next(): Promise<DecodedPicture | undefined> } {
  const whole = cutPictures(bytes)
  const stamps: number[] = []
  let wake = Promise.withResolvers<void>()
  let open = 2
  const changed = (): void => {
    if (whole.waiting() > 0 && stamps.length > 0) pictures.pause()
    else pictures.resume()
    wake.resolve()
  }
  const closed = (): void => {
    open -= 1
    changed()
  }
  pictures.on('data', (piece: Buffer) => (whole.push(piece), changed())).once('close', closed)
  createInterface({ input: marks }).on('line', (text) => {
    if (!text.startsWith('#')) stamps.push(Number(text.split(',')[2]))
    changed()
  })
  marks.once('close', closed)
  return {
    next: async () => {
      while (whole.waiting() === 0 || stamps.length === 0) {
        if (open === 0) return undefined
        wake = Promise.withResolvers<void>()
        await wake.promise
      }
      const data = whole.take()
      const ticks = stamps.shift()
      changed()
      if (!data || ticks === undefined || !Number.isSafeInteger(ticks))
        throw new EzrecError('media_unreadable', 'a picture has no time stamp', { hint: 'the decoder is started again' })
      return { ticks, data }
    },
  }
}

/** Cuts a raw stream at whole pictures, in buffers that are used again two takes later. */
function cutPictures(bytes: number): { push(piece: Buffer): void; waiting(): number; take(): Buffer | undefined } {
  const free: Buffer[] = []
  const whole: Buffer[] = []
  const lent: Buffer[] = []
  let filling: Buffer = Buffer.allocUnsafe(bytes)
  let filled = 0
  return {
    push: (piece) => {
      for (let at = 0; at < piece.length;) {
        const copied = piece.copy(filling, filled, at)
        at += copied
        filled += copied
        if (filled < bytes) continue
        whole.push(filling)
        filling = free.pop() ?? Buffer.allocUnsafe(bytes)
        filled = 0
      }
    },
    waiting: () => whole.length,
    take: () => {
      const next = whole.shift()
      if (next) lent.push(next)
      const back = lent.length > 2 ? lent.shift() : undefined
      if (back) free.push(back)
      return next
    },
  }
}
