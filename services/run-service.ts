// A service's life under a parent: its settings come as the first line of standard input, and the end of that input is the parent's end.
// So no secret stands in an environment or an argument list, and no service outlives the one who watches it.

import { Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { EzrecError } from '../src/base/errors.ts'

export type Lifeline = {
  /** Variables that the parent hands over, instead of an environment. */
  readonly variables: Readonly<Record<string, string>>
  /** Aborts when the parent asks for the end or is gone. */
  readonly signal: AbortSignal
}

/** A service that has said nothing for this long stands still. */
export const silenceMs = 60_000

const hello = z.object({ variables: z.record(z.string(), z.string()) })

/** Reads the parent's line and keeps watching its end of the pipe; from then on the parent is told that the event loop turns. Errors: invalid when there is no such line. */
export async function holdLifeline(): Promise<Lifeline> {
  const gone = new AbortController()
  const lines = createInterface({ input: process.stdin })
  const first = await new Promise<string | undefined>((resolve) => {
    lines.once('line', resolve)
    lines.once('close', () => resolve(undefined))
  })
  lines.on('close', () => gone.abort())
  try {
    showLife()
    return { variables: hello.parse(JSON.parse(first ?? '')).variables, signal: gone.signal }
  } catch (cause) {
    throw new EzrecError('invalid', 'this service was started for a parent that is not there', { hint: 'leave out --under-parent', cause })
  }
}

/** A byte now and then by descriptor 3, for as long as anything is done at all. */
function showLife(): void {
  const parent = new Socket({ fd: 3, readable: false })
  parent.on('error', () => clearInterval(timer)) // the parent is gone: told by standard input
  const timer = setInterval(() => parent.write('.'), silenceMs / 20).unref()
  parent.unref()
}

export const helloLine = (variables: Readonly<Record<string, string>>): string => `${JSON.stringify({ variables })}\n`
