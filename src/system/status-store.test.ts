import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openDatabase } from '../adapters/sqlite.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { keepStatus, listStatus } from './status-store.ts'
import type { StatusSample } from './status-policy.ts'

const minuteMs = 60_000

const sample = (atMs: number, more: Partial<StatusSample> = {}): StatusSample => ({
  atMs,
  minutes: 1,
  samples: 1,
  verdict: 'degraded',
  reasons: ['disk'],
  loadShare: 0.5,
  memoryShare: 0.25,
  freeBytes: null,
  celsius: 51.5,
  camerasRunning: 1,
  recordingShare: 1,
  bookingId: 'b',
  waiting: 2,
  uptimeSeconds: 100,
  ...more,
})

test('what was measured is read as it was, and three days later a quarter of an hour of it is one row', () => {
  using folder = temporaryFolder()
  using db = openDatabase(folder.file('db'))
  const quarter = Array.from({ length: 15 }, (_, n) => sample(n * minuteMs))
  for (const each of quarter) keepStatus(db, each)
  assert.deepEqual(listStatus(db, 99), quarter.toReversed())
  const later = sample(3 * 1_440 * minuteMs, { verdict: 'healthy', reasons: [], bookingId: null, freeBytes: 7e9, celsius: null })
  keepStatus(db, later)
  keepStatus(db, later)
  assert.deepEqual(listStatus(db, 99), [later, sample(0, { minutes: 15, samples: 15 })])
})
