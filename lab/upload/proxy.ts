// A TCP proxy before the store that cuts, resets, stalls, slows, flips and swallows as it is told, and counts the parts that are sent.
// Never answers itself and knows nothing of HTTP but the first line of a request.

import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net'
import type { FaultKind, UploadFault } from './faults.ts'

export type UploadProxy = AsyncDisposable & {
  readonly port: number
  /** How often each part was begun to be sent; of all uploads. */
  readonly parts: ReadonlyMap<string, number>
  /** How often a part was begun that the store had acknowledged as a whole, whether or not the answer arrived. */
  readonly resent: () => number
  /** The store holds these parts now, each by its upload and number: from now on none of them is to be begun. */
  hold(held: readonly { readonly uploadId: string; readonly number: number }[]): void
  /** How often one was all the same. */
  readonly heldAgain: () => number
  /** Faults that have struck, in order. */
  readonly struck: readonly UploadFault[]
  /** From now on nothing comes through, or everything again. */
  shut(isShut: boolean): void
  /** From now on nothing of an object comes beyond this byte, until it is called again; all of it without one. */
  endAt(byte: number | undefined): void
  /** Of answers that came through so far. */
  readonly answeredBytes: () => number
}

/** `kill`: ends the process that uploads. */
export async function openUploadProxy(toPort: number, faults: readonly UploadFault[], kill: () => void): Promise<UploadProxy> {
  const parts = new Map<string, number>()
  const acknowledged = new Set<string>()
  const held = new Set<string>()
  let [resent, heldAgain] = [0, 0]
  const struck: UploadFault[] = []
  const waiting = [...faults]
  const sockets = new Set<Socket>()
  let total = 0
  let isShut = false
  let endByte = Infinity
  const heldBack = new Set<Socket>()
  let answeredBytes = 0

  const due = (line: string): FaultKind | undefined => {
    const at = waiting.findIndex(({ when }) =>
      typeof when === 'number' ? total >= when : when === 'begin' ? /^POST \S+\?uploads/.test(line) : /^POST \S+[?&]uploadId=/.test(line),
    )
    const [fault] = at < 0 ? [] : waiting.splice(at, 1)
    if (fault) struck.push(fault)
    return fault?.kind
  }

  const server = createServer((client) => {
    if (isShut) {
      client.resetAndDestroy()
      return
    }
    const store = connect(toPort, '127.0.0.1')
    const both = [client, store]
    for (const each of both) sockets.add(each.on('error', () => end()))
    // What a process had handed to its kernel before it was killed arrives; then its side is closed.
    client.on('close', () => store.end())
    store.on('close', () => end())
    let sending: string | undefined
    let atByte = 0
    let [isStalled, isDeaf, flipsAnswer, slowFor] = [false, false, false, 0]
    const end = (): void => {
      heldBack.delete(store)
      for (const each of both) {
        each.destroy()
        sockets.delete(each)
      }
    }
    client.on('data', (piece: Buffer) => {
      if (isStalled) return
      const line = /^[A-Z]{3,6} [^\r]{1,4096}/.exec(piece.toString('latin1', 0, 4_100))?.[0] ?? ''
      if (line !== '') atByte = Number(/\r\nrange: bytes=(\d+)-/i.exec(piece.toString('latin1', 0, 4_100))?.[1] ?? 0)
      const part = /^PUT \S*[?&]partNumber=(\d+)/.exec(line) && /uploadId=([^& ]+)/.exec(line)
      if (part) {
        const name = nameOf(part[1] ?? '', Number(/partNumber=(\d+)/.exec(line)?.[1]))
        parts.set(name, (parts.get(name) ?? 0) + 1)
        if (acknowledged.has(name)) resent += 1
        if (held.has(name)) heldAgain += 1
        sending = name
      }
      total += piece.length
      const kind = due(line)
      if (kind === 'kill') kill()
      if (kind === 'cut' || kind === 'reset') {
        store.write(piece.subarray(0, piece.length >> 1))
        if (kind === 'reset') client.resetAndDestroy()
        return end()
      }
      if (kind === 'stall') isStalled = true
      if (kind === 'lose-answer') isDeaf = true
      if (kind === 'flip-answer') flipsAnswer = true
      if (kind === 'slow') slowFor = 20
      if (isStalled) return
      if (!store.write(kind === 'flip' ? flipped(piece) : piece)) {
        client.pause()
        store.once('drain', () => client.resume())
      }
      if (slowFor-- > 0) {
        client.pause()
        setTimeout(() => client.resume(), 50)
      }
    })
    store.on('data', (piece: Buffer) => {
      if (sending !== undefined && piece.toString('latin1', 0, 12) === 'HTTP/1.1 200') acknowledged.add(sending)
      sending = undefined
      if (isStalled) return
      if (isDeaf) return end()
      if (client.writable) client.write(flipsAnswer ? flipped(piece) : piece)
      flipsAnswer = false
      answeredBytes += piece.length
      atByte += piece.length
      if (atByte >= endByte) heldBack.add(store.pause())
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: portOf(server),
    parts,
    resent: () => resent,
    hold: (now) => now.forEach(({ uploadId, number }) => held.add(nameOf(encodeURIComponent(uploadId), number))),
    heldAgain: () => heldAgain,
    struck,
    shut: (now) => {
      isShut = now
      if (now) for (const socket of sockets) socket.destroy()
    },
    endAt: (byte = Infinity) => {
      endByte = byte
      for (const store of heldBack) store.resume()
      heldBack.clear()
    },
    answeredBytes: () => answeredBytes,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A part, by its upload as the first line of a request has it. */
const nameOf = (uploadId: string, number: number): string => `${uploadId} ${number}`

/** One bit in the middle is another one. */
function flipped(piece: Buffer): Buffer {
  const other = Buffer.from(piece)
  const at = other.length >> 1
  other[at] = (other[at] ?? 0) ^ 4
  return other
}

const portOf = (server: Server): number => {
  const address: AddressInfo | string | null = server.address()
  return address === null || typeof address === 'string' ? 0 : address.port
}
