// Work that may take longer than an answer may wait: one at a time, told to the end where it ends soon, else told to be under way.
// Never begun twice, and never cut off because nobody waits for it any more.

import type { Clock } from '../../base/clock.ts'
import { EzrecError } from '../../base/errors.ts'

export type LongWork = {
  /** Its outcome, or `under way` after the patience. Errors: conflict while another one is; those of the work while somebody waits. */
  begin<T>(work: () => Promise<T>, onLateFault: (error: unknown) => void): Promise<{ readonly done: T } | 'under way'>
}

export function openLongWork(clock: Pick<Clock, 'sleep'>, { patienceMs }: { readonly patienceMs: number }): LongWork {
  let isUnderWay = false
  return {
    begin: async (work, onLateFault) => {
      if (isUnderWay) throw new EzrecError('conflict', 'one is under way already', { hint: 'wait until it has ended: the log says so' })
      isUnderWay = true
      const soon = new AbortController()
      let isLate = false
      const outcome = work().finally(() => (isUnderWay = false))
      outcome.then(
        () => undefined,
        (error: unknown) => {
          if (isLate) onLateFault(error)
        },
      )
      const late = clock.sleep(patienceMs, soon.signal).then(() => {
        isLate = true
        return 'under way' as const
      })
      return Promise.race([outcome.then((done) => ({ done })), late]).finally(() => soon.abort())
    },
  }
}
