// The rows of alerts: what is wrong since when, and what was. Each change is an event and a fact for the cloud in the same transaction.
// Never decides: alert-policy.ts does.

import { z } from 'zod'
import { addEvent, addToOutbox } from '../../adapters/log-tables.ts'
import type { Database } from '../../adapters/sqlite.ts'
import type { AlertChanges, OpenAlert, Trouble } from './alert-policy.ts'

/** One stretch of trouble; `clearedAtMs` is null while it lasts. */
export type Alert = OpenAlert & { readonly sinceMs: number; readonly raisedAtMs: number; readonly clearedAtMs: number | null }

/** Those that last first, each newest first. */
export const listAlerts = (db: Database, { limit, onlyOpen = false }: { readonly limit: number; readonly onlyOpen?: boolean }): Alert[] =>
  db
    .all(
      `select * from alert where cleared_at_ms is null or not ? order by cleared_at_ms is not null, raised_at_ms desc, id desc limit ?`,
      Number(onlyOpen),
      limit,
    )
    .map((found) => row.parse(found))

/** Whose box it is, for the cloud. */
export type BoxOwner = { readonly userId: string; readonly rigId: string }

/** An alert that is over is kept for so long. */
const keptMs = 400 * 86_400_000
/** However often something breaks. */
const mostKept = 5_000

export function keepAlertChanges(db: Database, { raised, changed, cleared }: AlertChanges, owner: BoxOwner, nowMs: number): void {
  if (raised.length + changed.length + cleared.length === 0) return
  const atMs = Math.floor(nowMs)
  db.transaction(() => {
    for (const trouble of raised) tell(db, 'alert.raised', insert(db, trouble, atMs - Math.round(trouble.forMs), atMs), owner, atMs)
    for (const { id, status, message, mend, worse } of changed) {
      db.run('update alert set status = ?, message = ?, mend = ? where id = ?', status, message, mend ?? null, id)
      if (worse) tell(db, 'alert.worse', id, owner, atMs)
    }
    for (const { id } of cleared) {
      db.run('update alert set cleared_at_ms = ? where id = ?', atMs, id)
      tell(db, 'alert.cleared', id, owner, atMs)
    }
    db.run(
      'delete from alert where cleared_at_ms < ? or (cleared_at_ms is not null and id <= (select max(id) from alert) - ?)',
      atMs - keptMs,
      mostKept,
    )
  })
}

function insert(db: Database, { check, subject, status, message, mend }: Trouble, sinceMs: number, atMs: number): number {
  const found = db.get(
    `insert into alert (check_name, subject, status, message, mend, since_ms, raised_at_ms) values (?, ?, ?, ?, ?, ?, ?) returning id`,
    check,
    subject,
    status,
    message,
    mend ?? null,
    sinceMs,
    atMs,
  )
  return z.object({ id: z.int() }).parse(found).id
}

/** Its check is named in the event; the reasons are for those who may read /alerts. */
function tell(db: Database, kind: string, id: number, { userId, rigId }: BoxOwner, atMs: number): void {
  const alert = row.parse(db.get('select * from alert where id = ?', id))
  const { check, subject, status, message, mend, sinceMs, clearedAtMs } = alert
  addEvent(db, { atMs, kind, subjectId: String(id), facts: { check, about: subject, status } })
  addToOutbox(db, atMs, kind, {
    alert_id: id,
    user_id: userId,
    camera_id: rigId,
    check,
    about: subject,
    status,
    message,
    mend: mend ?? null,
    since: new Date(sinceMs).toISOString(),
    cleared_at: clearedAtMs === null ? null : new Date(clearedAtMs).toISOString(),
  })
}

const row = z
  .object({
    id: z.int(),
    check_name: z.string(),
    subject: z.string(),
    status: z.enum(['degraded', 'unhealthy']),
    message: z.string(),
    mend: z.string().nullable(),
    since_ms: z.int(),
    raised_at_ms: z.int(),
    cleared_at_ms: z.int().nullable(),
  })
  .transform((r): Alert => ({
    id: r.id,
    check: r.check_name,
    subject: r.subject,
    status: r.status,
    message: r.message,
    mend: r.mend ?? undefined,
    sinceMs: r.since_ms,
    raisedAtMs: r.raised_at_ms,
    clearedAtMs: r.cleared_at_ms,
  }))
