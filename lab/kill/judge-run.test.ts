import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../src/capture/pitch/random.ts'
import type { FilmCounters } from '../film-counters.ts'
import { honestyFaults, uniformityFaults } from './judge-run.ts'
import { chooseKillings, secondsFor } from './killing.ts'
import { costOf, faultsOf, percentile } from './losses.ts'

const gap = { camera: 'left', fromSeconds: 3, seconds: 0.8, cause: 'killed' } as const

test('a film with a gap is partial, and a gap has a cause', () => {
  assert.deepEqual(honestyFaults({ gaps: [gap], status: 'partial' }), [])
  assert.deepEqual(honestyFaults({ gaps: [], status: 'complete' }), [])
  assert.equal(honestyFaults({ gaps: [], status: 'partial' }).length, 1)
  assert.equal(honestyFaults({ gaps: [gap], status: 'complete' }).length, 1)
  assert.equal(honestyFaults({ gaps: [{ ...gap, cause: '' }], status: 'partial' }).length, 1)
})

/** Ten seconds of film; the left camera shows nothing in these frames. */
const film = (from: number, frames: number): FilmCounters =>
  Array.from({ length: 250 }, (_, n) => [n >= from && n < from + frames ? undefined : n, n])

test('what a kill cost is what the counters lack, and what is told must be that', () => {
  const near = (actual: number, expected: number): void => assert.ok(Math.abs(actual - expected) < 1e-9, `${actual}, not ${expected}`)
  const exact = costOf(3, film(75, 20), [gap], 25)
  near(exact.lostSeconds, 0.8)
  near(exact.untoldSeconds, 0)
  near(costOf(3, film(75, 20), [], 25).untoldSeconds, 0.8)
  near(costOf(3, film(75, 20), [{ ...gap, camera: 'right' }], 25).untoldSeconds, 0.8)
  near(costOf(3, film(0, 0), [gap], 25).untoldSeconds, 0.8)
  near(costOf(3, film(200, 20), [], 25).lostSeconds, 0)
})

test('a loss is judged by who was killed', () => {
  const cost = { lostSeconds: 1.5, untoldSeconds: 0.2, restartSeconds: 2 }
  assert.deepEqual(faultsOf('chain', cost), [])
  assert.equal(faultsOf('camera', { ...cost, lostSeconds: 1.54 }).length, 1)
  assert.equal(faultsOf('recorder', { ...cost, lostSeconds: 0.04 }).length, 1)
  assert.equal(faultsOf('encoder', { ...cost, lostSeconds: 0, untoldSeconds: 0.24 }).length, 1)
  assert.equal(faultsOf('api', { ...cost, lostSeconds: 0, restartSeconds: 2.1 }).length, 1)
})

test('a percentile is one of the values', () => {
  const values = Array.from({ length: 200 }, (_, n) => n)
  assert.deepEqual([percentile(values, 0.5), percentile(values, 0.99), percentile(values, 1), percentile([], 0.5)], [99, 197, 199, 0])
})

test('a film with a frame out of step or too few is not uniform', () => {
  assert.deepEqual(uniformityFaults([0, 3_600, 7_200], 3, 25), [])
  assert.equal(uniformityFaults([0, 3_601, 7_200], 3, 25).length, 1)
  assert.equal(uniformityFaults([0, 3_600], 3, 25).length, 1)
  assert.equal(uniformityFaults([], 3, 25).length, 1)
})

test('the same seed kills the same things at the same times, each within the film and apart', () => {
  const choices = (seed: number) => chooseKillings(seededRandom(seed), 50)
  assert.deepEqual(choices(7), choices(7))
  assert.notDeepEqual(choices(7), choices(8))
  assert.equal(new Set(choices(7).map(({ part }) => part)).size, 7)
  for (const [n, { atSeconds }] of choices(7).entries()) {
    assert.ok(atSeconds >= 1 && atSeconds <= secondsFor(50) - 3)
    assert.ok(atSeconds - (choices(7)[n - 1]?.atSeconds ?? -9) >= 3.4)
  }
})
