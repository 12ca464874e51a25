// All who may ask: a stranger, somebody with a share link, a phone that entered a PIN, a viewer, an operator and an admin by key or session,
// keys that are bound to one user, and those of devices, one for each scope.
// Never reads a secret back from the box: each is made here, and was told once.

import { z } from 'zod'
import type { Database } from '../../src/adapters/sqlite.ts'
import { addAccount, listAccounts } from '../../src/api/people/account-store.ts'
import { createKey, revokeKey } from '../../src/api/people/key-store.ts'
import { hashPassword } from '../../src/api/people/password.ts'
import { covers, roles, scopes, type Role, type Scope } from '../../src/api/people/role.ts'
import { openSession } from '../../src/api/people/session-store.ts'
import type { Route } from '../../src/api/routing/route.ts'
import { systemClock } from '../../src/base/clock.ts'
import { keepPin, openCourtVisit } from '../../src/share/court-pin.ts'
import { createShareLink, openVisit } from '../../src/share/share-link.ts'

const users = ['user-viewer', 'user-operator'] as const
const devices = ['device-court', 'device-status', 'device-book'] as const satisfies readonly `device-${Scope}`[]
export const principalNames = ['stranger', 'link', 'phone', ...roles, ...users, ...devices] as const
export type PrincipalName = (typeof principalNames)[number]

export type Principal = {
  readonly name: PrincipalName
  readonly role: Role | undefined
  /** Of a key that is bound to one user. */
  readonly isOfUser?: true
  /** Of the key of a device. */
  readonly scope?: Scope
  /** Ways in which it shows who it is; a cookie of a session is one under plain HTTP alone. */
  readonly ways: readonly Readonly<Record<string, string>>[]
}

export type Shown = {
  readonly principals: readonly Principal[]
  /** Tokens of links that are open. */
  readonly tokens: readonly string[]
  /** Whatever must come back from nobody's answer but where it was sent. */
  readonly secrets: readonly string[]
}

/** Made up here, and entered where one is asked for. */
export const everybodysPassword = 'canary-password-of-everyone'
export const everybodysPin = '314159'

/** Makes all of them anew; what was theirs before may have been revoked by somebody. */
export async function showPrincipals(db: Database, shared: { readonly recordingId: string; readonly bookingId: string }): Promise<Shown> {
  const clock = systemClock
  const nowMs = Math.floor(clock.nowMs())
  const secrets: string[] = [everybodysPassword]
  const secret = (text: string): string => (secrets.push(text), text)
  const keyOf = (role: Role, limits = {}): { id: string; key: string } => {
    const made = createKey(db, clock, { name: `fuzz ${role}`, role, ...limits })
    secret(made.key.slice(-43))
    return made
  }
  const dead = keyOf('admin')
  revokeKey(db, clock, dead.id)
  const open = createShareLink(db, clock, { recordingId: shared.recordingId, days: 1 })
  const locked = createShareLink(db, clock, { recordingId: shared.recordingId, days: 1, passwordHash: await passwordHash() })
  const toCome = createShareLink(db, clock, { bookingId: shared.bookingId, days: 1, mostViews: 1_000 })
  const tokens = [open, locked, toCome].map(({ token }) => secret(token))
  const visit = secret(openVisit(db, locked.id, nowMs))
  keepPin(db, shared.bookingId, await pinHash(), nowMs)
  const phone = secret(openCourtVisit(db, shared.bookingId, nowMs, nowMs + 3_600_000))
  const people = await accounts(db)
  const ofRole = (role: Role): Principal => {
    const session = secret(openSession(db, people[role], nowMs))
    return { name: role, role, ways: [{ authorization: `Bearer ${keyOf(role).key}` }, { cookie: `ezrec=${session}` }] }
  }
  const byKey = (name: PrincipalName, role: Role, limits: { readonly userId?: string; readonly scopes?: readonly Scope[] }): Principal => ({
    ...{ name, role, ways: [{ authorization: `Bearer ${keyOf(role, limits).key}` }] },
    ...(limits.userId === undefined ? {} : { isOfUser: true }),
    ...(limits.scopes?.[0] === undefined ? {} : { scope: limits.scopes[0] }),
  })
  const wrong = keyOf('admin').key.replace(/.{4}$/, 'AAAA')
  return {
    principals: [
      {
        name: 'stranger',
        role: undefined,
        ways: [
          {},
          ...[dead.key, wrong, 'ezk_x', '', 'null', 'x'.repeat(3_000)].map((text) => ({ authorization: `Bearer ${text}` })),
          { cookie: `ezrec=${'A'.repeat(43)}` },
        ],
      },
      { name: 'link', role: undefined, ways: [{ cookie: `ezvisit=${visit}` }] },
      { name: 'phone', role: undefined, ways: [{ cookie: `ezcourt=${phone}` }] },
      ...roles.map(ofRole),
      byKey('user-viewer', 'viewer', { userId: 'local' }),
      byKey('user-operator', 'operator', { userId: 'somebody' }),
      ...scopes.map((scope) => byKey(`device-${scope}`, 'operator', { scopes: [scope] })),
    ],
    tokens,
    secrets,
  }
}

/** Whether a route is for this principal; what it then finds of others is another question. */
export function may(
  { role, isOfUser, scope }: Pick<Principal, 'role' | 'isOfUser' | 'scope'>,
  { needs, needsUnbound, ofUser, scopes: of }: Pick<Route, 'needs' | 'needsUnbound' | 'ofUser' | 'scopes'>,
): boolean {
  const least = isOfUser ? needs : (needsUnbound ?? needs)
  if (least === 'open') return true
  if (isOfUser && ofUser !== true) return false
  if (scope !== undefined && of?.includes(scope) !== true) return false
  return role !== undefined && covers(role, least)
}

let hash: Promise<string> | undefined
const passwordHash = (): Promise<string> => (hash ??= hashPassword(everybodysPassword))
let hashOfPin: Promise<string> | undefined
const pinHash = (): Promise<string> => (hashOfPin ??= hashPassword(everybodysPin, everybodysPin.length))

async function accounts(db: Database): Promise<Record<Role, string>> {
  const passwordOfAll = await passwordHash()
  const nowMs = Math.floor(systemClock.nowMs())
  const idOf = (role: Role): string =>
    (
      listAccounts(db).find(({ name }) => name === `fuzz-${role}`) ??
      addAccount(db, { name: `fuzz-${role}`, role, passwordHash: passwordOfAll }, nowMs)
    ).id
  return z.record(z.enum(roles), z.string()).parse(Object.fromEntries(roles.map((role) => [role, idOf(role)])))
}
