import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { openDatabase } from '../adapters/sqlite.ts'
import type { Clock } from '../base/clock.ts'
import { openLogger } from '../base/logger.ts'
import { readIfPresent } from '../base/files.ts'
import { openBookingService } from './booking-service.ts'
import { listBookings } from './booking-store.ts'
import type { FileFault } from './bookings-file-faults.ts'
import { keepBookingsFile } from './keep-bookings-file.ts'

type Watched = AsyncDisposable & {
  readonly file: string
  /** Lets the watcher look once and a span of time pass. */
  look(ms?: number): Promise<void>
  settle(): Promise<void>
  booked(): string[]
  /** The box cannot note anything until it is mended. */
  break(): void
  mend(): void
  /** What was last told to be wrong. */
  faults(): readonly FileFault[] | undefined
  said(): Promise<{ msg: string; entry?: number; message?: string }[]>
}

/** The watcher over an empty box; its time passes only when a test says so. */
async function watch({ nowMs = Date.UTC(2026, 4, 2, 12) } = {}): Promise<Watched> {
  const folder = temporaryFolder()
  const db = openDatabase(':memory:')
  let passedMs = 0
  let resting: { wake: () => void } | undefined
  let onRest = (): void => undefined
  const end = new AbortController()
  const clock: Clock = {
    nowMs: () => nowMs + passedMs,
    monotonicUs: () => passedMs * 1_000,
    sleep: (_ms, signal) =>
      new Promise((resolve) => {
        resting = { wake: resolve }
        signal?.addEventListener('abort', () => resolve(), { once: true })
        onRest()
      }),
  }
  const limits = { minMs: 1_000, maxMs: 12 * 3_600_000 }
  const bookings = openBookingService({ db, clock, planFile: folder.file('plan.json'), rigId: 'rig', limits, keepInPlanMs: 0 })
  const logger = openLogger({ service: 'test', level: 'INFO', folder: folder.path, stderr: false })
  const file = folder.file('api', 'local_data', 'bookings.json')
  const rest = new Promise<void>((resolve) => (onRest = resolve))
  let faults: readonly FileFault[] | undefined
  const onFaults = (now: readonly FileFault[]): Promise<void> => Promise.resolve(void (faults = now))
  const kept = keepBookingsFile({ db, bookings, clock, logger, file, onFaults, timeZone: 'UTC', userId: 'house', rigId: 'rig' }, end.signal)
  await rest
  const look = async (ms = 250): Promise<void> => {
    const next = new Promise<void>((resolve) => (onRest = resolve))
    passedMs += ms
    resting?.wake()
    await next
  }
  return {
    file,
    look,
    settle: async () => {
      for (let n = 0; n < 3; n += 1) await look(1_000)
    },
    break: () => db.run('alter table bookings_file_entry rename to away'),
    mend: () => db.run('alter table away rename to bookings_file_entry'),
    booked: () => listBookings(db).map(({ callerId, startsAtMs }) => `${callerId} ${new Date(startsAtMs).toISOString().slice(11, 16)}`),
    faults: () => faults,
    said: async () =>
      ((await readIfPresent(folder.file('test.log'))) ?? '')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    [Symbol.asyncDispose]: async () => {
      end.abort()
      await kept
      db.close()
      folder[Symbol.dispose]()
    },
  }
}

const entry = { id: 'b1', start_time: '2026-05-02T19:30:00Z', end_time: '2026-05-02T20:30:00Z' }

test("the seed's own line, byte for byte, books from now for two minutes, and says that its placeholder was taken for the only rig", async () => {
  const nowMs = Math.floor(Date.now() / 1_000) * 1_000 // dates in that line have whole seconds
  await using box = await watch({ nowMs })
  const line = `echo '[
     {
       "id": "test-001",
       "start_time": "'$(date -u +"%Y-%m-%dT%H:%M:%SZ")'",
       "end_time": "'$(date -u -d "+2 minutes" +"%Y-%m-%dT%H:%M:%SZ")'",
       "status": "scheduled",
       "user_id": "your-user-id",
       "camera_id": "your-camera-id"
     }
   ]' | sudo tee /opt/ezrec-backend/api/local_data/bookings.json`
  const here = line.replace('sudo tee', 'tee').replace('/opt/ezrec-backend/api/local_data/bookings.json', `"${box.file}"`)
  await promisify(execFile)('/bin/sh', ['-c', here])
  await box.settle()
  assert.deepEqual(
    box.booked().map((each) => each.split(' ')[0]),
    ['test-001'],
  )
  const said = await box.said()
  assert.ok(said.some(({ message }) => message === 'camera_id your-camera-id was taken for rig, the only rig of this box'))
})

