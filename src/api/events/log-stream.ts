// Log lines as an answer without a length: an event stream or lines of JSON, written as fast as they are read.
// Never holds a place for somebody who reads nothing, and never outlives its time, or a key that was revoked.

import type { LogEntry } from '../../system/service-logs.ts'

export type LogStreamOptions = {
  /** What is written from now on; ends when the signal aborts. A sign of life now and then is a batch of nothing: so a reader who is gone is noticed. */
  readonly follow: (signal: AbortSignal) => AsyncGenerator<readonly LogEntry[]>
  /** Lines of JSON instead of events. */
  readonly isLines: boolean
  readonly longestMs: number
  /** A reader that takes nothing for so long is let go: its place is for somebody who reads. */
  readonly longestStallMs: number
  /** Asked with each batch: false ends it. */
  readonly isStillWelcome: () => boolean
  /** Called once, when it is over in whatever way. */
  readonly leave: () => void
}

export function logStream({
  follow,
  isLines,
  longestMs,
  longestStallMs,
  isStillWelcome,
  leave,
}: LogStreamOptions): ReadableStream<Uint8Array> {
  const end = new AbortController()
  const late = setTimeout(() => end.abort(), longestMs).unref()
  let onStalled = (): void => undefined
  const stalled = setTimeout(() => onStalled(), longestStallMs).unref()
  const entries = follow(end.signal)
  const encoder = new TextEncoder()
  const write = isLines
    ? (entry: LogEntry) => `${JSON.stringify(entry)}\n`
    : (entry: LogEntry) => `event: log\ndata: ${JSON.stringify(entry)}\n\n`
  const over = (): void => {
    clearTimeout(late)
    clearTimeout(stalled)
    if (!end.signal.aborted) end.abort()
    leave()
  }
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        onStalled = () => {
          over()
          controller.error(new Error('nobody reads')) // a mere end would wait behind what is not read
        }
      },
      pull: async (controller) => {
        stalled.refresh()
        try {
          const next = await entries.next()
          if (next.done !== true && isStillWelcome())
            return controller.enqueue(encoder.encode(next.value.map(write).join('') || (isLines ? '\n' : ': \n\n')))
          over()
          controller.close()
        } catch (error) {
          over()
          throw error
        }
      },
      cancel: async () => {
        over()
        await entries.return(undefined)
      },
    },
    { highWaterMark: 0 },
  )
}
