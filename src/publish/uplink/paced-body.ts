// The body of a request in small pieces, each of which waits for its turn on the uplink and is counted as it goes.
// Never changes a byte: what was signed is what goes.

import { Readable } from 'node:stream'
import type { Urgency } from './pacer.ts'
import type { Uplink } from './uplink.ts'

/** Small enough that at the slowest rate no connection is silent for long, with three of them under way. */
const pieceBytes = 16 * 1_024

export function pacedBody(body: Uint8Array, { pass, sendingOf }: Pick<Uplink, 'pass' | 'sendingOf'>, urgency: Urgency): Readable {
  const gone = new AbortController()
  const sending = sendingOf(body)
  let at = 0
  return new Readable({
    highWaterMark: pieceBytes,
    read() {
      const piece = body.subarray(at, at + pieceBytes)
      at += piece.length
      if (piece.length === 0) {
        this.push(null)
        return
      }
      pass(piece.length, urgency, gone.signal).then(
        () => {
          sending?.passed(piece.length)
          this.push(piece)
        },
        (error: unknown) => this.destroy(error instanceof Error ? error : new Error('the body was left')),
      )
    },
    destroy(error, done) {
      gone.abort()
      done(error)
    },
  })
}
