// Whose turn it is to send a part when several films wait: so many at a time, the oldest film first.
// Never starves anyone for ever: a film ends.

export type Turns = {
  /** Runs `work` when it is its turn; `order` compares as text. An abort while it waits rejects. */
  take<T>(order: string, signal: AbortSignal, work: () => Promise<T>): Promise<T>
}

type Waiting = { readonly order: string; readonly go: () => void }

export function openTurns(atATime: number): Turns {
  let running = 0
  const waiting: Waiting[] = []
  const next = (): void => {
    if (running >= atATime) return
    const [first] = waiting.toSorted((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0))
    if (!first) return
    waiting.splice(waiting.indexOf(first), 1)
    running += 1
    first.go()
  }
  const turn = (order: string, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted()
      const mine: Waiting = {
        order,
        go: () => {
          signal.removeEventListener('abort', left)
          resolve()
        },
      }
      const left = (): void => {
        waiting.splice(waiting.indexOf(mine), 1)
        reject(signal.reason)
      }
      signal.addEventListener('abort', left, { once: true })
      waiting.push(mine)
      next()
    })
  return {
    take: async (order, signal, work) => {
      await turn(order, signal)
      try {
        return await work()
      } finally {
        running -= 1
        next()
      }
    },
  }
}
