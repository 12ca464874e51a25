// A proxy in front of a real S3 server that misbehaves as it is told, request by request, and keeps a list of what was asked.
// Never answers in the server's place unless told to; signatures hold, because the Host header passes as it is.

import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** One request as the bucket sees it. */
export type Asked = {
  readonly action: S3Action
  readonly key: string
  readonly part: number | undefined
  readonly bytes: number
  /** Of the answer; 0 while there is none. */
  status: number
}

export type S3Action =
  | 'begin'
  | 'part'
  | 'list-parts'
  | 'complete'
  | 'abort'
  | 'list-uploads'
  | 'list-versions'
  | 'head'
  | 'get'
  | 'put'
  | 'delete'
  | 'other'

export type Manner =
  | 'pass'
  /** The server does it, and its answer never comes. */
  | 'lose-answer'
  /** The server does it, and its answer comes when this resolves. */
  | { readonly answerAfter: Promise<unknown> }
  /** The connection ends in the middle of the request. */
  | 'cut'
  /** Nothing moves, and nothing ends. */
  | 'stall'
  /** A bit of the body is another one. */
  | 'flip'
  /** The server does it, and the tag of the whole is no MD5 of anything, as of a bucket that encrypts. */
  | 'other-tag'
  /** Parts are listed one at a time. */
  | 'short-pages'
  | { readonly status: number; readonly body?: string; readonly headers?: Readonly<Record<string, string>> }

export type S3Proxy = AsyncDisposable & {
  readonly port: number
  readonly asked: readonly Asked[]
  /** How the next requests are treated; until it is called again. A request waits for an answer that takes its time. */
  behave(manner: (asked: Asked) => Manner | Promise<Manner>): void
}

/** The first `times` requests of an action in that manner, the others as they should be. */
export function once(action: S3Action, manner: Manner, times = 1): (asked: Asked) => Manner {
  let left = times
  return (asked) => (asked.action === action && left-- > 0 ? manner : 'pass')
}

export const s3Error = (status: number, code: string, headers: Readonly<Record<string, string>> = {}): Manner => ({
  status,
  headers: { 'content-type': 'application/xml', ...headers },
  body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>as told</Message></Error>`,
})

export async function openS3Proxy(serverPort: number): Promise<S3Proxy> {
  const asked: Asked[] = []
  let behaviour: (asked: Asked) => Manner | Promise<Manner> = () => 'pass'
  const server = createServer(async (incoming, outgoing) => {
    const entry = readRequest(incoming)
    asked.push(entry)
    outgoing.on('finish', () => (entry.status = outgoing.statusCode))
    const manner = await behaviour(entry)
    if (manner === 'stall') incoming.resume() // and not a word
    else if (manner === 'cut') incoming.once('data', () => incoming.socket.destroy()).once('end', () => incoming.socket.destroy())
    else if (typeof manner === 'object' && 'status' in manner)
      void incoming.resume().once('end', () => outgoing.writeHead(manner.status, manner.headers).end(manner.body))
    else pass(serverPort, incoming, outgoing, manner)
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: portOf(server.address()),
    asked,
    behave: (manner) => (behaviour = manner),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port')
  return address.port
}

function pass(
  port: number,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  manner: 'pass' | 'lose-answer' | 'flip' | keyof typeof rewrites | { readonly answerAfter: Promise<unknown> },
): void {
  const { method, url, headers } = incoming
  const further = forward({ host: '127.0.0.1', port, method, path: url, headers }, async (answer) => {
    if (typeof manner === 'object') await manner.answerAfter
    if (manner === 'lose-answer') answer.resume().once('end', () => incoming.socket.destroy())
    else if (manner === 'other-tag' || manner === 'short-pages') void answerOtherwise(answer, outgoing, rewrites[manner])
    else answer.pipe(outgoing.writeHead(answer.statusCode ?? 502, answer.headers))
  })
  further.on('error', () => incoming.socket.destroy())
  let first = manner === 'flip'
  incoming.on('data', (piece: Buffer) => {
    const sent = first ? Buffer.from(piece) : piece
    if (first) sent[0] = (sent[0] ?? 0) ^ 1
    first = false
    if (!further.write(sent)) {
      incoming.pause()
      further.once('drain', () => incoming.resume())
    }
  })
  incoming.on('end', () => further.end())
  incoming.on('error', () => further.destroy())
  // Who asked has gone: an answer that nobody reads would hold its connection, and so the test's process, for ever.
  outgoing.on('close', () => outgoing.writableFinished || further.destroy())
}

function readAction(query: URLSearchParams): S3Action {
  if (query.has('versions')) return 'list-versions'
  return query.has('uploadId') ? 'list-parts' : query.has('uploads') ? 'list-uploads' : 'get'
}

const rewrites = {
  'other-tag': (told: string) => told.replaceAll(/[0-9a-f]{32}-(\d+)/g, `${'0123456789abcdef'.repeat(2)}-$1`),
  'short-pages': (told: string) => {
    const [first = '', ...others] = told.match(/<Part>.*?<\/Part>/gs) ?? []
    if (others.length === 0) return told
    const marker = `<NextPartNumberMarker>${/<PartNumber>(\d+)/.exec(first)?.[1]}</NextPartNumberMarker><IsTruncated>true</IsTruncated>`
    const page = others.reduce((rest, part) => rest.replace(part, ''), told)
    return page.replaceAll(/<(NextPartNumberMarker|IsTruncated)>.*?<\/\1>/g, '').replace(first, `${marker}${first}`)
  },
} as const

async function answerOtherwise(answer: IncomingMessage, outgoing: ServerResponse, rewrite: (told: string) => string): Promise<void> {
  const { etag, 'transfer-encoding': _encoding, ...headers } = answer.headers
  const body = rewrite(await text(answer))
  const length = body === '' ? {} : { 'content-length': Buffer.byteLength(body) }
  outgoing.writeHead(answer.statusCode ?? 502, { ...headers, ...length, ...(etag === undefined ? {} : { etag: rewrite(etag) }) }).end(body)
}

function readRequest({ method = '', url = '', headers }: IncomingMessage): Asked {
  const { pathname, searchParams: query } = new URL(url, 'http://s3')
  const part = query.has('partNumber') ? Number(query.get('partNumber')) : undefined
  const known: Readonly<Record<string, S3Action>> = {
    POST: query.has('uploads') ? 'begin' : query.has('uploadId') ? 'complete' : 'other',
    PUT: part === undefined ? 'put' : 'part',
    GET: readAction(query),
    HEAD: 'head',
    DELETE: query.has('uploadId') ? 'abort' : 'delete',
  }
  return { action: known[method] ?? 'other', key: pathname, part, bytes: Number(headers['content-length'] ?? 0), status: 0 }
}
