import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addBooking } from '../../tests/a-booking.ts'
import { openDatabase } from '../adapters/sqlite.ts'
import { openRecording } from '../capture/recording-store.ts'
import { createShareLink, revokeShareLink } from '../share/share-link.ts'
import { linksCheck, readOpenLinks } from './open-links.ts'

const hourMs = 3_600_000
const startMs = Date.UTC(2026, 4, 2, 12)

test('a revoked link is told while its film opens all the same: at once when the bucket refused, else when it takes too long; not behind its end', () => {
  using db = openDatabase(':memory:')
  const window = { startsAtMs: startMs - hourMs, endsAtMs: startMs }
  addBooking(db, window)
  const form = { fps: 25, cameraWidth: 640, cameraHeight: 360, layout: 'single' } as const
  openRecording(db, { id: 'r', bookingId: 'b', rigId: 'rig', folder: 'day/r', ...window, ...form }, startMs)
  const { id } = createShareLink(db, { nowMs: () => startMs }, { recordingId: 'r', days: 1, mode: 'bucket' })
  const addressesEndMs = startMs + 24 * hourMs
  db.run("insert into share_page (share_id, place, film_key, signed_until_ms) values (?, 'p', 'f', ?)", id, addressesEndMs)
  const set = (column: 'refused_at_ms' | 'removed_at_ms'): unknown => db.run(`update share_page set ${column} = ?`, startMs)
  const toldAfter = (hours: number): number => readOpenLinks(db, startMs + hours * hourMs).links
  const times = [0.01, 0.2, 23, 25]

  assert.deepEqual(times.map(toldAfter), [0, 0, 0, 0], 'it lives')
  revokeShareLink(db, { nowMs: () => startMs }, id)
  assert.deepEqual(times.map(toldAfter), [0, 1, 1, 0])
  assert.equal(readOpenLinks(db, startMs + hourMs).untilMs, addressesEndMs)
  set('refused_at_ms')
  assert.deepEqual(times.map(toldAfter), [1, 1, 1, 0])
  set('removed_at_ms')
  assert.deepEqual(times.map(toldAfter), [0, 0, 0, 0])
  db.run("insert into object_move (film_key, from_key, to_key, wanted_at_ms) values ('f', 'f', 'f-2', ?)", startMs)
  assert.deepEqual(times.map(toldAfter), [0, 1, 1, 0], 'its film has not gone elsewhere')
})

test('it is told in words, with the end', () => {
  const check = linksCheck({ links: 1, untilMs: startMs })
  assert.equal(check.status, 'degraded')
  assert.match(`${check.message}; ${check.mend}`, /^a link was revoked.*2026-05-02T12:00:00\.000Z.*s3:DeleteObject/)
  assert.equal(linksCheck(undefined).status, 'healthy')
})
