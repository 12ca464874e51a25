// A password from whoever types it, unseen, or from the first line of standard input.
// Never from an argument or the environment.

import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { EzrecError } from '../../base/errors.ts'

const longestLine = 1_024

export type Typing = {
  /** Standard input. */
  readonly input: NodeJS.ReadStream
  readonly say: (line: string) => void
  readonly signal: AbortSignal
}

/** Errors: invalid (nothing was given), canceled. */
export async function readPassword({ input, say, signal }: Typing): Promise<string> {
  const isTerminal = input.isTTY
  if (isTerminal) say('password (not shown):')
  const unseen = new Writable({ write: (_piece, _encoding, done) => done() })
  const lines = createInterface({ input, output: unseen, terminal: isTerminal })
  const stop = (): void => lines.close()
  signal.addEventListener('abort', stop, { once: true })
  let interrupted = false
  try {
    const line = await new Promise<string | undefined>((resolve) => {
      lines.once('line', resolve)
      lines.once('close', () => resolve(undefined))
      lines.once('SIGINT', () => {
        interrupted = true
        lines.close()
      })
    })
    if (signal.aborted || interrupted) throw new EzrecError('canceled', 'no password was given', { hint: 'nothing was changed' })
    if (line === undefined || line === '' || line.length > longestLine)
      throw new EzrecError('invalid', 'no password was given', { hint: 'type it, or hand it in on standard input' })
    return line
  } finally {
    signal.removeEventListener('abort', stop)
    lines.close()
    input.pause()
  }
}
