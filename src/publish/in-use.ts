// Who uses a recording's files now, as leases in rows: whoever watches its film, and whoever merges its footage again. Other processes sweep.
// Never keeps anything by itself: the sweep asks.

import type { Database } from '../adapters/sqlite.ts'

export type Use = 'watched' | 'merged again'

/** A player that is paused goes on at the same place. */
export const watchedMs = 3_600_000

/** A lease that ends later was written by a clock that was wrong. */
const longestMs = 24 * 3_600_000

/** Until then, or until the last lease's end, whichever is later. */
export function noteUse(db: Database, recordingId: string, who: Use, untilMs: number): void {
  db.run(
    `insert into in_use (recording_id, who, until_ms) values (?, ?, ?)
     on conflict (recording_id, who) do update set until_ms = max(until_ms, excluded.until_ms)`,
    ...[recordingId, who, Math.round(untilMs)],
  )
}

export const endUse = (db: Database, recordingId: string, who: Use): void =>
  void db.run('delete from in_use where recording_id = ? and who = ?', recordingId, who)

/** Before anybody asks who uses what. */
export const clearPastUse = (db: Database, nowMs: number): void =>
  void db.run('delete from in_use where until_ms <= ? or until_ms > ?', Math.round(nowMs), Math.round(nowMs) + longestMs)

/** As SQL, of the recording `r`: who uses it, in words; null when nobody does. */
export const usedBySql = `(select i.who from in_use i where i.recording_id = r.id order by i.who limit 1)`

/** Says now and then that somebody watches: a row a minute for each film at most. Trouble with the row does not hold up who watches. */
export function openWatching(db: Database, clock: { nowMs(): number }): (recordingId: string) => void {
  const noted = new Map<string, number>()
  return (recordingId) => {
    const nowMs = clock.nowMs()
    if (Math.abs(nowMs - (noted.get(recordingId) ?? -Infinity)) < 60_000) return
    if (noted.size > 1_000) noted.clear()
    try {
      noteUse(db, recordingId, 'watched', nowMs + watchedMs)
      noted.set(recordingId, nowMs)
    } catch {
      noted.delete(recordingId) // a locked database: the next request says it
    }
  }
}
