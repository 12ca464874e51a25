// /system/cleanup and /system/restart: what an admin does to the box itself.
// Never clears away what was not shown before, and never ends a service while it records, unless told to.

import { z } from 'zod'
import { loadedUnits, restartUnits, units } from '../../adapters/systemctl.ts'
import { EzrecError } from '../../base/errors.ts'
import { isFilmed } from '../../booking/booking.ts'
import { listBookings } from '../../booking/booking-store.ts'
import { cleanupItem, cleanupStays, cleanupSums, doCleanup, nameOfItem, planCleanup, type Cleanup } from '../../sweep/cleanup.ts'
import { sweeperOf } from '../../sweep/sweeper.ts'
import { addAudit } from '../guard/audit.ts'
import type { Door } from '../routing/door.ts'
import { route, type Caller, type Route } from '../routing/route.ts'

/** Films are read once more before their footage goes: some of several GB from a card take longer than a caller waits. */
const cleanupMs = 3_600_000

const cleanupData = z.object({
  done: z.boolean().describe('false with 202: it goes on, and the log tells its end'),
  items: z.array(cleanupItem).describe('what would go, in this order; empty once it is done'),
  bytes: z.int().describe('that would become free, or did'),
  stays: cleanupStays.describe('what stays, by class and reason'),
  freed: cleanupSums.nullable(),
  token: z.string().nullable().describe('good for ten minutes and for what is shown here'),
})

export const upkeepRoutes: readonly Route[] = [
  route(
    {
      method: 'get',
      path: '/system/cleanup',
      needs: 'admin',
      tag: 'system',
      summary: 'What would be cleared away, with class, size, age and reason; and why the rest stays',
      success: { data: cleanupData },
      problems: [],
      limits: 'at most 1000 things',
    },
    async (_asked, door) => {
      const planned = await planCleanup(sweeperOf(door), door.clock.nowMs())
      return { data: { done: false, ...told(planned), freed: null, token: null }, message: `${planned.items.length} things would go` }
    },
  ),
  route(
    {
      method: 'post',
      path: '/system/cleanup',
      needs: 'admin',
      tag: 'system',
      summary: 'Without a token: what would be cleared away, why, and a token. With that token: do it',
      body: z.object({ token: z.string().max(100).optional() }).optional(),
      success: { data: cleanupData, statuses: [200, 202] },
      problems: ['conflict'],
      audits: { within: 'box.cleaned' },
      limits: 'at most 1000 things, an hour of work, one clean-up at a time; what is not done within 45 s is answered 202 and goes on',
    },
    async ({ body, caller }, door) => {
      const sweeper = sweeperOf(door)
      if (body?.token === undefined) {
        const planned = await planCleanup(sweeper, door.clock.nowMs())
        const token = planned.items.length === 0 ? null : door.cleanups.give(planned.items.map(nameOfItem))
        return {
          data: { done: false, ...told(planned), freed: null, token },
          message: `${planned.items.length} things would go: send the token to do it`,
        }
      }
      const { token } = body
      const { cleaning, cleanups, db, logger } = door
      const clean = async (): Promise<CleanupFreed> => {
        const shown = cleanups.redeem(token)
        addAudit(db, { ...at(door, caller), what: 'box.cleaned', subjectId: null, facts: { things: shown.size } }) // before: one that is cut short has taken something
        const freed = await doCleanup(sweeper, shown, AbortSignal.any([door.ending, AbortSignal.timeout(cleanupMs)]))
        logger.warn({ bytes: bytesOf(freed), who: caller.principal?.id ?? null }, 'the box was cleaned up')
        return freed
      }
      const outcome = await cleaning.begin(clean, (err) =>
        logger.error({ err }, 'a clean-up ended before its end: the rest is still there'),
      )
      if (outcome === 'under way')
        return {
          status: 202,
          data: { done: false, items: [], bytes: 0, stays: [], freed: null, token: null },
          message: 'the clean-up is under way: films are read once more before their footage goes',
        }
      const freed = outcome.done
      const bytes = bytesOf(freed)
      return { data: { done: true, items: [], bytes, stays: [], freed, token: null }, message: `${bytes} bytes became free` }
    },
  ),
  route(
    {
      method: 'post',
      path: '/system/restart',
      needs: 'admin',
      tag: 'system',
      summary: 'Start the services anew, or one of them; where they are no units of systemd it says so',
      body: z
        .object({ unit: z.enum(units).optional(), force: z.boolean().default(false).describe('also while a booking runs') })
        .optional(),
      success: { data: z.object({ units: z.array(z.enum(units)) }) },
      problems: ['conflict'],
      audits: { within: 'services.restarted' },
    },
    async ({ body, caller }, door) => {
      const wanted = body?.unit === undefined ? units : [body.unit]
      const loaded = await loadedUnits(wanted)
      const missing = wanted.filter((unit) => !loaded.includes(unit))
      if (missing.length > 0)
        throw new EzrecError('conflict', `systemd does not know ${missing.join(', ')}`, {
          hint: 'install the units, or start the services anew where they were started (./ezrec up)',
          facts: { missing: missing.join(', ') },
        })
      if (wanted.includes('dual_recorder.service') && body?.force !== true) assertNothingRuns(door)
      door.logger.warn({ units: wanted.join(' '), who: caller.principal?.id ?? null }, 'services are started anew')
      const facts = { units: wanted.join(' '), force: body?.force === true }
      addAudit(door.db, { ...at(door, caller), what: 'services.restarted', subjectId: null, facts }) // before: this service is one of them
      await restartUnits(wanted)
      return { data: { units: [...wanted] }, message: 'the services are started anew: this one in a moment' }
    },
  ),
]

const at = ({ clock }: Door, { principal }: Caller): { atMs: number; who: string } => ({ atMs: clock.nowMs(), who: principal?.id ?? '' })

type CleanupFreed = Awaited<ReturnType<typeof doCleanup>>

const bytesOf = (freed: CleanupFreed): number => freed.reduce((sum, each) => sum + each.bytes, 0)

const told = ({ items, bytes, stays }: Cleanup) => ({ items: [...items], bytes, stays })

function assertNothingRuns({ db, clock }: Door): void {
  const nowMs = clock.nowMs()
  const running = listBookings(db, { fromMs: Math.floor(nowMs), toMs: Math.ceil(nowMs) + 1 }).find(isFilmed)
  if (running)
    throw new EzrecError('conflict', `booking ${running.id} is being recorded`, {
      hint: 'wait for its end, or give force: what the cameras gave so far is kept, a moment may be lost',
      facts: { booking: running.id },
    })
}
