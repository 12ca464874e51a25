// So many at once and no more: for answers that last.
// Never waits: who finds no place is told so.

import { EzrecError } from '../../base/errors.ts'

export type Slots = {
  /** Gives a place, which is free again when the function is called. Errors: rate_limited. */
  take(): () => void
}

export function openSlots(most: number): Slots {
  let taken = 0
  return {
    take: () => {
      if (taken >= most)
        throw new EzrecError('rate_limited', `${most} ask for this already`, { hint: 'end one of them', facts: { retryAfterSeconds: 10 } })
      taken += 1
      let isOver = false
      return () => {
        if (!isOver) taken -= 1
        isOver = true
      }
    },
  }
}
