import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addEvent, eventsAfter, lastEventId } from '../adapters/log-tables.ts'
import { openDatabase, type Database } from '../adapters/sqlite.ts'
import { systemClock } from '../base/clock.ts'
import { silentLogger } from '../base/logger.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { keepRowsFew, windowRows } from './keep-rows-few.ts'

const dayMs = 24 * 3_600_000
const nowMs = Date.UTC(2026, 10, 24)

function withEvents(use: (db: Database) => void | Promise<void>): Promise<void> {
  return (async () => {
    using folder = temporaryFolder()
    using db = openDatabase(folder.file('ezrec.sqlite'))
    await use(db)
  })()
}

const add = (db: Database, atMs: number, ...kinds: readonly string[]): void => {
  for (const kind of kinds) addEvent(db, { atMs, kind, subjectId: 'r', facts: {} })
}

const kindsOf = (db: Database): string =>
  eventsAfter(db, 0, 100_000)
    .map(({ kind }) => kind)
    .join(' ')

type Life = { readonly trusted?: boolean; readonly settled?: boolean; readonly fails?: number }

/** Until it has looked at everything once, or has waited twice for the next try. Answers how long it waited, in order. */
async function keepOnce(db: Database, { trusted = true, settled = true, fails = 0 }: Life = {}): Promise<readonly number[]> {
  const stop = new AbortController()
  const waits: number[] = []
  let failing = fails
  const sleep = (ms: number): Promise<void> => {
    waits.push(ms)
    if (ms >= dayMs || (fails === 0 && waits.length > 2 && ms > 60_000)) stop.abort()
    return Promise.resolve()
  }
  const nowOrFail = (): number => {
    if (failing-- > 0) throw new Error('a disk fault')
    return nowMs
  }
  const clock = { ...systemClock, nowMs: nowOrFail, sleep, trusted: () => trusted, settled: () => settled }
  await keepRowsFew({ db, clock, logger: silentLogger() }, stop.signal)
  return waits
}

test('what told progress goes after a month; what moved, was done or went wrong stays, however old', () =>
  withEvents(async (db) => {
    add(db, nowMs - 400 * dayMs, 'booking.made', 'chunk.made', 'video.body', 'segment.damaged', 'upload.moved')
    add(db, nowMs - 31 * dayMs, 'segments.erased', 'video.published')
    add(db, nowMs - 29 * dayMs, 'chunk.made', 'upload.part')
    await keepOnce(db)
    assert.equal(kindsOf(db), 'booking.made segment.damaged upload.moved video.published chunk.made upload.part')
  }))

test('a box that doubts its clock removes nothing, and looks again soon; so does one whose look failed', () =>
  withEvents(async (db) => {
    add(db, nowMs - 400 * dayMs, 'chunk.made')
    for (const doubt of [{ trusted: false }, { settled: false }]) {
      assert.deepEqual(await keepOnce(db, doubt), [300_000, 300_000, 300_000])
      assert.equal(kindsOf(db), 'chunk.made')
    }
    assert.deepEqual(await keepOnce(db, { fails: 1 }), [300_000, 300_000, dayMs])
    assert.equal(kindsOf(db), '')
  }))

test('a log of years goes a window at a time, and ids are never given again', () =>
  withEvents(async (db) => {
    db.transaction(() => {
      for (let n = 0; n < 2 * windowRows; n += 1) add(db, nowMs - 100 * dayMs, 'chunk.made')
      add(db, nowMs - 100 * dayMs, 'booking.made', 'chunk.made')
    })
    const last = lastEventId(db)
    assert.deepEqual(await keepOnce(db), [300_000, 1_000, 1_000, dayMs], 'two whole windows, and the rest')
    assert.equal(kindsOf(db), 'booking.made')
    add(db, nowMs, 'chunk.made')
    assert.equal(lastEventId(db), last + 1)
  }))

test('events of a clock that was years ahead hold up nothing', () =>
  withEvents(async (db) => {
    db.transaction(() => {
      for (let n = 0; n < 2 * windowRows; n += 1) add(db, nowMs + 4_000 * dayMs, 'video.body')
      add(db, nowMs - 50 * dayMs, 'chunk.made', 'booking.made')
    })
    await keepOnce(db)
    assert.equal(kindsOf(db).replaceAll('video.body ', ''), 'booking.made')
  }))

test('parts of a film that was thrown away stay: they may be all that still names it', () =>
  withEvents(async (db) => {
    openVideoRow(db, 'u/there.mp4')
    for (const key of ['u/there.mp4', 'u/thrown-away.mp4'])
      addEvent(db, { atMs: nowMs - 31 * dayMs, kind: 'upload.part', subjectId: key, facts: {} })
    await keepOnce(db)
    assert.deepEqual(
      eventsAfter(db, 0).map(({ subjectId }) => subjectId),
      ['u/thrown-away.mp4'],
    )
  }))

test('runs of chunks that were swept before they went with them go, one recording a second; others stay', () =>
  withEvents(async (db) => {
    for (const [id, goneAtMs] of [
      ['a', 1],
      ['b', 1],
      ['going', null],
      ['there', undefined],
    ] as const) {
      openVideoRow(db, `u/${id}.mp4`, id)
      db.run("insert into chunk values (?, 0, 0, 1, 1, 1, '', 1)", id)
      db.run("insert into chunk_run values (?, 0, 1, 0, 1, x'00000001')", id)
      if (goneAtMs !== undefined) db.run("insert into swept values (?, 'chunks', 1, '', 1, ?)", id, goneAtMs)
    }
    assert.deepEqual(await keepOnce(db), [300_000, 1_000, 1_000, dayMs])
    assert.deepEqual(
      db.all('select recording_id as id from chunk_run order by id').map(({ id }) => id),
      ['going', 'there'],
    )
    assert.equal(db.all('select 1 from chunk').length, 4, 'the certificate is told from these')
  }))

function openVideoRow(db: Database, objectKey: string, id = objectKey): void {
  db.run(
    "insert into booking (id, user_id, rig_id, starts_at_ms, ends_at_ms, created_at_ms, updated_at_ms) values (?, 'u', 'r', 1, 2, 1, 1)",
    id,
  )
  db.run(
    "insert into recording (id, booking_id, rig_id, folder, starts_at_ms, ends_at_ms, fps, camera_width, camera_height, layout, opened_at_ms) values (?1, ?1, 'r', ?1, 1, 2, 25, 2, 2, 'side-by-side', 1)",
    id,
  )
  db.run('insert into video (id, recording_id, object_key, header_bytes, created_at_ms) values (?1, ?1, ?2, 1, 1)', id, objectKey)
}
