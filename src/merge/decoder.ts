// One take's pictures, decoded: bytes of its segments in, pictures with the camera's own time stamps out, in order.
// Never pairs by counting: a picture that the decoder leaves out takes its time stamp with it.

import type { Writable } from 'node:stream'
import type { Turn } from '../../config/picture-words.ts'
import { decodeArgs, upright } from '../adapters/ffmpeg.ts'
import { EzrecError } from '../base/errors.ts'
import type { PictureSize } from './picture.ts'
import { startPictureChild, type DecodedPicture } from './picture-child.ts'

export type Decoder = {
  /** Gives bytes to decode; resolves when more are wanted. */
  write(bytes: Buffer): Promise<void>
  end(): void
  /** The next picture, or `undefined` after the last one. Errors: media_unreadable when the decoder died in the middle. */
  next(): Promise<DecodedPicture | undefined>
  /** One that is not wanted: those before it stay valid. */
  giveBack(picture: DecodedPicture): void
  close(): Promise<void>
}

/** `size` is the camera's; pictures come turned. */
export async function startDecoder(size: PictureSize, turn: Turn = upright, program = 'ffmpeg'): Promise<Decoder> {
  const pictures = await startPictureChild(program, decodeArgs(size, turn), size, { stdin: 'pipe' })
  const { child } = pictures
  const { stdin } = child
  if (!stdin) throw new EzrecError('internal', 'a decoder without an input', { hint: 'report this' })
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
      const picture = await pictures.next()
      if (picture) return picture
      const exit = await child.exited
      if (ended && exit.code === 0) return undefined
      const facts = { exit: exit.code ?? exit.signal ?? '', stderr: child.stderrTail().slice(-300) }
      throw new EzrecError('media_unreadable', 'the decoder ended in the middle of a take', { hint: 'it is started again', facts })
    },
    giveBack: pictures.giveBack,
    close: async () => {
      stdin.destroy()
      await pictures.close()
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
