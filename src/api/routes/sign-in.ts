// What stands around a sign-in: how often one may fail, and the word in the audit of one that was refused.
// Never keeps a name that was tried: it may be a password in the wrong field.

import { addSessionRefused, hasSignedIn } from '../guard/audit.ts'
import { accountIdOf } from '../people/account-store.ts'
import type { Door } from '../routing/door.ts'
import type { Caller } from '../routing/route.ts'

/**
 * Counts an attempt as failed, by its address and by the name that is tried, until it is forgiven. Who comes from where that name signed in before is not
 * counted by the name: strangers elsewhere must not keep somebody out of the own box. Errors: rate_limited.
 */
export function beginSignIn(door: Door, { address }: Caller, name: string): { readonly forgive: () => void } {
  const { db, clock, signIns, signInsOfAccount } = door
  signIns.begin(address)
  const tried = Buffer.from(name).toString('base64url') // no address: a colon in it means nothing
  const isKnownThere = hasSignedIn(db, { nowMs: clock.nowMs(), who: accountIdOf(db, name) ?? 'nobody', address })
  if (!isKnownThere) signInsOfAccount.begin(tried)
  return {
    forgive: () => {
      signIns.forgive(address)
      if (!isKnownThere) signInsOfAccount.forgive(tried)
    },
  }
}

/** A row that cannot be written must not tell anybody more than that the sign-in failed. */
export function noteRefused({ db, clock, logger }: Door, { address }: Caller, name: string | null): void {
  try {
    const accountId = name === null ? undefined : accountIdOf(db, name)
    addSessionRefused(db, { atMs: clock.nowMs(), address, accountId: accountId ?? null })
  } catch (err) {
    logger.error({ err }, 'the audit could not be written')
  }
}
