// The one encode: raw canvases in, the init segment and closed groups of pictures out. One life: the follower starts another.
// Never looks at a picture and never writes a file.

import { encodeArgs, type EncodeOptions } from '../adapters/ffmpeg.ts'
import { EzrecError } from '../base/errors.ts'
import { startChild } from '../base/process.ts'
import { cutStream, type Piece } from './cmaf.ts'

export type Encoder = {
  /** Resolves when the canvas may be drawn on again. Errors: upstream_unavailable when the encoder died. */
  write(canvas: Buffer): Promise<void>
  /** No more pictures: what is inside comes out. */
  end(): void
  /** Init segment and fragments as they are finished; ends after `end`. Errors: upstream_unavailable. */
  pieces(): AsyncGenerator<Piece>
  close(): Promise<void>
}

export async function startEncoder(options: EncodeOptions, program = 'ffmpeg'): Promise<Encoder> {
  const child = await startChild(program, encodeArgs(options), { stdin: 'pipe', stdout: 'pipe' })
  const { stdin, stdout } = child
  if (!stdin || !stdout) throw new EzrecError('internal', 'an encoder without pipes', { hint: 'report this' })
  let asked = false
  const died = (): EzrecError =>
    new EzrecError('upstream_unavailable', 'the encoder ended too early', {
      hint: 'it is started again from the last chunk',
      facts: { stderr: child.stderrTail().slice(-300) },
    })
  return {
    write: (canvas) =>
      new Promise((resolve, reject) => {
        stdin.write(canvas, (error) => (error ? reject(died()) : resolve()))
      }),
    end: () => {
      asked = true
      stdin.end()
    },
    pieces: async function* pieces() {
      const stream = cutStream()
      for await (const bytes of stdout) if (Buffer.isBuffer(bytes)) yield* stream.push(bytes)
      const exit = await child.exited
      if (!asked || exit.code !== 0) throw died()
    },
    close: async () => {
      stdin.destroy()
      stdout.destroy()
      child.kill('SIGKILL')
      await child.exited
    },
  }
}
