import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addEvent, eventsAfter, lastEventId } from '../adapters/log-tables.ts'
import { openDatabase, type Database } from '../adapters/sqlite.ts'
import { systemClock } from '../base/clock.ts'
import { silentLogger } from '../base/logger.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { keepEventLog, windowRows } from './keep-event-log.ts'

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

/** Until it has looked at the whole log once. Answers how many looks it took. */
const keepOnce = async (db: Database, trusted = true): Promise<number> => {
  const stop = new AbortController()
  let waits = 0
  const sleep = (ms: number): Promise<void> => {
    if (ms >= dayMs) stop.abort()
    waits += 1
    return Promise.resolve()
  }
  const clock = { ...systemClock, nowMs: () => nowMs, sleep, trusted: () => trusted, settled: () => true }
  await keepEventLog({ db, clock, logger: silentLogger() }, stop.signal)
  return waits - 1
}

test('what told progress goes after a month; what moved, was done or went wrong stays, however old', () =>
  withEvents(async (db) => {
    add(db, nowMs - 400 * dayMs, 'booking.made', 'chunk.made', 'video.body', 'segment.damaged', 'upload.moved', 'upload.part')
    add(db, nowMs - 31 * dayMs, 'segments.erased', 'video.published')
    add(db, nowMs - 29 * dayMs, 'chunk.made', 'upload.part')
    await keepOnce(db)
    assert.equal(kindsOf(db), 'booking.made segment.damaged upload.moved video.published chunk.made upload.part')
  }))

test('a box that doubts its clock removes nothing', () =>
  withEvents(async (db) => {
    add(db, nowMs - 400 * dayMs, 'chunk.made')
    await keepOnce(db, false)
    assert.equal(kindsOf(db), 'chunk.made')
  }))

test('a log of years goes a window at a time, and ids are never given again', () =>
  withEvents(async (db) => {
    db.transaction(() => {
      for (let n = 0; n < 2 * windowRows; n += 1) add(db, nowMs - 100 * dayMs, 'chunk.made')
      add(db, nowMs - 100 * dayMs, 'booking.made', 'chunk.made')
    })
    const last = lastEventId(db)
    assert.equal(await keepOnce(db), 4, 'two whole windows, the rest, and a look that finds the end')
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
