// People who may sign in, as rows. The first one comes by the claim code, the others from an admin's hand.
// Never gives out a password's hash, but to the one that checks it.

import { z } from 'zod'
import { addEvent } from '../../adapters/log-tables.ts'
import type { Database } from '../../adapters/sqlite.ts'
import { EzrecError } from '../../base/errors.ts'
import { newId } from '../../base/ids.ts'
import { isPassword } from './password.ts'
import { roleSchema, type Role } from './role.ts'

export type Account = { readonly id: string; readonly name: string; readonly role: Role; readonly createdAtMs: number }

export const accountName = z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N} ._@+-]{0,62}$/u, {
  error: 'is 1 to 63 letters, digits, spaces and . _ @ + -, beginning with a letter or digit',
})

const row = z
  .object({ id: z.string(), name: z.string(), role: roleSchema, created_at_ms: z.int() })
  .transform((r): Account => ({ id: r.id, name: r.name, role: r.role, createdAtMs: r.created_at_ms }))

export const hasAccount = (db: Database): boolean => db.get('select 1 as one from account limit 1') !== undefined

export const listAccounts = (db: Database): Account[] =>
  db.all('select id, name, role, created_at_ms from account order by name').map((found) => row.parse(found))

export const accountIdOf = (db: Database, name: string): string | undefined =>
  z.object({ id: z.string() }).optional().parse(db.get('select id from account where name = ?', name))?.id

export function findAccount(db: Database, id: string): Account | undefined {
  const found = db.get('select id, name, role, created_at_ms from account where id = ?', id)
  return found && row.parse(found)
}

/** `passwordHash` from hashPassword. Errors: invalid (the name), conflict (it is taken). */
export function addAccount(
  db: Database,
  { name, role, passwordHash }: { readonly name: string; readonly role: Role; readonly passwordHash: string },
  nowMs: number,
): Account {
  const parsed = accountName.safeParse(name)
  if (!parsed.success)
    throw new EzrecError('invalid', 'this is no name for an account', { hint: `a name ${parsed.error.issues[0]?.message ?? ''}` })
  return db.transaction(() => {
    if (db.get('select id from account where name = ?', parsed.data))
      throw new EzrecError('conflict', `there is already an account named ${parsed.data}`, { hint: 'choose another name' })
    const account: Account = { id: newId(), name: parsed.data, role, createdAtMs: nowMs }
    db.run(
      'insert into account (id, name, role, password_hash, created_at_ms) values (?, ?, ?, ?, ?)',
      account.id,
      account.name,
      role,
      passwordHash,
      nowMs,
    )
    db.run('delete from claim')
    addEvent(db, { atMs: Math.floor(nowMs), kind: 'account.made', subjectId: account.id, facts: { role } })
    return account
  })
}

/** Ends the person's sessions, too. Errors: not_found; conflict for the last admin. */
export function removeAccount(db: Database, name: string, nowMs: number): Account {
  return db.transaction(() => {
    const account = listAccounts(db).find((one) => one.name === name)
    if (!account) throw new EzrecError('not_found', `there is no account named ${name}`, { hint: 'list them with ./ezrec user list' })
    const admins = listAccounts(db).filter(({ role }) => role === 'admin')
    if (account.role === 'admin' && admins.length === 1)
      throw new EzrecError('conflict', `${name} is the last admin`, { hint: 'add another admin first' })
    db.run('delete from account where id = ?', account.id)
    addEvent(db, { atMs: Math.floor(nowMs), kind: 'account.removed', subjectId: account.id, facts: { role: account.role } })
    return account
  })
}

/** The account of a name and its password, or `undefined`: it takes as long either way. Errors: rate_limited. */
export async function accountOf(db: Database, name: string, password: string): Promise<Account | undefined> {
  const found = db.get('select id, password_hash from account where name = ?', name)
  const known = found && z.object({ id: z.string(), password_hash: z.string() }).parse(found)
  const right = await isPassword(password, known?.password_hash)
  return right && known ? findAccount(db, known.id) : undefined
}
