// The one-time code by which a new box gets its first account: shown on the box alone, easy to type, void once used.
// Never kept in the database but as its SHA-256.

import { createHash, randomInt, timingSafeEqual } from 'node:crypto'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import type { Database } from '../../adapters/sqlite.ts'
import { systemClock, type Clock } from '../../base/clock.ts'
import { EzrecError } from '../../base/errors.ts'
import { readIfPresent, writeDurably } from '../../base/files.ts'
import { addAccount, hasAccount, type Account } from './account-store.ts'
import { hashPassword } from './password.ts'

/** No I, L, O, U, 0, 1: 30 signs, so 16 of them are 78 bits. */
const signs = '23456789ABCDEFGHJKMNPQRSTVWXYZ'

export const claimCodeFile = (home: string): string => path.join(home, 'claim-code.txt')

/** The code of a box without an account, also in `<home>/claim-code.txt` (0600): the same one until it is used. `undefined` once there is an account. */
export async function ensureClaimCode(db: Database, home: string, clock: Clock = systemClock): Promise<string | undefined> {
  const file = claimCodeFile(home)
  if (hasAccount(db)) {
    await rm(file, { force: true })
    return undefined
  }
  for (;;) {
    const written = (await readIfPresent(file))?.trim()
    if (written !== undefined && isClaimCode(db, written)) return written
    const code = makeCode()
    db.run('insert or replace into claim (only_row, code_hash, created_at_ms) values (1, ?, ?)', hashOf(code), clock.nowMs())
    await writeDurably(file, `${code}\n`, 0o600) // then once more round: another process may have made one at the same time
  }
}

const makeCode = (): string =>
  Array.from({ length: 4 }, () => Array.from({ length: 4 }, () => signs[randomInt(signs.length)]).join('')).join('-')

/** Whether this is the code: case, spaces and dashes do not matter. */
export function isClaimCode(db: Database, code: string): boolean {
  const hash = db.get('select code_hash from claim')?.['code_hash']
  return hash instanceof Uint8Array && timingSafeEqual(hash, hashOf(code))
}

export type Claim = { readonly code: string; readonly name: string; readonly password: string }

/** The code becomes the first account, an admin: once. Errors: conflict (already claimed), unauthorized (wrong code), invalid. */
export async function claimBox(db: Database, home: string, { code, name, password }: Claim, clock: Clock): Promise<Account> {
  assertClaimable(db)
  if (!isClaimCode(db, code)) {
    db.run('update claim set failures = failures + 1')
    throw new EzrecError('unauthorized', 'this is not the claim code of this box', {
      hint: 'it stands in claim-code.txt in the home folder of the box',
    })
  }
  const passwordHash = await hashPassword(password)
  const account = db.transaction(() => {
    assertClaimable(db) // somebody else may have been quicker
    return addAccount(db, { name, role: 'admin', passwordHash }, clock.nowMs())
  })
  await rm(claimCodeFile(home), { force: true })
  return account
}

function assertClaimable(db: Database): void {
  if (hasAccount(db)) throw new EzrecError('conflict', 'this box has been claimed', { hint: 'sign in, or ask its admin for an account' })
}

const hashOf = (code: string): Buffer =>
  createHash('sha256')
    .update(code.toUpperCase().replaceAll(/[^0-9A-Z]/g, ''))
    .digest()
