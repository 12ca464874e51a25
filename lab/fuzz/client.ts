// One HTTP client for many requests at once: sends what it is told, reads what comes, goes away when it is told to.
// Never judges an answer, and never repeats a request that may have been done.

import http from 'node:http'
import type { Received } from './judge-answer.ts'

export type Wanted = {
  readonly method: string
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  /** Goes away as soon as everything is sent. */
  readonly leaves: boolean
}

/** `lost`: the connection ended without an answer; `left`: we went. */
export type Outcome =
  | { readonly is: 'answered'; readonly received: Received }
  | { readonly is: 'left' }
  | { readonly is: 'lost'; readonly why: string }

export type Client = Disposable & { send(wanted: Wanted): Promise<Outcome> }

const patienceMs = 60_000
const mostKept = 4 * 1024 * 1024

export function openClient(port: number, connections: number): Client {
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections })
  const once = (wanted: Wanted): Promise<Outcome & { readonly again?: boolean }> =>
    new Promise((resolve) => {
      const { method, target, headers, body, leaves } = wanted
      const request = http.request({
        host: '127.0.0.1',
        port,
        agent,
        method,
        path: target,
        headers: { ...headers, ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }) },
      })
      const late = setTimeout(() => request.destroy(new Error(`no answer within ${patienceMs / 1_000} s`)), patienceMs)
      const end = (outcome: Outcome & { readonly again?: boolean }): void => {
        clearTimeout(late)
        resolve(outcome)
      }
      request.on('error', (error: NodeJS.ErrnoException) =>
        end({ is: 'lost', why: error.message, again: request.reusedSocket && error.code === 'ECONNRESET' }),
      )
      request.on('response', (response) => read(response, end))
      request.end(body)
      if (leaves)
        setImmediate(() => {
          end({ is: 'left' })
          request.destroy()
        })
    })
  return {
    // A server may end a kept connection at the very moment when it is used again (RFC 9112, 9.5).
    send: async (wanted) => {
      const outcome = await once(wanted)
      return 'again' in outcome && outcome.again ? once(wanted) : outcome
    },
    [Symbol.dispose]: () => agent.destroy(),
  }
}

/** A stream that does not end by itself is left after its first piece. */
function read(response: http.IncomingMessage, end: (outcome: Outcome) => void): void {
  const pieces: Buffer[] = []
  let bytes = 0
  const isEndless = /event-stream|ndjson/.test(response.headers['content-type'] ?? '')
  const answered = (): void =>
    end({
      is: 'answered',
      received: { status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(pieces).toString('utf8') },
    })
  response.on('data', (piece: Buffer) => {
    bytes += piece.length
    if (bytes <= mostKept) pieces.push(piece)
    if (!isEndless) return
    answered()
    response.destroy()
  })
  response.on('end', answered)
  response.on('error', (error) => (isEndless ? answered() : end({ is: 'lost', why: `in the middle of an answer: ${error.message}` })))
}
