// The data of one user: exported, or removed everywhere with a proof that stays; and the audit of who did so.
// Never says in a proof whose data it was.

import { z } from 'zod'
import { EzrecError } from '../../base/errors.ts'
import { plural } from '../../base/words.ts'
import { instant } from '../../booking/booking.ts'
import { beginErasure } from '../../sweep/erasure/erase-rows.ts'
import { erasureKinds, findErasure, listErased, listErasures, type Erasure, type ErasureItem } from '../../sweep/erasure/erasure-store.ts'
import { addAudit, audited, listAudit } from '../guard/audit.ts'
import { assertMayDispose } from '../routing/own.ts'
import { exportUser, userExportSchema } from '../people/user-export.ts'
import type { Door } from '../routing/door.ts'
import { route, type Caller, type Route } from '../routing/route.ts'

const user = z.object({ user: z.string().min(1).max(100) })
const time = z.iso.datetime()
export const erasureSchema = z.object({
  id: z.string(),
  askedBy: z.string(),
  askedAt: time,
  doneAt: time.nullable().describe('when nothing of it was left; null while something is still to go'),
  waitsFor: z.string().nullable(),
  removed: z.record(z.string(), z.int()).describe('how much of each kind'),
  leftInBucket: z.int().describe('objects that stay there because the key of the bucket may not remove them; the log names them'),
})
const item = z.object({ kind: z.enum(erasureKinds), id: z.string(), at: time, pieces: z.int() })

export const userRoutes: readonly Route[] = [
  route(
    {
      method: 'get',
      path: '/users/{user}/data',
      needs: 'viewer',
      ofUser: true,
      needsUnbound: 'admin',
      tag: 'people',
      summary: 'Export all that this box holds of a user; for an admin, or a key of that user',
      params: user,
      success: { data: userExportSchema },
      problems: ['not_found', 'conflict'],
      audits: { within: 'user.exported' },
    },
    ({ params, caller }, door) => {
      assertMayDispose(caller, params.user)
      const data = exportUser(door, params.user)
      const facts = { bookings: data.bookings.length }
      addAudit(door.db, { atMs: door.clock.nowMs(), who: caller.principal?.id ?? '', what: 'user.exported', subjectId: null, facts })
      return { data, message: `${plural(data.bookings.length, 'booking')} of this user` }
    },
  ),
  route(
    {
      method: 'delete',
      path: '/users/{user}/data',
      needs: 'operator',
      ofUser: true,
      needsUnbound: 'admin',
      tag: 'people',
      summary: 'Remove all that this box holds of a user, films and footage too; the proof stays. For an admin, or a key of that user',
      params: user,
      query: z.object({
        force: z.enum(['0', '1']).default('0').describe('also films that are held, and all of the house’s own user; for an admin'),
      }),
      success: { data: erasureSchema },
      problems: ['not_found', 'conflict'],
      audits: { within: 'user.erased' },
    },
    async ({ params, query, caller }, door) => ({
      data: await eraseUser(door, caller, params.user, query.force === '1'),
      message: 'gone for everybody; files follow: GET /erasures/{id} tells when all of it is gone',
    }),
  ),
  route(
    {
      method: 'get',
      path: '/erasures',
      needs: 'admin',
      tag: 'people',
      summary: 'The newest 500 removals of a user’s data',
      success: { data: z.array(erasureSchema) },
      problems: [],
    },
    (_, { db }) => ({ data: listErasures(db).map((each) => tellErasure(each, listErased(db, each.id))), message: 'erasures' }),
  ),
  route(
    {
      method: 'get',
      path: '/erasures/{id}',
      needs: 'admin',
      tag: 'people',
      summary: 'The proof of a removal: what was removed, when, by ids of this box alone',
      params: z.object({ id: z.string().max(64) }),
      success: { data: erasureSchema.extend({ items: z.array(item) }) },
      problems: ['not_found'],
    },
    ({ params }, { db }) => {
      const found = findErasure(db, params.id)
      if (!found) throw new EzrecError('not_found', 'there is no such erasure', { hint: 'GET /erasures lists them' })
      const items = listErased(db, found.id)
      const told = items.map(({ kind, subjectId, atMs, pieces }) => ({ kind, id: subjectId, at: instant(atMs), pieces }))
      return { data: { ...tellErasure(found, items), items: told }, message: found.doneAtMs === null ? 'under way' : 'done' }
    },
  ),
  route(
    {
      method: 'get',
      path: '/audit',
      needs: 'admin',
      tag: 'people',
      summary:
        'Who removed or exported somebody’s data, removed or held a film, made or ended a link, looked through a camera, made a key, signed in or was refused; newest first',
      query: z.object({
        before: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).default(Number.MAX_SAFE_INTEGER),
        limit: z.coerce.number().int().min(1).max(500).default(100),
      }),
      success: {
        data: z.array(
          z.object({
            id: z.int(),
            at: time,
            who: z.string().describe('id of the account or key; shell: who has the machine; nobody: who was not let in'),
            what: z.enum(audited),
            subject: z.string().nullable(),
            facts: z.record(z.string(), z.unknown()),
          }),
        ),
      },
      problems: [],
    },
    ({ query: { before, limit } }, { db }) => ({
      data: listAudit(db, { beforeId: before, limit }).map(({ id, atMs, who, what, subjectId, facts }) => ({
        ...{ id, at: instant(atMs), who, what, subject: subjectId, facts },
      })),
      message: 'audit',
    }),
  ),
]

/** Also the original's way in. Errors: forbidden, not_found, conflict. */
export async function eraseUser(
  { db, clock, logger, settings, bookings }: Door,
  caller: Caller,
  userId: string,
  force: boolean,
): Promise<z.infer<typeof erasureSchema>> {
  assertMayDispose(caller, userId)
  const who = caller.principal?.id ?? ''
  if (force && caller.principal?.role !== 'admin')
    throw new EzrecError('forbidden', 'only an admin may remove films that are held', { hint: 'ask an admin' })
  if (userId === settings.booking.userId && !force)
    throw new EzrecError('conflict', 'this is the house’s own user: every booking that names no other is of it', {
      hint: 'an admin may remove all of them with force=1',
    })
  const erasure = db.transaction(() => {
    const begun = beginErasure(db, { userId, by: who, nowMs: clock.nowMs(), force })
    addAudit(db, { atMs: clock.nowMs(), who, what: 'user.erased', subjectId: begun.id, facts: { force } })
    return begun
  })
  logger.warn({ erasure: erasure.id, who }, 'the data of a user is removed')
  // The recorder stops by it. What the disk refuses now the worker does soon.
  await bookings.syncPlan().catch((err: unknown) => logger.error({ err, erasure: erasure.id }, 'the capture plan could not be written'))
  return tellErasure(erasure, listErased(db, erasure.id))
}

function tellErasure(
  { id, askedBy, askedAtMs, waitsFor, doneAtMs }: Erasure,
  items: readonly ErasureItem[],
): z.infer<typeof erasureSchema> {
  const removed: Record<string, number> = {}
  for (const { kind, pieces } of items) removed[kind] = (removed[kind] ?? 0) + pieces
  const { left: leftInBucket = 0, ...gone } = removed
  return {
    ...{ id, askedBy, askedAt: instant(askedAtMs), doneAt: doneAtMs === null ? null : instant(doneAtMs), waitsFor },
    ...{ removed: gone, leftInBucket },
  }
}
