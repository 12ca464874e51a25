import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, before, suite, test } from 'node:test'
import { openDatabase, type Database } from '../adapters/sqlite.ts'
import { systemClock, type Clock } from '../base/clock.ts'
import { EzrecError } from '../base/errors.ts'
import { insertBooking } from '../booking/booking-store.ts'
import { openRecording } from '../capture/recording-store.ts'
import { countView, createShareLink, findLiveShareLink, revokeShareLink } from './share-link.ts'

suite('share links', () => {
  let folder: string
  let db: Database
  let nowMs = 1_800_000_000_000
  const clock: Clock = { ...systemClock, nowMs: () => nowMs }
  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'ezrec-share-'))
    db = openDatabase(path.join(folder, 'box.sqlite'))
    const window = { startsAtMs: nowMs, endsAtMs: nowMs + 1_000 }
    insertBooking(db, {
      id: 'b',
      callerId: null,
      userId: 'u',
      rigId: 'r',
      title: null,
      ...window,
      cancelledAtMs: null,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    })
    openRecording(
      db,
      { id: 'rec', bookingId: 'b', rigId: 'r', folder: 'f', ...window, fps: 25, cameraWidth: 2, cameraHeight: 2, layout: 'side-by-side' },
      nowMs,
    )
  })
  after(() => {
    db.close()
    rmSync(folder, { recursive: true })
  })

  const make = (days = 1) => createShareLink(db, clock, { recordingId: 'rec', days })

  test('a link opens its recording, until the instant it ends', () => {
    const { token, url, expiresAtMs } = make(0.5)
    assert.equal(url('https://films.example.org/'), `https://films.example.org/s/${token}`)
    assert.equal(expiresAtMs, nowMs + 43_200_000)
    assert.equal(findLiveShareLink(db, clock, token)?.recordingId, 'rec')
    const earlier = nowMs
    nowMs = expiresAtMs - 1
    assert.ok(findLiveShareLink(db, clock, token))
    nowMs = expiresAtMs
    assert.equal(findLiveShareLink(db, clock, token), undefined)
    nowMs = earlier
  })

  test('a revoked link opens nothing, and stays revoked at its first instant', () => {
    const { token, id } = make()
    const { revokedAtMs } = revokeShareLink(db, clock, id)
    nowMs += 5
    assert.equal(revokeShareLink(db, clock, id).revokedAtMs, revokedAtMs)
    assert.equal(findLiveShareLink(db, clock, token), undefined)
    assert.throws(
      () => revokeShareLink(db, clock, 'nobody'),
      (error) => error instanceof EzrecError && error.code === 'not_found',
    )
  })

  test('a token is 256 bits, never repeats, and is nowhere in the database', () => {
    const tokens = Array.from({ length: 100 }, () => make().token)
    assert.equal(new Set(tokens).size, 100)
    assert.ok(tokens.every((token) => Buffer.from(token, 'base64url').length === 32))
    db.run('pragma wal_checkpoint(truncate)')
    const file = readFileSync(path.join(folder, 'box.sqlite')).toString('latin1')
    assert.ok(tokens.every((token) => !file.includes(token)))
  })

  test('what is no token opens nothing', () => {
    const { token } = make()
    for (const text of ['', token.slice(1), `${token}x`, `${token.slice(0, -2)}..`, "' or 1=1 --", token.toUpperCase()])
      assert.equal(findLiveShareLink(db, clock, text), undefined, text)
  })

  test('a link longer than thirty days, or to nothing, is not made', () => {
    for (const days of [0, -1, 30.01, Number.NaN, Number.POSITIVE_INFINITY])
      assert.throws(
        () => make(days),
        (error) => error instanceof EzrecError && error.code === 'invalid',
        String(days),
      )
    assert.throws(
      () => createShareLink(db, clock, { recordingId: 'none', days: 1 }),
      (error) => error instanceof EzrecError && error.code === 'not_found',
    )
  })

  test('each opening of the page is counted', () => {
    const { id } = make()
    countView(db, id)
    countView(db, id)
    assert.equal(db.get('select views from share_link where id = ?', id)?.['views'], 2)
  })
})
