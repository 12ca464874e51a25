import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cloudStatusOf, foldingsDue, type StatusSample } from './status-policy.ts'

const minuteMs = 60_000
const dayMs = 1_440 * minuteMs

const sample = (atMs: number, more: Partial<StatusSample> = {}): StatusSample => ({
  atMs,
  minutes: 1,
  samples: 1,
  verdict: 'healthy',
  reasons: [],
  loadShare: 0.5,
  memoryShare: 0.25,
  freeBytes: 10e9,
  celsius: 50,
  camerasRunning: 0,
  recordingShare: 0,
  bookingId: null,
  waiting: 0,
  uptimeSeconds: 100,
  ...more,
})

/** As the rows would stand afterwards. */
function folded(samples: readonly StatusSample[], nowMs: number): StatusSample[] {
  const foldings = foldingsDue(samples, nowMs)
  const gone = new Set(foldings.flatMap(({ replaced }) => replaced))
  return [...samples.filter((each) => !gone.has(each)), ...foldings.flatMap(({ by }) => by ?? [])].toSorted((a, b) => a.atMs - b.atMs)
}

test('a quarter of an hour of two days ago is one row: its worst verdict, least room, most heat and the mean of its load', () => {
  const quarter = Array.from({ length: 15 }, (_, n) => sample(n * minuteMs, { loadShare: n / 14 }))
  quarter[3] = sample(3 * minuteMs, {
    verdict: 'unhealthy',
    reasons: ['disk'],
    freeBytes: 1e9,
    celsius: 81,
    loadShare: 3 / 14,
    camerasRunning: 2,
    recordingShare: 1,
    bookingId: 'b',
    waiting: 3,
  })
  quarter[9] = sample(9 * minuteMs, { verdict: 'degraded', reasons: ['disk', 'board'], freeBytes: null, celsius: null, loadShare: 9 / 14 })
  const [by, ...more] = folded(quarter, 15 * minuteMs + 2 * dayMs)
  assert.deepEqual(more, [])
  assert.deepEqual(
    { ...by, loadShare: by?.loadShare.toFixed(6) },
    {
      ...sample(0),
      minutes: 15,
      samples: 15,
      verdict: 'unhealthy',
      reasons: ['board', 'disk'],
      loadShare: '0.500000',
      freeBytes: 1e9,
      celsius: 81,
      camerasRunning: 2,
      recordingShare: 1 / 15,
      bookingId: 'b',
      waiting: 3,
    },
  )
})

test('what is younger stays as it was measured, and so does a stretch that is not over', () => {
  const quarter = Array.from({ length: 15 }, (_, n) => sample(n * minuteMs))
  assert.deepEqual(foldingsDue(quarter, 15 * minuteMs + 2 * dayMs - 1), [])
})

test('however long a box runs, its rows stay some thousands and no measurement is counted twice', () => {
  let rows: StatusSample[] = []
  for (let day = 0; day < 120; day += 1) {
    const nowMs = day * dayMs
    rows = folded([...rows, ...Array.from({ length: 48 }, (_, n) => sample(nowMs + n * 30 * minuteMs))], nowMs + dayMs)
  }
  assert.equal(
    rows.reduce((sum, { samples }) => sum + samples, 0),
    120 * 48,
  )
  assert.ok(rows.length < 2 * 48 + 30 * 48 + 120 * 6, String(rows.length))
  assert.deepEqual(folded(rows, 900 * dayMs), [])
})

test('folding is settled: what was folded is not folded again at the same instant', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 60 * 1_440 }), { maxLength: 80 }), (minutes) => {
      const nowMs = 60 * dayMs
      const once = folded(
        folded(
          minutes.map((minute) => sample(minute * minuteMs)),
          nowMs,
        ),
        nowMs,
      )
      assert.deepEqual(folded(once, nowMs), once)
    }),
  )
})

test("the original's columns are filled from a measurement", () => {
  const row = cloudStatusOf(sample(dayMs, { recordingShare: 1, bookingId: 'b', camerasRunning: 2, uptimeSeconds: 3_600 }), {
    userId: 'u',
    rigId: 'court',
    totalRecordings: 9,
    published: 8,
    failed: 1,
  })
  assert.equal(row['last_heartbeat'], '1970-01-02T00:00:00.000Z')
  assert.equal(row['uptime_start'], '1970-01-01T23:00:00.000Z')
  assert.deepEqual([row['user_id'], row['camera_id'], row['status'], row['cpu_usage']], ['u', 'court', 'recording', 50])
})
