// "Service X was alive at T, doing Y": one row a service, written at most once a second.
// Never judges: how old is too old is a health check's question.

import type { Database } from './sqlite.ts'

export type Heartbeat = { readonly service: string; readonly pid: number; readonly atMs: number; readonly doing: string }

/** What a recorder does while pictures are being kept. */
export const doingRecording = 'recording'

const last = new Map<string, number>()

export function beat(db: Database, { service, pid, atMs, doing }: Heartbeat): void {
  if (atMs - (last.get(service) ?? 0) < 1_000 && atMs >= (last.get(service) ?? 0)) return
  last.set(service, atMs)
  db.run(
    'insert into heartbeat (service, pid, at_ms, doing) values (?, ?, ?, ?) on conflict (service) do update set pid = excluded.pid, at_ms = excluded.at_ms, doing = excluded.doing',
    service,
    pid,
    atMs,
    doing,
  )
}

/** What the service last said, if it ever did. */
export function lastBeat(db: Database, service: string): Pick<Heartbeat, 'atMs' | 'doing'> | undefined {
  const found = db.get('select at_ms, doing from heartbeat where service = ?', service)
  return found && { atMs: Number(found['at_ms']), doing: String(found['doing']) }
}
