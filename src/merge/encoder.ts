// The one encode: raw canvases in, the init segment and closed groups of pictures out. One life: the follower starts another.
// Never looks at a picture and never writes a file.

import { closeSync } from 'node:fs'
import { Socket } from 'node:net'
import { encodeArgs, hardwareEncodeArgs, repackArgs, type EncodeOptions } from '../adapters/ffmpeg.ts'
import { EzrecError } from '../base/errors.ts'
import { openFifo } from '../base/fifo.ts'
import { keepsLargeBlocks, startChild, type Child } from '../base/process.ts'
import { cutStream, picturesIn, readFragment, type Piece } from './cmaf.ts'

export type Encoder = {
  /** Resolves when the canvas may be drawn on again. Errors: upstream_unavailable when the encoder died. */
  write(canvas: Buffer): Promise<void>
  /** No more pictures: what is inside comes out. */
  end(): void
  /** Init segment and fragments as they are finished; ends after `end`. Errors: upstream_unavailable. */
  pieces(): AsyncGenerator<Piece>
  close(): Promise<void>
}

/** A device may hang as no program of ours does: after so long without taking a picture it is ended. */
const devicePatienceMs = 20_000

export async function startEncoder(options: EncodeOptions, program = 'ffmpeg', patienceMs = devicePatienceMs): Promise<Encoder> {
  const isDevice = options.encoder === 'v4l2m2m'
  const { stdin, children } = isDevice ? await startDevice(options, program) : await startFed(program, encodeArgs(options))
  const stdout = children.at(-1)?.stdout
  if (!stdout) throw new EzrecError('internal', 'an encoder without an output', { hint: 'report this' })
  const kill = (): void => children.forEach((child) => child.kill('SIGKILL'))
  const endWhenLate = (): NodeJS.Timeout | undefined => (isDevice ? setTimeout(kill, patienceMs) : undefined)
  let asked = false
  let late: NodeJS.Timeout | undefined
  const died = (what = 'the encoder ended too early'): EzrecError =>
    new EzrecError('upstream_unavailable', what, {
      hint: 'it is started again from the last chunk',
      facts: { encoder: options.encoder ?? 'x264', stderr: children.map((child) => child.stderrTail().slice(-300)).join('\n') },
    })
  return {
    write: (canvas) =>
      new Promise((resolve, reject) => {
        const timer = endWhenLate()
        stdin.write(canvas, (error) => {
          clearTimeout(timer)
          if (error) reject(died())
          else resolve()
        })
      }),
    end: () => {
      asked = true
      late = endWhenLate()
      stdin.end()
    },
    pieces: async function* pieces() {
      const stream = cutStream()
      let short: Piece | undefined // of a device: only the last group may be, and no other is let out
      for await (const bytes of stdout)
        for (const piece of Buffer.isBuffer(bytes) ? stream.push(bytes) : []) {
          const missing = isDevice ? missingFrames(piece, options.chunkFrames) : 0
          if (short || missing < 0) throw died('the encoder does not keep to its groups of pictures')
          if (missing > 0) short = piece
          else yield piece
        }
      const exits = await Promise.all(children.map(({ exited }) => exited))
      if (!asked || exits.some(({ code }) => code !== 0)) throw died()
      if (short) yield short
    },
    close: async () => {
      clearTimeout(late)
      stdin.destroy()
      stdout.destroy()
      kill()
      await Promise.all(children.map(({ exited }) => exited))
    },
  }
}

/** Whether a fault is this encoder's: another one may do what it cannot. */
export const isFaultOf = (encoder: EncodeOptions['encoder'], error: unknown): boolean =>
  error instanceof EzrecError && error.facts['encoder'] === encoder

type Fed = { readonly stdin: Socket; readonly children: readonly Child[] }

/** A program that is given raw pictures through a named pipe. */
async function startFed(program: string, args: readonly string[]): Promise<Fed> {
  const { readFd, writeFd } = await openFifo()
  const child = await startChild(program, args, { stdin: readFd, stdout: 'pipe', env: keepsLargeBlocks })
    .catch((error: unknown) => {
      closeSync(writeFd)
      throw error
    })
    .finally(() => closeSync(readFd))
  const stdin = new Socket({ fd: writeFd, readable: false })
  stdin.on('error', () => undefined) // the write that fails tells it
  return { stdin, children: [child] }
}

/** The device's bare pictures are packed by a second program, which encodes nothing. */
async function startDevice(options: EncodeOptions, program: string): Promise<Fed> {
  const fed = await startFed(program, hardwareEncodeArgs(options))
  const packer = await startChild(program, repackArgs(options), { stdin: 'pipe', stdout: 'pipe' }).catch(async (error: unknown) => {
    fed.stdin.destroy()
    await fed.children[0]?.stop()
    throw error
  })
  if (packer.stdin) fed.children[0]?.stdout?.pipe(packer.stdin)
  return { stdin: fed.stdin, children: [...fed.children, packer] }
}

/** To a whole chunk; negative when a group has more than that. */
const missingFrames = ({ is, bytes }: Piece, chunkFrames: number): number =>
  is === 'init' ? 0 : chunkFrames - picturesIn(readFragment(bytes))
