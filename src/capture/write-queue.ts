// The memory between a camera and its disk: work in order, bytes that wait for a slow disk gathered into few large writes.
// Never drops anything by itself and never makes the camera wait: how much may wait is the owner's to judge.

export type WriteQueue = {
  /** Bytes for the file that is open when their turn comes. Not copied: leave them as they are. */
  append(bytes: Buffer): void
  /** Work between two appends, in its turn. It holds up everything behind it, so it must wait for nothing but the file. */
  after(work: () => Promise<void> | void): void
  /** Begins with what waits, and goes on until nothing waits. */
  flush(): void
  /** Handed over and not yet written. */
  readonly queuedBytes: number
  /** Drops what waits; what is under way ends by itself. */
  stop(): void
  /** Flushes; resolves when nothing waits and nothing is under way. */
  idle(): Promise<void>
}

export type WriteQueueOptions = {
  readonly write: (pieces: readonly Buffer[]) => Promise<void>
  /** A write or a piece of work failed. Nothing after it is done. */
  readonly onFailure: (error: unknown) => void
}

/** One write takes no more than this: a disk that comes back is fed in long strokes without a long wait between two of them. */
const strokeBytes = 1 << 20
const strokePieces = 512

export function openWriteQueue({ write, onFailure }: WriteQueueOptions): WriteQueue {
  let waiting: (Buffer | (() => Promise<void> | void))[] = []
  let queuedBytes = 0
  let running: Promise<void> | undefined
  let stopped = false

  const stop = (): void => {
    stopped = true
    waiting = []
    queuedBytes = 0
  }

  const next = async (): Promise<void> => {
    const [first] = waiting
    if (typeof first === 'function') {
      waiting.shift()
      return first()
    }
    const pieces = firstStroke(waiting)
    waiting.splice(0, pieces.length)
    await write(pieces)
    queuedBytes = Math.max(0, queuedBytes - bytesOf(pieces))
  }

  const run = async (): Promise<void> => {
    try {
      while (waiting.length > 0) await next()
    } catch (error) {
      stop()
      onFailure(error)
    } finally {
      running = undefined
    }
  }

  const flush = (): void => {
    if (waiting.length > 0) running ??= run()
  }

  const add = (item: (typeof waiting)[number]): void => {
    if (!stopped) waiting.push(item)
  }

  return {
    append: (bytes) => {
      if (bytes.length === 0 || stopped) return
      queuedBytes += bytes.length
      add(bytes)
    },
    after: add,
    flush,
    get queuedBytes() {
      return queuedBytes
    },
    stop,
    idle: async () => {
      for (flush(); running; flush()) await running
    },
  }
}

/** The bytes at the head of the line, as many as one write takes. */
function firstStroke(waiting: readonly unknown[]): Buffer[] {
  const pieces: Buffer[] = []
  let bytes = 0
  for (const item of waiting) {
    if (!Buffer.isBuffer(item) || pieces.length === strokePieces || (bytes > 0 && bytes + item.length > strokeBytes)) break
    pieces.push(item)
    bytes += item.length
  }
  return pieces
}

const bytesOf = (pieces: readonly Buffer[]): number => pieces.reduce((sum, piece) => sum + piece.length, 0)
