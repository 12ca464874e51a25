import assert from 'node:assert/strict'
import { test } from 'node:test'
import { verdictOf, type HealthFacts } from './health-policy.ts'

const well: HealthFacts = { databaseAnswers: true, recorderAgeMs: 900, workerAgeMs: 900, freeBytes: 50e9 }

test('a box with everything alive is healthy', () => {
  assert.equal(verdictOf(well).status, 'healthy')
})

test('a silent service or a filling disk is degraded, and names which', () => {
  const cases: [Partial<HealthFacts>, string][] = [
    [{ recorderAgeMs: 30_001 }, 'recorder'],
    [{ recorderAgeMs: undefined }, 'recorder'],
    [{ workerAgeMs: 60_000 }, 'worker'],
    [{ freeBytes: 3.9e9 }, 'disk'],
    [{ freeBytes: undefined }, 'disk'],
  ]
  for (const [facts, name] of cases) {
    const { status, checks } = verdictOf({ ...well, ...facts })
    assert.equal(status, 'degraded', name)
    assert.deepEqual(
      checks.filter((check) => check.status !== 'healthy').map((check) => check.name),
      [name],
    )
  }
})

test('a database that does not answer or a full disk is unhealthy, whatever else is only degraded', () => {
  assert.equal(verdictOf({ ...well, databaseAnswers: false, recorderAgeMs: undefined }).status, 'unhealthy')
  assert.equal(verdictOf({ ...well, freeBytes: 0.49e9, workerAgeMs: undefined }).status, 'unhealthy')
})

test('at the border a service still counts as alive, and a disk as roomy', () => {
  assert.equal(verdictOf({ ...well, recorderAgeMs: 30_000, freeBytes: 4e9 }).status, 'healthy')
  assert.equal(verdictOf({ ...well, freeBytes: 0.5e9 }).status, 'degraded')
})
