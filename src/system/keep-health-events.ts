// Tells a change of the box's health as an event, so that who listens need not ask, and keeps the alerts: what is wrong since when.
// Never judges: health-policy.ts and alert-policy.ts do; and never rejects.

import { addEvent } from '../adapters/log-tables.ts'
import type { Database } from '../adapters/sqlite.ts'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import { readHealthFacts, type HealthPlace } from './health-facts.ts'
import { alertChanges, troublesOf, type Watched } from './alerts/alert-policy.ts'
import { keepAlertChanges, listAlerts, type BoxOwner } from './alerts/alert-store.ts'
import type { Check } from './check.ts'
import { unseenChecks, verdictOf } from './health-policy.ts'

export type KeepHealthEventsOptions = Omit<HealthPlace, 'clock'> & {
  readonly clock: Clock & HealthPlace['clock']
  readonly logger: Logger
  readonly owner: BoxOwner
  readonly lookMs?: number
}

/** One for each check and subject: there are not so many. */
const mostOpen = 1_000

/** Resolves when the signal has aborted. */
export async function keepHealthEvents(options: KeepHealthEventsOptions, signal: AbortSignal): Promise<void> {
  const { db, clock, logger, owner, lookMs = 10_000 } = options
  let last: string | undefined
  let watched: Watched = new Map()
  for (; !signal.aborted; await clock.sleep(lookMs, signal)) {
    try {
      last ??= lastTold(db)
      const facts = await readHealthFacts(options)
      const { status, checks } = verdictOf(facts)
      const trouble = troubleOf(checks)
      if (signal.aborted) return
      const open = listAlerts(db, { limit: mostOpen, onlyOpen: true })
      const changes = alertChanges(open, troublesOf(checks), watched, clock.monotonicUs() / 1_000, unseenChecks(facts))
      keepAlertChanges(db, changes, owner, clock.nowMs())
      watched = changes.watched
      if (`${status} ${trouble}` === last) continue
      addEvent(db, { atMs: Math.floor(clock.nowMs()), kind: 'health.changed', subjectId: 'box', facts: { status, trouble } })
      last = `${status} ${trouble}`
    } catch (err) {
      logger.warn({ err }, 'the health of the box could not be told')
    }
  }
}

/** Names only: the reasons are for those who may read /health. */
const troubleOf = (checks: readonly Check[]): string =>
  checks
    .filter(({ status }) => status !== 'healthy')
    .map(({ name }) => name)
    .join(', ')

function lastTold(db: Database): string | undefined {
  const found = db.get(
    `select facts ->> 'status' as status, facts ->> 'trouble' as trouble from event where kind = 'health.changed' order by id desc limit 1`,
  )
  return found && `${String(found['status'])} ${String(found['trouble'])}`
}
