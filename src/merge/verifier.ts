// Decodes every picture of a chunk, and its sound, right when it lands. One decoder is given chunk after chunk: to start a program for each took
// a tenth of what verifying costs. The first one is started with the init segment, so that no chunk waits for a program.

import { verifyArgs } from '../adapters/ffmpeg.ts'
import { EzrecError } from '../base/errors.ts'
import { startChild, type Child, type ChildExit } from '../base/process.ts'
import { picturesIn, readFragment, tracksOf } from './cmaf.ts'

export type Verifier = {
  /** How many pictures decode without any error; -1 when one does not, or the sound. Errors: upstream_unavailable when it was killed. */
  count(fragment: Buffer): Promise<number>
  close(): Promise<void>
}

export type VerifierOptions = {
  readonly program?: string
  /** A decoder that has not given all pictures of a chunk and is silent for so long is asked by ending its input. */
  readonly patienceMs?: number
  /** So many chunks are one decoder's: what it remembers of a film stays small. */
  readonly chunksEach?: number
}

/** Of a chunk with sound only the end of its decoder tells that all of the sound was decoded: each has a decoder of its own. */
export function openVerifier(init: Buffer, { program = 'ffmpeg', patienceMs = 5_000, chunksEach = 500 }: VerifierOptions = {}): Verifier {
  const sound = tracksOf(init).length > 1
  const start = (): Promise<Decoding> => {
    const started = startDecoding(program, verifyArgs({ sound }), init)
    started.catch(() => undefined) // told by the count that wants it
    return started
  }
  let most = sound ? 1 : chunksEach
  let current = start()
  let given = 0
  let late = 0
  let isClosed = false
  const renew = (): void => {
    given = 0
    if (!isClosed) current = start()
  }
  return {
    count: async (fragment) => {
      if ((await current).isOver()) renew() // it died between two chunks, which says nothing of this one
      const decoding = await current
      const pictures = picturesIn(readFragment(fragment))
      decoding.give(fragment)
      given += 1
      if (given < most && (await decoding.gave(pictures, patienceMs))) {
        late = 0
        return pictures
      }
      renew()
      const { decoded, exit } = await decoding.end()
      if (exit.signal !== null)
        throw new EzrecError('upstream_unavailable', 'the verifier was killed', {
          hint: 'the chunk is made again',
          facts: { signal: exit.signal },
        })
      if (exit.code !== 0) return -1
      late += 1
      if (late === 2 && decoded === pictures) most = 1 // this ffmpeg keeps pictures back until its input ends
      return decoded
    },
    close: async () => {
      isClosed = true
      const decoding = await current.catch(() => undefined)
      await decoding?.close()
    },
  }
}

type Decoding = {
  give(fragment: Buffer): void
  /** Whether it gives so many pictures of the last fragment while its input goes on; no when it has ended or is silent for too long. */
  gave(pictures: number, patienceMs: number): Promise<boolean>
  /** No more fragments: how many pictures of the last one came in all, and how it ended. */
  end(): Promise<{ readonly decoded: number; readonly exit: ChildExit }>
  isOver(): boolean
  close(): Promise<void>
}

async function startDecoding(program: string, args: readonly string[], init: Buffer): Promise<Decoding> {
  const child = await startChild(program, args, { stdin: 'pipe', stdout: 'pipe' })
  child.stdin?.write(init)
  let wake = Promise.withResolvers<void>()
  let isOver = false
  void child.exited.then(() => {
    isOver = true
    wake.resolve()
  })
  const lines = countLines(child, () => wake.resolve())
  let before = 0
  return {
    give: (fragment) => {
      before = lines()
      child.stdin?.write(fragment)
    },
    gave: async (pictures, patienceMs) => {
      while (!isOver && lines() - before < pictures) {
        let isSilent = false
        wake = Promise.withResolvers<void>()
        const timer = setTimeout(() => {
          isSilent = true
          wake.resolve()
        }, patienceMs)
        await wake.promise
        clearTimeout(timer)
        if (isSilent) return false
      }
      return !isOver && lines() - before === pictures
    },
    end: async () => {
      child.stdin?.end()
      const exit = await child.exited
      return { decoded: lines() - before, exit }
    },
    isOver: () => isOver,
    close: async () => {
      child.kill('SIGKILL') // before its input ends: killed is not ended
      child.stdin?.destroy()
      await child.exited
    },
  }
}

/** Lines of its output so far that are no comments. */
function countLines({ stdout }: Child, onLine: () => void): () => number {
  let lines = 0
  let isComment = false
  let atLineStart = true
  stdout?.on('data', (piece: Buffer) => {
    for (const byte of piece) {
      if (atLineStart) isComment = byte === 0x23
      atLineStart = byte === 0x0a
      if (atLineStart && !isComment) lines += 1
    }
    onLine()
  })
  return () => lines
}
