// A clean-up is looked at before it is done: what was shown is done only with the token that came with it, once, within ten minutes.
// Never lets more be done than was shown.

import { randomBytes } from 'node:crypto'
import { EzrecError } from '../../base/errors.ts'

export type CleanupTokens = {
  /** `shown`: names of what would go. */
  give(shown: readonly string[]): string
  /** Errors: conflict, for a token that was not given, is too old, or was used. */
  redeem(token: string): ReadonlySet<string>
}

const goodForMs = 600_000
const most = 16

export function openCleanupTokens(steadyMs: () => number): CleanupTokens {
  const given = new Map<string, { readonly shown: readonly string[]; readonly atMs: number }>()
  return {
    give: (shown) => {
      const [oldest] = given.keys()
      if (given.size >= most && oldest !== undefined) given.delete(oldest)
      const token = randomBytes(16).toString('base64url')
      given.set(token, { shown, atMs: steadyMs() })
      return token
    },
    redeem: (token) => {
      const found = given.get(token)
      given.delete(token)
      if (found && steadyMs() - found.atMs <= goodForMs) return new Set(found.shown)
      throw new EzrecError('conflict', 'this clean-up was not looked at, or too long ago', {
        hint: 'ask without a token first, and send the one that is answered',
      })
    },
  }
}
