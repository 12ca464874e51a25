// Claim, sign in, sign out, who am I; and the keys of programs.
// Never says which of name and password was wrong; shows a key once.

import { z } from 'zod'
import { EzrecError } from '../../base/errors.ts'
import type { Answer } from '../answer/envelope.ts'
import { isOwnAddress } from '../guard/client-address.ts'
import { addAudit, addSessionOpened } from '../guard/audit.ts'
import { accountName, accountOf, hasAccount, type Account } from '../people/account-store.ts'
import { claimBox } from '../people/claim-code.ts'
import { createKey, keyName, listKeys, revokeKey, userName, type ApiKey } from '../people/key-store.ts'
import { roleSchema, scopes, scopesSchema } from '../people/role.ts'
import { closeSession, openSession } from '../people/session-store.ts'
import type { Door } from '../routing/door.ts'
import { sessionCookie, sessionToken } from '../routing/principal.ts'
import { route, type Caller, type Route } from '../routing/route.ts'
import { beginSignIn, noteRefused } from './sign-in.ts'

const password = z.string().min(1).max(256)
const who = z.object({
  name: z.string(),
  role: roleSchema,
  kind: z.enum(['person', 'program']),
  userId: z.string().nullable().optional().describe('of a key that is bound to a user: whose bookings and films it sees'),
})
const limits =
  '5 failures a minute by address, then a wait that doubles; 20 a minute by name, then a minute, but from where that name signed in before'
const when = z.iso.datetime().nullable()
const keySchema = z.object({
  id: z.string(),
  name: z.string(),
  role: roleSchema,
  userId: z.string().nullable().describe('whose bookings and films it sees; null: all'),
  scopes: z.array(z.enum(scopes)).nullable().describe('of a device: what it may, alone; null: what its role may'),
  createdAt: z.iso.datetime(),
  usedAt: when,
  revokedAt: when,
})

