import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addBooking } from '../../tests/a-booking.ts'
import { openDatabase } from '../adapters/sqlite.ts'
import { moveStep, openRecording } from '../capture/recording-store.ts'
import { readLateFilms } from './late-films.ts'

const hourMs = 3_600_000
const endsAtMs = Date.UTC(2026, 4, 2, 12)

test('a film that waits is late for as long as it waits; one that can never be is told for a day, and nobody waits for one that was cancelled', () => {
  using db = openDatabase(':memory:')
  const window = { startsAtMs: endsAtMs - hourMs, endsAtMs }
  addBooking(db, window)
  const form = { fps: 25, cameraWidth: 640, cameraHeight: 360, layout: 'single' } as const
  openRecording(db, { id: 'r', bookingId: 'b', rigId: 'rig', folder: 'day/r', ...window, ...form }, endsAtMs)
  const lateAfter = (hours: number): number => readLateFilms(db, endsAtMs + hours * hourMs).count
  const publish = { recordingId: 'r', name: 'publish', nowMs: endsAtMs } as const
  assert.deepEqual([0.1, 0.2, 1, 48].map(lateAfter), [0, 1, 1, 1])

  moveStep(db, { ...publish, to: 'failed', failed: { code: 'camera_missing', message: 'no camera gave a picture' } })
  assert.deepEqual([0.1, 1, 23, 25, 9_000].map(lateAfter), [0, 1, 1, 0, 0])
  assert.equal(readLateFilms(db, endsAtMs + hourMs).why, 'no camera gave a picture')

  moveStep(db, { ...publish, to: 'pending' })
  moveStep(db, { ...publish, to: 'failed', failed: { code: 'canceled', message: 'the booking was cancelled' } })
  assert.deepEqual([0.2, 1, 9_000].map(lateAfter), [0, 0, 0])
})
