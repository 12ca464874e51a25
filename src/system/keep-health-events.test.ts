import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { addBooking } from '../../tests/a-booking.ts'
import { fakeClock } from '../../tests/fake-clock.ts'
import { beat } from '../adapters/heartbeat.ts'
import { openDatabase, type Database } from '../adapters/sqlite.ts'
import { silentLogger } from '../base/logger.ts'
import { listAlerts } from './alerts/alert-store.ts'
import { keepHealthEvents } from './keep-health-events.ts'

const noon = Date.UTC(2026, 4, 2, 12)
const owner = { userId: 'club', rigId: 'rig' }
const board = { flags: undefined, lowVoltage: undefined, celsius: undefined }
const lookAtMachine = async (): Promise<{ places: []; board: typeof board }> => ({ places: [], board })
const room = { shortages: async () => [] }

/** Looks each ten seconds until so many have passed; `before` sees each look. */
async function look(db: Database, clock: ReturnType<typeof fakeClock>, seconds: number, before: () => void): Promise<void> {
  const end = new AbortController()
  const untilMs = clock.nowMs() + seconds * 1_000
  const sleep = async (ms: number): Promise<void> => {
    clock.advance(ms)
    if (clock.nowMs() >= untilMs) end.abort()
    for (const service of ['dual_recorder', 'video_worker']) beat(db, { service, pid: 1, atMs: clock.nowMs(), doing: 'idle' })
    before()
  }
  for (const service of ['dual_recorder', 'video_worker']) beat(db, { service, pid: 1, atMs: clock.nowMs(), doing: 'idle' })
  await keepHealthEvents({ db, clock: { ...clock, sleep }, lookAtMachine, room, logger: silentLogger(), owner }, end.signal)
}

const take = (db: Database, id: string, camera: string, atMs: number): number =>
  db.run(`insert into take (id, rig_id, camera, folder, boot_id, begun_at_ms) values (?, 'rig', ?, ?, 'b', ?)`, id, camera, id, atMs)

const told = (db: Database, table: 'event' | 'outbox'): string[] =>
  db.all(`select kind from ${table} where kind like 'alert.%' order by id`).map((row) => z.object({ kind: z.string() }).parse(row).kind)

test('a camera that is lost in a match is an alert within a minute, with its mend; it is over when the camera has been back for two', async () => {
  using db = openDatabase(':memory:')
  const clock = fakeClock(noon)
  addBooking(db, { startsAtMs: noon - 60_000, endsAtMs: noon + 3_600_000 })
  take(db, '1', 'left', noon - 60_000)
  take(db, '2', 'right', noon - 60_000)
  await look(db, clock, 30, () => undefined)
  assert.deepEqual(listAlerts(db, { limit: 9 }), [])
  const lostMs = clock.nowMs()
  db.run(`update take set ended_at_ms = ?, end_cause = 'device-gone' where id = '2'`, lostMs)
  let healthSaysMs: number | undefined
  await look(db, clock, 60, () => {
    if (db.get(`select 1 as one from event where kind = 'health.changed' and facts ->> 'status' = 'degraded'`))
      healthSaysMs ??= clock.nowMs()
  })
  assert.ok(healthSaysMs !== undefined && healthSaysMs - lostMs < 60_000)
  const [alert, ...others] = listAlerts(db, { limit: 9, onlyOpen: true })
  assert.deepEqual(others, [])
  assert.deepEqual([alert?.check, alert?.subject, alert?.status], ['cameras', 'right', 'degraded'])
  assert.match(`${alert?.message} ${alert?.mend}`, /right one gives no pictures: device-gone.*cable/)
  assert.ok((alert?.raisedAtMs ?? 0) - lostMs < 60_000)
  assert.equal(alert?.sinceMs, lostMs)
  take(db, '3', 'right', clock.nowMs())
  await look(db, clock, 100, () => undefined)
  assert.equal(listAlerts(db, { limit: 9, onlyOpen: true }).length, 1)
  await look(db, clock, 200, () => undefined)
  assert.deepEqual(
    listAlerts(db, { limit: 9 }).map(({ clearedAtMs }) => clearedAtMs !== null),
    [true],
  )
  assert.deepEqual(told(db, 'event'), ['alert.raised', 'alert.cleared'])
  assert.deepEqual(told(db, 'outbox'), ['alert.raised', 'alert.cleared'])
  const fact = z.object({ payload: z.string() }).parse(db.get(`select payload from outbox where kind = 'alert.raised'`))
  const { user_id, camera_id, about } = z.record(z.string(), z.unknown()).parse(JSON.parse(fact.payload))
  assert.deepEqual([user_id, camera_id, about], ['club', 'rig', 'right'])
})

test('an alert outlives the service that told it: the next one neither tells it again nor forgets it', async () => {
  using db = openDatabase(':memory:')
  const clock = fakeClock(noon)
  addBooking(db, { startsAtMs: noon - 60_000, endsAtMs: noon + 3_600_000 })
  take(db, '1', 'left', noon - 60_000)
  await look(db, clock, 60, () => undefined)
  await look(db, clock, 60, () => undefined)
  assert.deepEqual(told(db, 'event'), ['alert.raised'])
  take(db, '2', 'right', clock.nowMs())
  await look(db, clock, 200, () => undefined)
  assert.deepEqual(told(db, 'event'), ['alert.raised', 'alert.cleared'])
})
