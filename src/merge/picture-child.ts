// A decoder's process: raw pictures by one pipe, their time stamps by another, paired in order.
// Never pairs by counting: a picture that the decoder leaves out takes its time stamp with it.

import { closeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { EzrecError } from '../base/errors.ts'
import { openFifo } from '../base/fifo.ts'
import { startChild, type Child } from '../base/process.ts'
import { pictureBytes, type PictureSize } from './picture.ts'
import { queuePictures } from './picture-queue.ts'

/** `ticks` counts 90 kHz modulo 2^33 or less: compare after unwrapping. `data` is valid until the next picture but one is asked for. */
export type DecodedPicture = { readonly ticks: number; readonly data: Buffer }

export type PictureChild = {
  readonly child: Child
  /** The next picture, or `undefined` when no more come: `child.exited` says why. Errors: media_unreadable. */
  next(): Promise<DecodedPicture | undefined>
  /** One that is not wanted: those before it stay valid. */
  giveBack(picture: DecodedPicture): void
  close(): Promise<void>
}

/** Starts a program that writes raw pictures to its stdout, and to descriptor 3 a line of `framecrc` for each.
 *  `room` is for pictures, see picture-queue.ts. The two come in an order that nobody promises: reading pictures pauses only while one that has its time stamp waits, so that neither pipe can block the other. */
export async function startPictureChild(
  program: string,
  args: readonly string[],
  size: PictureSize,
  { stdin = 'ignore', room }: { readonly stdin?: 'ignore' | 'pipe'; readonly room?: readonly Buffer[] | undefined } = {},
): Promise<PictureChild> {
  const { readFd, writeFd } = await openFifo()
  const child = await startChild(program, args, { stdin, stdout: writeFd, extraPipes: 1 })
    .catch((error: unknown) => {
      closeSync(readFd)
      throw error
    })
    .finally(() => closeSync(writeFd)) // the child's copy is the only one left: its end is the pipe's end
  const [marks] = child.pipes
  const stamps: number[] = []
  let wake = Promise.withResolvers<void>()
  let open = marks ? 2 : 1
  const changed = (): void => {
    if (pictures.waiting() > 0 && stamps.length > 0) pictures.pause()
    else pictures.resume()
    wake.resolve()
  }
  const onEnd = (): void => {
    open -= 1
    wake.resolve()
  }
  const pictures = queuePictures(readFd, pictureBytes(size), { onChange: changed, onEnd, room })
  if (marks) {
    createInterface({ input: marks }).on('line', (text) => {
      if (!text.startsWith('#')) stamps.push(Number(text.split(',')[2]))
      changed()
    })
    marks.once('close', onEnd)
  }
  return {
    child,
    next: async () => {
      while (pictures.waiting() === 0 || stamps.length === 0) {
        if (open === 0) return undefined
        wake = Promise.withResolvers<void>()
        await wake.promise
      }
      const data = pictures.take()
      const ticks = stamps.shift()
      changed()
      if (!data || ticks === undefined || !Number.isSafeInteger(ticks))
        throw new EzrecError('media_unreadable', 'a picture has no time stamp', { hint: 'the decoder is started again' })
      return { ticks, data }
    },
    giveBack: ({ data }) => pictures.giveBack(data),
    close: async () => {
      pictures.close()
      marks?.destroy()
      child.kill('SIGKILL')
      await child.exited
    },
  }
}