export const peopleRoutes: readonly Route[] = [
  route(
    {
      method: 'post',
      path: '/claim',
      needs: 'open',
      beforeClaim: true,
      tag: 'people',
      summary: 'Make the first account of a new box, by its claim code; works once',
      body: z.object({ code: z.string().min(1).max(64), name: accountName, password }),
      success: { data: who, statuses: [201] },
      problems: ['unauthorized', 'conflict'],
      audits: { within: 'account.made' },
      limits,
    },
    async ({ body, caller }, door) => {
      door.signIns.begin(caller.address)
      const account = await claimBox(door.db, door.settings.paths.home, body, door.clock).catch((error: unknown) => {
        if (error instanceof EzrecError && error.code === 'unauthorized') noteRefused(door, caller, null)
        throw error
      })
      addAudit(door.db, {
        atMs: door.clock.nowMs(),
        who: account.id,
        what: 'account.made',
        subjectId: account.id,
        facts: { role: account.role },
      })
      door.signIns.forgive(caller.address)
      door.logger.info({ account: account.id, address: caller.address }, 'the box was claimed')
      return { ...welcome(door, account, caller, 'this box is yours'), status: 201 }
    },
  ),
  route(
    {
      method: 'post',
      path: '/login',
      needs: 'open',
      tag: 'people',
      summary: 'Sign in: the answer sets the cookie of a session',
      body: z.object({ name: z.string().max(100), password }),
      success: { data: who },
      problems: ['unauthorized'],
      audits: { within: 'session.opened' },
      limits,
    },
    async ({ body, caller }, door) => {
      const attempt = beginSignIn(door, caller, body.name)
      const account = await accountOf(door.db, body.name, body.password)
      if (!account) {
        door.logger.warn({ address: caller.address }, 'a sign-in failed')
        noteRefused(door, caller, body.name)
        throw new EzrecError('unauthorized', 'name or password is wrong', { hint: 'an admin can make a new account' })
      }
      attempt.forgive()
      return welcome(door, account, caller, 'signed in')
    },
  ),
  route(
    {
      method: 'post',
      path: '/logout',
      needs: 'viewer',
      ofUser: true,
      tag: 'people',
      summary: 'Sign out',
      success: { data: z.object({}) },
      problems: [],
      audits: { not: 'who leaves takes nothing' },
    },
    ({ caller }, { db }) => {
      const token = sessionToken(caller.headers, caller.secure)
      if (token !== undefined) closeSession(db, token)
      return { data: {}, message: 'signed out', headers: { 'set-cookie': sessionCookie(undefined, caller.secure) } }
    },
  ),
  route(
    {
      method: 'get',
      path: '/me',
      needs: 'viewer',
      ofUser: true,
      scopes: ['court', 'status', 'book'],
      tag: 'people',
      summary: 'Who is asking, and in which time zone the venue is',
      success: { data: who.extend({ timeZone: z.string().describe('of the venue: times without an offset are in it') }) },
      problems: [],
    },
    ({ caller: { principal } }, { settings }) => ({
      data: {
        name: principal?.name,
        role: principal?.role,
        kind: principal?.kind,
        userId: principal?.userId ?? null,
        timeZone: settings.booking.timeZone,
      },
      message: 'this is you',
    }),
  ),
  route(
    {
      method: 'get',
      path: '/claim',
      needs: 'open',
      beforeClaim: true,
      tag: 'people',
      summary: 'Whether this box still waits for its first account',
      success: {
        data: z.object({
          claimable: z.boolean(),
          plain: z.boolean().describe('this connection is not encrypted and comes from another machine: the front page warns of it'),
        }),
      },
      problems: [],
    },
    ({ caller }, { db }) => ({
      data: { claimable: !hasAccount(db), plain: !caller.secure && !isOwnAddress(caller.address) },
      message: hasAccount(db) ? 'this box has been claimed' : 'this box waits for its first account',
    }),
  ),
  route(
    {
      method: 'post',
      path: '/keys',
      needs: 'admin',
      tag: 'people',
      summary: 'Make a key for a program; it is shown this once',
      body: z.object({
        name: keyName,
        role: roleSchema.default('viewer'),
        userId: userName.nullish().describe('binds it to a user: it sees that one’s bookings and films alone'),
        scopes: scopesSchema.nullish().describe('makes it a device’s: it may do these alone, whatever its role'),
      }),
      success: { data: keySchema.extend({ key: z.string() }), statuses: [201] },
      problems: [],
      audits: { within: 'key.made' },
      makes: 'secret',
    },
    ({ body, caller }, { db, clock }) => {
      const made = db.transaction(() => {
        const key = createKey(db, clock, body)
        const facts = { role: key.role, bound: key.userId !== null, scopes: key.scopes?.join(' ') ?? null }
        addAudit(db, { atMs: clock.nowMs(), who: caller.principal?.id ?? '', what: 'key.made', subjectId: key.id, facts })
        return key
      })
      return { status: 201, data: { ...tellKey(made), key: made.key }, message: 'key created: keep it, it is not shown again' }
    },
  ),
  route(
    {
      method: 'get',
      path: '/keys',
      needs: 'admin',
      tag: 'people',
      summary: 'List the keys of programs',
      success: { data: z.array(keySchema) },
      problems: [],
    },
    (_request, { db }) => ({ data: listKeys(db).map(tellKey), message: 'keys' }),
  ),
  route(
    {
      method: 'delete',
      path: '/keys/{id}',
      needs: 'admin',
      tag: 'people',
      summary: 'Revoke a key: it opens nothing from now on',
      params: z.object({ id: z.string().max(64) }),
      success: { data: keySchema },
      problems: ['not_found'],
      audits: { within: 'key.revoked' },
    },
    ({ params, caller }, { db, clock }) => {
      const revoked = db.transaction(() => {
        const key = revokeKey(db, clock, params.id)
        addAudit(db, { atMs: clock.nowMs(), who: caller.principal?.id ?? '', what: 'key.revoked', subjectId: key.id, facts: {} })
        return key
      })
      return { data: tellKey(revoked), message: 'key revoked' }
    },
  ),
]

/** A new session each time: an old reference is never carried over a sign-in. */
function welcome({ db, clock }: Door, account: Account, { headers, secure, address }: Caller, message: string): Answer {
  const old = sessionToken(headers, secure)
  if (old !== undefined) closeSession(db, old)
  const token = db.transaction(() => {
    addSessionOpened(db, { atMs: clock.nowMs(), who: account.id, address })
    return openSession(db, account.id, clock.nowMs())
  })
  return {
    data: { name: account.name, role: account.role, kind: 'person' },
    message,
    headers: { 'set-cookie': sessionCookie(token, secure) },
  }
}

const tellKey = ({ id, name, role, userId, scopes: its, createdAtMs, usedAtMs, revokedAtMs }: ApiKey): z.infer<typeof keySchema> => ({
  id,
  name,
  role,
  userId,
  scopes: its === null ? null : [...its],
  createdAt: new Date(createdAtMs).toISOString(),
  usedAt: usedAtMs === null ? null : new Date(usedAtMs).toISOString(),
  revokedAt: revokedAtMs === null ? null : new Date(revokedAtMs).toISOString(),
})
