// Bytes that flow for as long as a slow reader takes, and only while that one is welcome: asked every few seconds, before a piece is given.
// Never asks for a reader who takes nothing, and never ends as if that were all: the connection breaks off.

export type WhileWelcome = {
  readonly everyMs: number
  /** A clock that never jumps. */
  readonly nowMs: () => number
  readonly isWelcome: () => Promise<boolean>
  /** Ends the connection, which cancels these bytes. */
  readonly breakOff: () => void
}

export function whileWelcome(
  bytes: ReadableStream<Uint8Array<ArrayBuffer>>,
  { everyMs, nowMs, isWelcome, breakOff }: WhileWelcome,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = bytes.getReader()
  let askedAtMs = nowMs()
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull: async (controller) => {
        const { done, value } = await reader.read()
        if (done) return controller.close()
        if (nowMs() - askedAtMs >= everyMs) {
          askedAtMs = nowMs()
          if (!(await isWelcome())) {
            await reader.cancel()
            return breakOff()
          }
        }
        controller.enqueue(value)
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
}