test('a file is read when it has been quiet for a second, not while it grows', async () => {
  await using box = await watch()
  const [half, rest] = [JSON.stringify([entry]).slice(0, 40), JSON.stringify([entry]).slice(40)]
  writeFileSync(box.file, half)
  await box.look()
  await box.look(900)
  writeFileSync(box.file, rest, { flag: 'a' })
  await box.look(900)
  await box.look(900)
  assert.deepEqual(box.booked(), [], 'quiet for 900 ms')
  await box.look(200)
  assert.deepEqual(box.booked(), ['b1 19:30'])
  const lines = (await box.said()).length
  await box.settle()
  assert.equal((await box.said()).length, lines, 'what was read is not read again')
})

test('a broken file and broken entries are told and change nothing; the next good one is read', async () => {
  await using box = await watch()
  writeFileSync(box.file, JSON.stringify({ bookings: [entry, { id: 'b2' }] }))
  await box.settle()
  assert.deepEqual(box.booked(), ['b1 19:30'])
  for (const content of ['[{', '{"bookings": 7}', 'x'.repeat(5 * 1024 * 1024), '']) {
    writeFileSync(box.file, content)
    await box.settle()
    assert.deepEqual(box.booked(), ['b1 19:30'], content.slice(0, 20))
  }
  rmSync(box.file)
  await box.settle()
  mkdirSync(box.file)
  await box.settle()
  rmSync(box.file, { recursive: true })
  writeFileSync(`${box.file}.new`, JSON.stringify([{ ...entry, start_time: '2026-05-02T19:45:00Z' }]))
  renameSync(`${box.file}.new`, box.file)
  await box.settle()
  assert.deepEqual(box.booked(), ['b1 19:45'])
  const said = await box.said()
  assert.equal(said.filter(({ msg }) => msg === 'bookings.json could not be read: nothing was changed').length, 4)
  const refused = said.find(({ msg }) => msg === 'an entry of bookings.json was refused')
  assert.equal(refused?.entry, 2)
  assert.match(refused.message ?? '', /^start_time: /)
})

test('a fault of the box is tried again ever more rarely, and a new version of the file at once', async () => {
  await using box = await watch()
  box.break()
  writeFileSync(box.file, JSON.stringify([entry]))
  const tries = async (seconds: number): Promise<number> => {
    const refused = async (): Promise<number> =>
      (await box.said()).filter(({ msg }) => msg === 'an entry of bookings.json was refused').length
    const before = await refused()
    for (let n = 0; n < seconds; n += 1) await box.look(1_000)
    return (await refused()) - before
  }
  assert.equal(await tries(60), 3, 'at once, after 10 s and after 20 more')
  assert.ok((await tries(600)) <= 4)
  box.mend()
  writeFileSync(box.file, JSON.stringify([{ ...entry, title: 'Final' }]))
  await box.settle()
  assert.deepEqual(box.booked(), ['b1 19:30'])
})

test('the folder is there from the start, so that the first line can be written', async () => {
  await using box = await watch()
  assert.ok(existsSync(path.dirname(box.file)))
})

test('what is wrong is told until it is mended, or its match is over: a broken file, garbage for a time, a taken time, an address that is none', async () => {
  await using box = await watch()
  const wrong = (): string[] | undefined => box.faults()?.map(({ subject, message }) => `${subject}: ${message}`)
  await box.settle()
  assert.deepEqual(wrong(), [], 'there is no file')
  const match = (id: string, from: string, to: string, more = {}): unknown => ({
    ...{ id, start_time: `2026-05-02T${from}:00Z`, end_time: `2026-05-02T${to}:00Z` },
    ...more,
  })
  const write = async (text: string): Promise<void> => {
    writeFileSync(box.file, text)
    await box.settle()
  }
  await write('[{')
  assert.deepEqual(wrong(), ['the file: this file is no JSON'])
  const taken = match('b', '19:30', '20:30')
  await write(JSON.stringify([match('a', '19:00', '20:00', { email: 'kim at example' }), taken, match('c', '2x', 'tomorrow')]))
  assert.deepEqual(
    box.faults()?.map(({ subject }) => subject),
    ['entry 1', 'entry 2', 'entry 3'],
  )
  assert.ok(box.faults()?.every(({ mend }) => mend.length > 5))
  assert.equal(/kim|"[abc]"/.test(JSON.stringify(box.faults())), false, 'nothing of what somebody wrote but the fault')
  await box.look(8.7 * 3_600_000)
  assert.deepEqual(
    box.faults()?.map(({ subject }) => subject),
    ['entry 3'],
    'both matches are over',
  )
  await write(JSON.stringify([match('a', '19:00', '20:00'), taken]))
  assert.deepEqual(wrong(), [])
})
