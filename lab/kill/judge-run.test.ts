import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../src/capture/pitch/random.ts'
import { tellingFaults, uniformityFaults } from './judge-run.ts'
import { chooseKilling } from './killing.ts'

const gap = { camera: 'left', fromSeconds: 3, seconds: 0.8, cause: 'killed' } as const

test('lost footage must be told, where it was lost', () => {
  const camera = { part: 'camera', share: 0, atSeconds: 3 } as const
  assert.deepEqual(tellingFaults({ gaps: [gap], status: 'partial' }, camera, 7), [])
  assert.equal(tellingFaults({ gaps: [], status: 'complete' }, camera, 7).length, 1)
  assert.equal(tellingFaults({ gaps: [gap], status: 'complete' }, camera, 7).length, 1)
  assert.equal(tellingFaults({ gaps: [{ ...gap, fromSeconds: 5.5 }], status: 'partial' }, camera, 7).length, 1)
  assert.equal(tellingFaults({ gaps: [{ ...gap, cause: '' }], status: 'partial' }, camera, 7).length, 1)
  assert.deepEqual(tellingFaults({ gaps: [], status: 'complete' }, { ...camera, atSeconds: -0.4 }, 7), [])
})

test('who only computes loses nothing', () => {
  const encoder = { part: 'encoder', share: 0, atSeconds: 3 } as const
  assert.deepEqual(tellingFaults({ gaps: [], status: 'complete' }, encoder, 7), [])
  assert.equal(tellingFaults({ gaps: [gap], status: 'partial' }, encoder, 7).length, 1)
})

test('a film with a frame out of step or too few is not uniform', () => {
  assert.deepEqual(uniformityFaults([0, 3_600, 7_200], 3, 25), [])
  assert.equal(uniformityFaults([0, 3_601, 7_200], 3, 25).length, 1)
  assert.equal(uniformityFaults([0, 3_600], 3, 25).length, 1)
  assert.equal(uniformityFaults([], 3, 25).length, 1)
})

test('the same seed kills the same things at the same times', () => {
  const choices = (seed: number) => {
    const random = seededRandom(seed)
    return Array.from({ length: 50 }, () => chooseKilling(random, 7))
  }
  assert.deepEqual(choices(7), choices(7))
  assert.notDeepEqual(choices(7), choices(8))
  assert.ok(choices(7).every(({ atSeconds }) => atSeconds >= -0.5 && atSeconds <= 6.5))
  assert.equal(new Set(choices(7).map(({ part }) => part)).size, 7)
})
