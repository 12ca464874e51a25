import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { pino } from 'pino'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { aTake } from '../../tests/synthetic-take.ts'
import { writeTake, type WrittenTake } from '../../tests/written-take.ts'
import { openDatabase, type Database } from '../adapters/sqlite.ts'
import { addBooking } from '../../tests/a-booking.ts'
import { insertBooking } from '../booking/booking-store.ts'
import { isOutside, openEraser, stretchOf } from './erase-outside.ts'
import { storeTake } from './ledger.ts'
import { openSegmentLog, type SegmentLog } from './segment-log.ts'

const noon = Date.UTC(2026, 4, 2, 12)
const log = pino({ level: 'silent' })

test('a stretch is outside when it ends a second before every window, or begins a second after', () => {
  const windows = [
    { fromMs: 10_000, toMs: 20_000 },
    { fromMs: 40_000, toMs: 50_000 },
  ]
  const outside = (fromMs: number, toMs: number): boolean => isOutside({ fromMs, toMs }, windows)
  assert.equal(outside(0, 8_999), true)
  assert.equal(outside(0, 9_000), false)
  assert.equal(outside(21_000, 38_999), true)
  assert.equal(outside(20_999, 30_000), false)
  assert.equal(outside(25_000, 39_000), false)
  assert.equal(outside(0, 60_000), false)
  assert.equal(isOutside({ fromMs: 0, toMs: 1 }, []), true)
})

test('when a segment was captured is told by the anchors', () => {
  const take = aTake({ fromMs: -6_000, seconds: 20 })
  const [, second] = take.segments
  assert.ok(second)
  assert.deepEqual(stretchOf(take, second), { fromMs: 1_000_000_000 - 2_000, toMs: 1_000_000_000 + 1_960 })
  assert.equal(stretchOf({ ...take, anchors: [] }, second), undefined)
  const jumped = take.anchors.map((anchor, n) => (n > 9 ? { ...anchor, utcMs: 5 } : anchor))
  assert.equal(stretchOf({ ...take, anchors: jumped }, second)?.toMs, 1_000_000_000 + 1_960)
})

type Bench = {
  readonly db: Database
  readonly segments: SegmentLog
  readonly take: WrittenTake
  erase(nowMs: number, last?: boolean): Promise<boolean[]>
}

/** A take of six segments from 12 s before noon on; a booking from noon to 4 s past it, unless told otherwise. */
async function bench(home: string, change: { cancelledAtMs?: number; segments?: number } = {}): Promise<Bench> {
  const db = openDatabase(':memory:')
  addBooking(db, { startsAtMs: noon, endsAtMs: noon + 4_000, cancelledAtMs: change.cancelledAtMs })
  const count = change.segments ?? 6
  const take = writeTake(home, { fromMs: noon - 12_000, segments: count, monotonicUs: 5e8 })
  const segments = openSegmentLog({ takesFolder: home, rigId: 'rig', sinceMs: noon })
  await segments.refresh()
  for (const each of segments.takes) storeTake(db, each, 0, home)
  const eraser = openEraser({ db, rigId: 'rig', log })
  return {
    db,
    segments,
    take,
    erase: async (nowMs, last = false) => {
      await eraser.erase(segments.takes, nowMs, { last })
      return Array.from({ length: count }, (_, number) => existsSync(take.file(number)))
    },
  }
}

test('lead-in and tail are erased when they have settled, what touches the booking stays, and the rows say when', async () => {
  using home = temporaryFolder()
  const { db, erase } = await bench(home.path)
  assert.deepEqual(await erase(noon + 2_000), [false, true, true, true, true, true], 'the newest ten seconds may still be asked for')
  assert.deepEqual(await erase(noon + 30_000), [false, false, true, true, true, false])
  const rows = db.all('select number, erased_at_ms from segment where erased_at_ms is not null order by number')
  assert.deepEqual(
    rows.map((row) => [row['number'], row['erased_at_ms']]),
    [
      [0, noon + 2_000],
      [1, noon + 30_000],
      [5, noon + 30_000],
    ],
  )
})

test('when the recorder ends it waits for nothing', async () => {
  using home = temporaryFolder()
  const { erase } = await bench(home.path)
  assert.deepEqual(await erase(noon + 12_000, true), [false, false, true, true, true, false])
})

test('a cancelled booking keeps what was recorded until then', async () => {
  using home = temporaryFolder()
  const { erase } = await bench(home.path, { cancelledAtMs: noon + 500 })
  assert.deepEqual(await erase(noon + 60_000), [false, false, true, true, false, false])
  using other = temporaryFolder()
  const early = await bench(other.path, { cancelledAtMs: noon - 60_000 })
  assert.deepEqual(await early.erase(noon + 60_000), [false, false, false, false, false, false])
})

test('a film whose place on the clock is fixed keeps its footage, whatever the labels say now', async () => {
  using home = temporaryFolder()
  const { db, erase } = await bench(home.path)
  db.run('update booking set starts_at_ms = starts_at_ms + 3600000, ends_at_ms = ends_at_ms + 3600000')
  db.run(
    "insert into recording (id, booking_id, rig_id, folder, starts_at_ms, ends_at_ms, fps, camera_width, camera_height, layout, origin_boot_id, origin_us, opened_at_ms) values ('r', 'b', 'rig', 'f', ?, ?, 25, 2, 2, 'side-by-side', 'boot', ?, 0)",
    noon + 3_600_000,
    noon + 3_604_000,
    5e8 + 4e6,
  )
  assert.deepEqual(await erase(noon + 60_000), [true, true, true, false, false, false])
})

test('a kill between the row and the file is made good by the next life', async () => {
  using home = temporaryFolder()
  const { db, segments, take } = await bench(home.path)
  db.run('update segment set erased_at_ms = 1 where number = 0')
  await openEraser({ db, rigId: 'rig', log }).erase(segments.takes, noon - 11_000)
  assert.deepEqual([existsSync(take.file(0)), existsSync(take.file(1))], [false, true])
})

test('what was captured for a neighbour in a booking that is not to be recorded is erased; the neighbour keeps all of its own', async () => {
  using home = temporaryFolder()
  const { db, erase } = await bench(home.path)
  const who = { callerId: null, userId: 'u', rigId: 'rig', title: null, cancelledAtMs: null, createdAtMs: 0, updatedAtMs: 0 }
  insertBooking(db, { ...who, id: 'before', startsAtMs: noon - 3_600_000, endsAtMs: noon, unrecorded: true })
  insertBooking(db, { ...who, id: 'behind', startsAtMs: noon + 4_000, endsAtMs: noon + 3_600_000, unrecorded: true })
  assert.deepEqual(await erase(noon + 60_000), [false, false, true, true, true, false])
})
