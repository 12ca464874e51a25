// Lets so many in at a time; of the others the one whose order comes first is next, those who ask for none in the order in which they came.
// Never lets anybody in whose signal has aborted, and never forgets who waits behind.

export type Gate = {
  /** Resolves when it is one's turn, which lasts until it is disposed of; `undefined` when the signal aborts before. A turn that ends is handed to
   *  who waits: whoever asks in that moment comes behind. */
  enter(signal: AbortSignal, wish?: Wish): Promise<Disposable | undefined>
}

export type Wish = {
  /** Of those who wait the one whose text is the smallest is next. Asked anew each time: it may change while one waits. */
  readonly order?: () => string
  /** It is not one's turn yet. */
  readonly onWait?: () => void
}

type Waiting = { readonly order: () => string; readonly take: (turn: Disposable) => void }

export function openGate(atOnce: number): Gate {
  let within = 0
  const waiting: Waiting[] = []
  const turn = (): Disposable => {
    let over = false
    return {
      [Symbol.dispose]: () => {
        if (over) return
        over = true
        const next = takeFirst(waiting)
        if (next) next.take(turn())
        else within -= 1
      },
    }
  }
  return {
    enter: async (signal, { order = () => '', onWait } = {}) => {
      if (signal.aborted) return undefined
      if (within < atOnce) {
        within += 1
        return turn()
      }
      const mine = nextTurn(waiting, order, signal)
      onWait?.()
      const given = await mine
      if (!signal.aborted) return given
      given?.[Symbol.dispose]() // it was given just when it aborted
      return undefined
    },
  }
}

function takeFirst(waiting: Waiting[]): Waiting | undefined {
  const orders = waiting.map(({ order }) => order())
  const first = orders.reduce((best, order, at) => (order < (orders[best] ?? '') ? at : best), 0)
  return waiting.splice(first, 1)[0]
}

function nextTurn(waiting: Waiting[], order: () => string, signal: AbortSignal): Promise<Disposable | undefined> {
  return new Promise((resolve) => {
    const mine: Waiting = {
      order,
      take: (turn) => {
        signal.removeEventListener('abort', left)
        resolve(turn)
      },
    }
    const left = (): void => {
      waiting.splice(waiting.indexOf(mine), 1)
      resolve(undefined)
    }
    waiting.push(mine)
    signal.addEventListener('abort', left, { once: true })
  })
}
