// Decodes every picture of a chunk, and its sound, right when it lands. The next decoder already waits with the init segment in its hands,
// so that the last chunk of a film is not kept waiting for a program to start.

import { verifyArgs } from '../adapters/ffmpeg.ts'
import { EzrecError } from '../base/errors.ts'
import { startChild, type Child } from '../base/process.ts'
import { tracksOf } from './cmaf.ts'

export type Verifier = {
  /** How many pictures decode without any error; -1 when one does not, or the sound. Errors: upstream_unavailable when it was killed. */
  count(fragment: Buffer): Promise<number>
  close(): Promise<void>
}

export function openVerifier(init: Buffer, program = 'ffmpeg'): Verifier {
  const sound = tracksOf(init).length > 1
  const start = async (): Promise<Child> => {
    const child = await startChild(program, verifyArgs({ sound }), { stdin: 'pipe', stdout: 'pipe' })
    child.stdin?.write(init)
    return child
  }
  let next = start()
  next.catch(() => undefined) // told by the count that wants it
  return {
    count: async (fragment) => {
      const child = await next
      next = start()
      next.catch(() => undefined)
      return countLines(child, fragment)
    },
    close: async () => {
      const child = await next.catch(() => undefined)
      child?.stdin?.destroy()
      child?.kill('SIGKILL')
      await child?.exited
    },
  }
}

async function countLines(child: Child, fragment: Buffer): Promise<number> {
  let lines = 0
  let atLineStart = true
  child.stdout?.on('data', (piece: Buffer) => {
    for (const byte of piece) {
      if (atLineStart && byte !== 0x23) lines += 1 // not a `#` comment
      atLineStart = byte === 0x0a
    }
  })
  child.stdin?.end(fragment)
  const { code, signal } = await child.exited
  if (signal !== null)
    throw new EzrecError('upstream_unavailable', 'the verifier was killed', { hint: 'the chunk is made again', facts: { signal } })
  return code === 0 ? lines : -1
}
