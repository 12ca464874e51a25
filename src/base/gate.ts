// Lets so many in at a time; the others wait in the order that they ask for, those who ask for none in the order in which they came.
// Never lets anybody in whose signal has aborted, and never forgets who waits behind.

export type Gate = {
  /** Resolves when it is one's turn, which lasts until it is disposed of; `undefined` when the signal aborts before. Of those who wait the one
   *  whose `order` comes first as text is next. */
  enter(signal: AbortSignal, order?: string): Promise<Disposable | undefined>
}

type Waiting = { readonly order: string; readonly call: () => void }

export function openGate(atOnce: number): Gate {
  let within = 0
  const waiting: Waiting[] = []
  const callNext = (): void => waiting.shift()?.call()
  const turn = (): Disposable => {
    let over = false
    return {
      [Symbol.dispose]: () => {
        if (over) return
        over = true
        within -= 1
        callNext()
      },
    }
  }
  return {
    enter: async (signal, order = '') => {
      while (within >= atOnce && !signal.aborted) await nextTurn(waiting, order, signal)
      if (!signal.aborted) {
        within += 1
        return turn()
      }
      if (within < atOnce) callNext() // it may have been called just when it aborted
      return undefined
    },
  }
}

function nextTurn(waiting: Waiting[], order: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const mine: Waiting = {
      order,
      call: () => {
        signal.removeEventListener('abort', left)
        resolve()
      },
    }
    const left = (): void => {
      const at = waiting.indexOf(mine)
      if (at >= 0) waiting.splice(at, 1)
      resolve()
    }
    const behind = waiting.findIndex((each) => each.order > order)
    waiting.splice(behind < 0 ? waiting.length : behind, 0, mine)
    signal.addEventListener('abort', left, { once: true })
  })
}
