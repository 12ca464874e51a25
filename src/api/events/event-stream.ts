// Events as a stream that a browser's EventSource reads: from where the listener stood, with a beat now and then, for as long as it may hear.
// Never outlives a revoked key or an ended session by more than a beat.

import type { Event } from '../../adapters/log-tables.ts'
import type { Listener } from './event-hub.ts'

export type EventStreamOptions = {
  readonly listener: Listener
  /** Events after it are sent. */
  readonly fromId: number
  readonly beatMs: number
  readonly mayHear: (kind: string) => boolean
  /** Asked with each beat: false ends the stream. */
  readonly isStillWelcome: () => boolean
}

/** `text/event-stream` of the WHATWG HTML standard, §9.2. */
export function eventStream({ listener, fromId, beatMs, mayHear, isStillWelcome }: EventStreamOptions): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let at = fromId
  let isBegun = false
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        try {
          // The id alone dispatches nothing and is remembered: who listened to nothing visible comes back to here.
          let text = isBegun ? '' : `retry: 3000\nid: ${at}\n\n`
          if (isBegun) {
            const events = await listener.next(at, beatMs)
            if (!isStillWelcome()) return end(controller)
            at = events.at(-1)?.id ?? at
            text = events
              .filter(({ kind }) => mayHear(kind))
              .map(tell)
              .join('')
            if (text === '') text = `: beat\nid: ${at}\n\n`
          }
          isBegun = true
          controller.enqueue(encoder.encode(text))
        } catch (error) {
          listener[Symbol.dispose]()
          controller.error(error)
        }
      },
      cancel: () => listener[Symbol.dispose](),
    },
    { highWaterMark: 0 },
  )
  function end(controller: ReadableStreamDefaultController<Uint8Array>): void {
    listener[Symbol.dispose]()
    controller.close()
  }
}

/** JSON has no line ends of its own: a fact cannot end the line it stands in. */
const tell = ({ id, atMs, kind, subjectId, facts }: Event): string =>
  `id: ${id}\ndata: ${JSON.stringify({ id, kind, subject: subjectId, at: new Date(atMs).toISOString(), facts })}\n\n`
