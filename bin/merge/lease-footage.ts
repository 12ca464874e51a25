// The footage of a recording is leased while it is merged again, so that no sweep takes it meanwhile; renewed each minute, and void soon after a kill.
// Never keeps a merge from being done: who may only read the database merges without.

import { openDatabase } from '../../src/adapters/sqlite.ts'
import { messageOf } from '../../src/base/errors.ts'
import { endUse, noteUse } from '../../src/publish/in-use.ts'

const leaseMs = 300_000
const renewMs = 60_000

export function leaseFootage(database: string, recordingId: string, clock: { nowMs(): number }, say: (line: string) => void): Disposable {
  try {
    const db = openDatabase(database)
    const renew = (): void => {
      try {
        noteUse(db, recordingId, 'merged again', clock.nowMs() + leaseMs)
      } catch (error) {
        say(`the footage is not leased: ${messageOf(error)}`) // a locked database: the next time
      }
    }
    renew()
    const timer = setInterval(renew, renewMs).unref()
    return {
      [Symbol.dispose]: () => {
        clearInterval(timer)
        try {
          endUse(db, recordingId, 'merged again')
        } catch (error) {
          say(`the lease on the footage ends by itself: ${messageOf(error)}`)
        }
        db.close()
      },
    }
  } catch (error) {
    say(`the footage is not leased: ${messageOf(error)}`)
    return { [Symbol.dispose]: () => undefined }
  }
}
