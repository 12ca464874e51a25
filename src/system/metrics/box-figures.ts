// The figures of a box that stand in its rows: films, what they lack, what waits, what is under way.
// Reads only; each figure is one query that a second's answer may be kept of.

import { z } from 'zod'
import type { Database } from '../../adapters/sqlite.ts'

/** One value of a metric, with its labels. */
export type Figure = { readonly labels: Readonly<Record<string, string>>; readonly value: number }

const figures = (db: Database, sql: string, ...values: readonly (string | number)[]): Figure[] =>
  db.all(sql, ...values).map((found) => {
    const { value, ...labels } = z.object({ value: z.number().nullable() }).catchall(z.string()).parse(found)
    return { labels, value: value ?? 0 }
  })

export const filmsPublished = (db: Database): Figure[] =>
  figures(db, `select status, count(*) as value from video where published_at_ms is not null group by status`)

export const secondsPublished = (db: Database): Figure[] =>
  figures(db, `select sum(frames * 1.0 / fps) as value from video where published_at_ms is not null`)

/** Of films that were merged, by camera and cause. */
export const secondsMissing = (db: Database): Figure[] =>
  figures(
    db,
    `select g.camera, g.cause, sum(g.frames * 1.0 / r.fps) as value from gap g join recording r on r.id = g.recording_id group by g.camera, g.cause`,
  )

/** Of the film that was published last. */
export const newestCoverage = (db: Database): Figure[] =>
  figures(
    db,
    `with newest as (select r.id, (r.ends_at_ms - r.starts_at_ms) / 1000.0 * r.fps as frames from video v join recording r on r.id = v.recording_id
       where v.published_at_ms is not null order by v.published_at_ms desc limit 1)
     select camera, max(0, 1 - sum(missing) / frames) as value from (
       select 'left' as camera, 0 as missing, frames from newest union all select 'right', 0, frames from newest
       union all select g.camera, g.frames, n.frames from gap g join newest n on n.id = g.recording_id where g.camera <> 'sound')
     group by camera, frames`,
  )

export const bookingsAhead = (db: Database, nowMs: number): Figure[] =>
  figures(db, `select count(*) as value from booking where cancelled_at_ms is null and ends_at_ms > ?`, nowMs)

export const bookingsCancelled = (db: Database): Figure[] =>
  figures(db, `select count(*) as value from booking where cancelled_at_ms is not null`)

/** Steps that are not done. */
export const stepsOpen = (db: Database): Figure[] =>
  figures(db, `select name as step, state, count(*) as value from step where state <> 'done' group by name, state`)

const waiting = `from recording r join step s on s.recording_id = r.id and s.name = 'publish' where s.state not in ('done', 'failed') and r.ends_at_ms < ?`

/** Films whose match is over and that are not published. */
export const filmsWaiting = (db: Database, nowMs: number): Figure[] => figures(db, `select count(*) as value ${waiting}`, nowMs)

export const oldestWaiting = (db: Database, nowMs: number): Figure[] =>
  figures(db, `select coalesce((? - min(r.ends_at_ms)) / 1000.0, 0) as value ${waiting}`, nowMs, nowMs)

/** How far the merge is behind what has been played, of the recordings whose merge is not over. */
export const mergeLag = (db: Database, nowMs: number): Figure[] =>
  figures(
    db,
    `select coalesce(max((min(r.ends_at_ms, ?) - r.starts_at_ms) / 1000.0
         - coalesce((select sum(c.frames) from chunk c where c.recording_id = r.id), 0) * 1.0 / r.fps), 0) as value
     from recording r join step s on s.recording_id = r.id and s.name = 'merge' where s.state in ('pending', 'working') and r.starts_at_ms < ?`,
    nowMs,
    nowMs,
  )

export const uploadsAlive = (db: Database): Figure[] => figures(db, `select state, count(*) as value from upload group by state`)

/** Of uploads that are under way: of them first (`cross`), for there are more parts than anybody would read through. */
export const uploadedBytes = (db: Database): Figure[] =>
  figures(
    db,
    `select sum(p.bytes) as value from upload u cross join upload_part p on p.upload = u.id where u.state in ('open', 'completing')`,
  )

export const uploadsStuck = (db: Database): Figure[] =>
  figures(db, `select fault_kind as fault, count(*) as value from upload where fault_kind is not null group by fault_kind`)

export const outboxWaiting = (db: Database): Figure[] => figures(db, `select count(*) as value from outbox where delivered_at_ms is null`)

export const heartbeatAges = (db: Database, nowMs: number): Figure[] =>
  figures(db, `select service, max(0, ? - at_ms) / 1000.0 as value from heartbeat`, nowMs)
