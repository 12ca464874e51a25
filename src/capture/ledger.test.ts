import assert from 'node:assert/strict'
import { existsSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { pino } from 'pino'
import { temporaryFolder, type TemporaryFolder } from '../../tests/temporary-folder.ts'
import { writeTake, type WrittenTake } from '../../tests/written-take.ts'
import { openDatabase, type Database } from '../adapters/sqlite.ts'
import { addBooking } from '../../tests/a-booking.ts'
import { insertBooking } from '../booking/booking-store.ts'
import { readCapturePlan } from '../booking/capture-plan.ts'
import { arrangementSchema } from './arrangement.ts'
import { openBoxClock } from './box-time-file.ts'
import { openEraser } from './erase-outside.ts'
import { keepLedger } from './ledger.ts'
import { findRecordingOf } from './recording-store.ts'
import { openSegmentLog } from './segment-log.ts'

const noon = Date.UTC(2026, 4, 2, 12)
const hour = 3_600_000
/** The monotonic clock of this boot at noon. */
const noonUs = 900e6

type Desk = {
  readonly db: Database
  readonly take: WrittenTake
  tell(time: { offsetMs: number; trusted: boolean }): void
  keep(atUs: number): Promise<void>
}

/** A booking of 8 s from noon; a take of 24 s that began 8 s before it, by a wall clock that is two hours late. */
function desk(home: TemporaryFolder): Desk {
  const db = openDatabase(home.file('ezrec.sqlite'))
  addBooking(db, { startsAtMs: noon, endsAtMs: noon + 8_000 })
  const take = writeTake(home.file('takes'), { fromMs: noon - 8_000 - 2 * hour, segments: 6, monotonicUs: noonUs - 8e6, dated: false })
  let nowUs = noonUs
  const system = { nowMs: () => 0, monotonicUs: () => nowUs, sleep: () => Promise.resolve() }
  const file = home.file('box-time.json')
  const clock = openBoxClock(file, { system, boot: 'boot', evidence: () => ({ synchronized: undefined, rtcMs: 1, isBoard: true }) })
  const log = openSegmentLog({ takesFolder: home.file('takes'), rigId: 'rig', sinceMs: noon, labelOf: clock.labelOf, keepUntrusted: true })
  const eraser = openEraser({ db, rigId: 'rig', log: pino({ level: 'silent' }) })
  return {
    db,
    take,
    tell: ({ offsetMs, trusted }) => {
      const boots = [{ bootId: 'boot', offsetUs: noon * 1_000 - noonUs + offsetMs * 1_000, trusted, synchronized: trusted, sinceUs: 0 }]
      writeFileSync(file, JSON.stringify({ version: 1, floorMs: 0, boots }))
    },
    keep: async (atUs) => {
      nowUs = atUs
      await keepLedger({
        db,
        clock,
        log,
        eraser,
        takesFolder: home.file('takes'),
        planFile: home.file('plan.json'),
        timeZone: 'UTC',
        rigId: 'rig',
        format: { width: 80, height: 90, fps: 25 },
        arrangement: arrangementSchema.parse({ layout: 'stacked', rotation: { left: 90, right: 270 }, flip: { right: 'both' } }),
        sound: false,
        margins: { leadInMs: 10_000, tailMs: 5_000 },
      })
    },
  }
}

const isThere = (take: WrittenTake): boolean[] => [0, 1, 2, 3, 4, 5].map((number) => existsSync(take.file(number)))

test('while nobody knows what time it is nothing is attributed, missed or erased; once the clock is set everything falls into its place', async () => {
  using home = temporaryFolder()
  const { db, take, tell, keep } = desk(home)
  tell({ offsetMs: -2 * hour, trusted: false })
  await keep(noonUs + 5e6)
  assert.equal(findRecordingOf(db, 'b'), undefined)
  assert.deepEqual(isThere(take), [true, true, true, true, true, true])
  assert.equal(db.get('select begun_at_ms from take')?.['begun_at_ms'], noon - 8_000 - 2 * hour)

  tell({ offsetMs: 0, trusted: true })
  await keep(noonUs + 60e6)
  const recording = findRecordingOf(db, 'b')
  assert.deepEqual(recording?.rotation, { left: 90, right: 270 })
  assert.deepEqual(recording?.flip, { left: 'none', right: 'both' })
  assert.equal(recording?.layout, 'stacked')
  assert.deepEqual(
    recording?.steps.map(({ name, state }) => [name, state]).find(([name]) => name === 'capture'),
    ['capture', 'working'],
  )
  assert.equal(db.get('select begun_at_ms from take')?.['begun_at_ms'], noon - 8_000)
  assert.equal(db.get('select min(utc_ms) as first from anchor')?.['first'], noon - 8_000)
  assert.deepEqual(isThere(take), [false, true, true, true, true, false])
})

test('a clock that is ahead by a day does not make the recorder forget what is booked', async () => {
  using home = temporaryFolder()
  const { tell, keep } = desk(home)
  tell({ offsetMs: 24 * hour, trusted: true })
  await keep(noonUs - 60e6)
  assert.deepEqual(
    (await readCapturePlan(home.file('plan.json')))?.windows.map(({ bookingId }) => bookingId),
    ['b'],
  )
})

test('bookings that are not recorded on both sides of one that is: they get no recording and no footage, it keeps all of its own', async () => {
  using home = temporaryFolder()
  const { db, take, tell, keep } = desk(home)
  const who = { callerId: null, userId: 'u', rigId: 'rig', title: null, cancelledAtMs: null, createdAtMs: 0, updatedAtMs: 0 }
  insertBooking(db, { ...who, id: 'before', startsAtMs: noon - hour, endsAtMs: noon, unrecorded: true })
  insertBooking(db, { ...who, id: 'behind', startsAtMs: noon + 8_000, endsAtMs: noon + hour, unrecorded: true })
  tell({ offsetMs: 0, trusted: true })
  await keep(noonUs + 60e6)
  assert.notEqual(findRecordingOf(db, 'b'), undefined)
  for (const id of ['before', 'behind']) assert.equal(findRecordingOf(db, id), undefined, id)
  assert.deepEqual(isThere(take), [false, true, true, true, true, false], 'a segment at a seam is the recorded one’s')
  const plan = await readCapturePlan(home.file('plan.json'))
  assert.deepEqual([plan?.windows.map(({ bookingId }) => bookingId), plan?.unrecorded?.length], [['b'], 2])
})
