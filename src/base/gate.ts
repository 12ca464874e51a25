// Lets so many in at a time; the others wait in the order in which they came.
// Never lets anybody in whose signal has aborted, and never forgets who waits behind.

export type Gate = {
  /** Resolves when it is one's turn, which lasts until it is disposed of; `undefined` when the signal aborts before. */
  enter(signal: AbortSignal): Promise<Disposable | undefined>
}

export function openGate(atOnce: number): Gate {
  let within = 0
  const waiting: (() => void)[] = []
  const turn = (): Disposable => {
    let over = false
    return {
      [Symbol.dispose]: () => {
        if (over) return
        over = true
        within -= 1
        waiting.shift()?.()
      },
    }
  }
  return {
    enter: async (signal) => {
      while (within >= atOnce && !signal.aborted) await nextTurn(waiting, signal)
      if (!signal.aborted) {
        within += 1
        return turn()
      }
      if (within < atOnce) waiting.shift()?.() // it may have been called just when it aborted
      return undefined
    },
  }
}

function nextTurn(waiting: (() => void)[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const called = (): void => {
      signal.removeEventListener('abort', left)
      resolve()
    }
    const left = (): void => {
      const at = waiting.indexOf(called)
      if (at >= 0) waiting.splice(at, 1)
      resolve()
    }
    waiting.push(called)
    signal.addEventListener('abort', left, { once: true })
  })
}
