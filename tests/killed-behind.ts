// The rows as a life sees them that is killed: from some write on nothing is done any more.
// Never kills a process; what that does is asked elsewhere.

import type { Database } from '../src/adapters/sqlite.ts'

/** Dies before the write that follows so many; a transaction is one write. */
export function killedBehind(db: Database, writes: number): { readonly db: Database; isDead(): boolean } {
  let left = writes
  let isWithin = false
  const alive = <T>(cost: 0 | 1, act: () => T): T => {
    if (!isWithin) left -= left < 0 ? 0 : cost
    if (left < 0) throw new Error('killed')
    return act()
  }
  const whole = <T>(act: () => T): T => {
    isWithin = true
    try {
      return db.transaction(act)
    } finally {
      isWithin = false
    }
  }
  return {
    db: {
      ...db,
      all: (sql, ...values) => alive(0, () => db.all(sql, ...values)),
      get: (sql, ...values) => alive(0, () => db.get(sql, ...values)),
      run: (sql, ...values) => alive(1, () => db.run(sql, ...values)),
      transaction: (act) => alive(1, () => whole(act)),
    },
    isDead: () => left < 0,
  }
}
