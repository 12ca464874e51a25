import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, before, suite, test } from 'node:test'
import { openDatabase, type Database } from '../../adapters/sqlite.ts'
import { insertBooking } from '../../booking/booking-store.ts'
import { openRecording } from '../../capture/recording-store.ts'
import { addChunk } from '../../merge/chunk-store.ts'
import { openLiveChunks } from './live-chunks.ts'

suite('the chunks that live players ask for again and again', () => {
  let folder: string
  let db: Database
  const window = { startsAtMs: 1_000, endsAtMs: 9_000 }
  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'ezrec-live-'))
    db = openDatabase(path.join(folder, 'box.sqlite'))
    for (const id of ['a', 'b', 'c']) {
      insertBooking(db, {
        id,
        callerId: null,
        userId: 'u',
        rigId: id,
        title: null,
        ...window,
        cancelledAtMs: null,
        createdAtMs: 1,
        updatedAtMs: 1,
      })
      openRecording(
        db,
        { id, bookingId: id, rigId: id, folder: id, ...window, fps: 25, cameraWidth: 2, cameraHeight: 2, layout: 'side-by-side' },
        1,
      )
    }
  })
  after(() => {
    db.close()
    rmSync(folder, { recursive: true })
  })

  const add = (recording: string, number: number, sha256 = `${recording}${number}`): void =>
    addChunk(db, recording, { number, firstFrame: number * 50, frames: 50, bytes: 1, payloadBytes: 1, sha256 }, [], 1)

  test('are always those of the rows, as they grow and when the last ones are taken back', () => {
    const chunksOf = openLiveChunks(db, 2)
    const numbers = (recording: string): string =>
      chunksOf(recording)
        .map(({ sha256 }) => sha256)
        .join(' ')
    assert.equal(numbers('a'), '')
    add('a', 0)
    add('a', 1)
    assert.equal(numbers('a'), 'a0 a1')
    add('a', 2)
    assert.equal(numbers('a'), 'a0 a1 a2')
    assert.equal(numbers('a'), 'a0 a1 a2')
    db.run("delete from chunk where recording_id = 'a' and number >= 1")
    assert.equal(numbers('a'), 'a0', 'the film was made shorter')
    add('a', 1, 'new')
    assert.equal(numbers('a'), 'a0 new')
    db.run("delete from chunk where recording_id = 'a'")
    assert.equal(numbers('a'), '')
  })

  test('of more films than are remembered are right all the same', () => {
    const chunksOf = openLiveChunks(db, 1)
    for (let round = 0; round < 3; round += 1)
      for (const recording of ['b', 'c']) {
        add(recording, round)
        assert.deepEqual(
          chunksOf(recording).map(({ sha256 }) => sha256),
          Array.from({ length: round + 1 }, (_, n) => `${recording}${n}`),
        )
      }
  })
})
