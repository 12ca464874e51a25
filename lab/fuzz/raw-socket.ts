// A connection that sends exactly these bytes at exactly these pauses, and what came back on it.
// Pure where it reads answers out of bytes; never mends what was sent.

import net from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { Received } from './judge-answer.ts'

/** Bytes, or milliseconds to wait. */
export type Step = Buffer | number

export type Heard = {
  readonly answers: readonly Received[]
  /** Bytes behind the last whole answer. */
  readonly rest: string
  /** The server ended the connection. */
  readonly isClosed: boolean
  /** A write of ours met the reset of a connection that had ended: what had come until then went with it, unread. It says nothing about the server. */
  readonly isCut: boolean
}

export type Talk = {
  readonly steps: readonly Step[]
  /** So many answers are waited for. */
  readonly least: number
  /** Bodies of these answers are left out: to HEAD. */
  readonly heads?: readonly number[]
  /** Waits for the server to end it, whatever was answered. */
  readonly untilClosed?: boolean
  readonly patienceMs?: number
}

const afterLastMs = 15
/** Where there need be no answer. */
const unsureMs = 300
const usualPatienceMs = 30_000

export async function talk(
  port: number,
  { steps, least, heads = [], untilClosed = false, patienceMs = usualPatienceMs }: Talk,
): Promise<Heard> {
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: false })
  const pieces: Buffer[] = []
  let isClosed = false
  let isCut = false
  let wake = (): void => undefined
  // Met by reading, a reset is an end like another: what came before it was read before it.
  socket.on('error', (error) => (isCut = 'syscall' in error && error.syscall === 'write'))
  socket.on('close', () => ((isClosed = true), wake()))
  socket.on('end', () => ((isClosed = true), wake()))
  socket.on('data', (piece: Buffer) => (pieces.push(piece), wake()))
  const startedMs = performance.now()
  const heard = (): Heard => ({ ...answersIn(Buffer.concat(pieces), heads), isClosed, isCut })
  for (const step of steps) {
    if (typeof step === 'number') await pause(step)
    else if (socket.writable) await written(socket, step)
  }
  const sentMs = performance.now()
  const isDone = (): boolean => {
    const { length } = heard().answers
    return least > 0 ? length >= least : length > 0 || performance.now() - sentMs > unsureMs
  }
  while (!isClosed && performance.now() - startedMs < patienceMs && (untilClosed || !isDone()))
    await Promise.race([new Promise<void>((resolve) => (wake = resolve)), pause(200)])
  if (!isClosed && !untilClosed) await pause(afterLastMs) // one answer too many would come now
  socket.destroy()
  return heard()
}

/** One that was cut is held again. After three it is told as it was: by then it is no chance. */
export async function talkUncut(port: number, wanted: Talk): Promise<Heard> {
  for (let tries = 1; ; tries += 1) {
    const heard = await talk(port, wanted)
    if (!heard.isCut || tries === 3) return heard
  }
}

/** Or the connection has ended: who waits for a drain alone waits for ever. */
const written = (socket: net.Socket, bytes: Buffer): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      socket.off('close', done)
      resolve()
    }
    socket.once('close', done)
    socket.write(bytes, done)
  })

/** HTTP/1.1 answers, one behind the other; interim ones are passed over. */
export function answersIn(bytes: Buffer, heads: readonly number[] = []): { readonly answers: readonly Received[]; readonly rest: string } {
  const answers: Received[] = []
  let at = 0
  for (;;) {
    const end = bytes.indexOf('\r\n\r\n', at)
    if (end < 0) break
    const [first = '', ...lines] = bytes.toString('latin1', at, end).split('\r\n')
    const status = Number(/^HTTP\/1\.1 (\d{3})( |$)/.exec(first)?.[1] ?? Number.NaN)
    if (Number.isNaN(status)) break
    const headers = Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
    )
    const hasNone = status < 200 || status === 204 || status === 304 || heads.includes(answers.length)
    const body = hasNone ? { text: '', next: end + 4 } : bodyAt(bytes, end + 4, headers)
    if (!body) break
    at = body.next
    if (status >= 200) answers.push({ status, headers, text: body.text })
  }
  return { answers, rest: bytes.toString('latin1', at, at + 500) }
}

function bodyAt(bytes: Buffer, from: number, headers: Readonly<Record<string, string>>): { text: string; next: number } | undefined {
  if (headers['transfer-encoding'] !== 'chunked') {
    const next = from + Number(headers['content-length'] ?? 0)
    return next <= bytes.length ? { text: bytes.toString('utf8', from, next), next } : undefined
  }
  const pieces: Buffer[] = []
  for (let at = from; ;) {
    const lineEnd = bytes.indexOf('\r\n', at)
    const size = lineEnd < 0 ? Number.NaN : Number.parseInt(bytes.toString('latin1', at, lineEnd), 16)
    const next = lineEnd + 2 + size + 2
    if (Number.isNaN(size) || next > bytes.length) return undefined
    if (size === 0) return { text: Buffer.concat(pieces).toString('utf8'), next }
    pieces.push(bytes.subarray(lineEnd + 2, next - 2))
    at = next
  }
}
