// Requests that reach no route: what is no HTTP, is too large, comes too slowly or names no host. Answered in the envelope of all other answers.
// Never writes into an answer that is under way, and never repeats what was sent.

import { STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { errnoOf } from '../../base/errors.ts'
import { everyAnswer, fail } from './envelope.ts'
import { HttpFault, problemOf } from './problem.ts'

/** Of a request that could not be made into one for the routes. */
export function brokenAnswer(error: unknown, nowMs: number): Response {
  const answer = fail(problemOf(error), nowMs)
  for (const [name, value] of Object.entries({ ...everyAnswer, connection: 'close' })) answer.headers.set(name, value)
  return answer
}

export const unreadable = (): HttpFault =>
  new HttpFault('bad_request', 'this request cannot be read', 'send HTTP/1.1 with one Host and one length')

/** Instead of Node's own answers, which have no body. */
export function refuseBroken(server: Server, nowMs: () => number): void {
  const underWay = new WeakMap<Duplex, Set<Exchange>>()
  const refused = new WeakSet<Duplex>()
  server.on('request', (request, response) => {
    const exchange = { request, response }
    const all = underWay.get(request.socket) ?? new Set()
    underWay.set(request.socket, all.add(exchange))
    response.once('close', () => all.delete(exchange))
  })
  server.on('checkExpectation', (_request, response: ServerResponse) => void refuseExpectation(response, nowMs()))
  server.on('clientError', (error, socket) => {
    if (refused.has(socket)) return
    refused.add(socket)
    void refuseAfter(underWay.get(socket) ?? new Set(), error, socket, nowMs)
  })
}

/** A request that came whole gets its answer first; one that is broken in its middle may have begun to get one, and then nothing may follow. */
async function refuseAfter(all: ReadonlySet<Exchange>, error: Error, socket: Duplex, nowMs: () => number): Promise<void> {
  const isCutAnswer = [...all].some(({ request, response }) => !request.complete && response.headersSent)
  if (errnoOf(error) === 'ECONNRESET' || isCutAnswer) {
    socket.destroy()
    return
  }
  for (const { request, response } of all) if (request.complete) await closed(response)
  await refuse(socket, faultOf(error), nowMs())
}

type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse }

const closed = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => (response.closed ? resolve() : response.once('close', () => resolve())))

/** Codes: https://nodejs.org/api/http.html#event-clienterror and llhttp's. */
function faultOf(error: Error): HttpFault {
  switch (errnoOf(error)) {
    case 'HPE_HEADER_OVERFLOW':
      return new HttpFault('headers_too_large', 'the headers are too large', 'they have at most 16 KiB')
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new HttpFault('payload_too_large', 'the parts of the body carry too much beside it', 'send no chunk extensions')
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new HttpFault('request_timeout', 'the request did not come in time', 'send its headers within 10 s and all of it within 30 s')
    default:
      return unreadable()
  }
}

async function refuseExpectation(response: ServerResponse, nowMs: number): Promise<void> {
  const fault = new HttpFault('expectation_failed', 'this server knows no such expectation', 'leave Expect out, or expect 100-continue')
  const { headers, body } = await textOf(brokenAnswer(fault, nowMs))
  response.writeHead(417, headers).end(body)
}

const longestGoodbyeMs = 2_000

async function refuse(socket: Duplex, fault: HttpFault, nowMs: number): Promise<void> {
  if (!socket.writable) {
    socket.destroy()
    return
  }
  const answer = brokenAnswer(fault, nowMs)
  const { headers, body } = await textOf(answer)
  const head = Object.entries({ ...headers, 'content-length': String(Buffer.byteLength(body)) }).map(([name, value]) => `${name}: ${value}`)
  const goodbye = setTimeout(() => socket.destroy(), longestGoodbyeMs).unref() // one that reads nothing
  socket.once('close', () => clearTimeout(goodbye))
  socket.end([`HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ''}`, ...head, '', body].join('\r\n'), () => socket.destroy())
}

const textOf = async (answer: Response): Promise<{ readonly headers: Record<string, string>; readonly body: string }> => ({
  headers: Object.fromEntries(answer.headers),
  body: await answer.text(),
})
