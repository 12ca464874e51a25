// Who asks: a person by the cookie of a session, or a program by its key. Nobody else.
// Never looks at an address: being near gives no right.

import type { Database } from '../../adapters/sqlite.ts'
import type { Role, Scope } from '../people/role.ts'
import { keyOf } from '../people/key-store.ts'
import { sessionAccount } from '../people/session-store.ts'

export type Principal = {
  readonly kind: 'person' | 'program'
  readonly id: string
  readonly name: string
  readonly role: Role
  /** A key of one user sees that one's bookings and films alone; null: all. */
  readonly userId: string | null
  /** The key of a device may do these alone; null: what its role may. */
  readonly scopes: readonly Scope[] | null
}

/** A key that is given but wrong is nobody, even beside a good cookie. `isUse`: whether this counts as a use of it. */
export function principalOf(
  db: Database,
  headers: Headers,
  secure: boolean,
  nowMs: number,
  use: { readonly isUse: boolean } = { isUse: true },
): Principal | undefined {
  const authorization = headers.get('authorization')
  if (authorization !== null) {
    const key = keyOf(db, authorization.replace(/^Bearer +/i, ''), nowMs, use)
    return key && { kind: 'program', id: key.id, name: key.name, role: key.role, userId: key.userId, scopes: key.scopes }
  }
  const token = sessionToken(headers, secure)
  const account = token === undefined ? undefined : sessionAccount(db, token, nowMs, use)
  return account && { kind: 'person', id: account.id, name: account.name, role: account.role, userId: null, scopes: null }
}

/** Under TLS the cookie carries a prefix by which the browser refuses to let any other host set it. */
export const cookieName = (secure: boolean): string => (secure ? '__Host-ezrec' : 'ezrec')

export function sessionToken(headers: Headers, secure: boolean): string | undefined {
  const wanted = `${cookieName(secure)}=`
  return headers
    .get('cookie')
    ?.split(/; */)
    .find((pair) => pair.startsWith(wanted))
    ?.slice(wanted.length)
}

/** A Set-Cookie value; without a token it takes the cookie away. It ends with the browser, and at the server before that. */
export const sessionCookie = (token: string | undefined, secure: boolean): string =>
  `${cookieName(secure)}=${token ?? ''}; Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}${token === undefined ? '; Max-Age=0' : ''}`
