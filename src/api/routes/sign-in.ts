// What stands around a sign-in: the word in the audit of one that was refused.
// Never keeps a name that was tried: it may be a password in the wrong field.

import { addSessionRefused } from '../guard/audit.ts'
import { accountIdOf } from '../people/account-store.ts'
import type { Door } from '../routing/door.ts'
import type { Caller } from '../routing/route.ts'

/** A row that cannot be written must not tell anybody more than that the sign-in failed. */
export function noteRefused({ db, clock, logger }: Door, { address }: Caller, name: string | null): void {
  try {
    const accountId = name === null ? undefined : accountIdOf(db, name)
    addSessionRefused(db, { atMs: clock.nowMs(), address, accountId: accountId ?? null })
  } catch (err) {
    logger.error({ err }, 'the audit could not be written')
  }
}
