import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Take } from '../../src/capture/take.ts'
import { footageLostMs } from './footage-lost.ts'

const firstMs = 1_000_000

/** A camera whose first picture came at `firstMs`, with so many pictures on disk. */
const take = (frames: number, ended: Take['ended'] = { cause: 'killed', detail: '', atMs: firstMs + 900_000 }): Take => ({
  id: 'a',
  rigId: 'rig',
  camera: 'left',
  folder: '/nowhere',
  bootId: 'boot',
  begunAtMs: firstMs - 300,
  chain: { pid: 1, startTicks: 1 },
  source: undefined,
  segments: frames === 0 ? [] : [{ number: 0, firstTicks: 90_000, lastTicks: 90_000 + (frames - 1) * 3_600, frames, bytes: 1, sha256: '' }],
  opened: [{ number: 0, firstTicks: 90_000 }],
  anchors: [{ ticks: 90_000, monotonicUs: 5, utcMs: firstMs, frames: 1 }],
  ended,
})

const whole = [take(500, { cause: 'stopped', detail: '', atMs: firstMs + 20_000 })]
const lost = (copy: readonly Take[], afterMs: number, camera: 'left' | 'right' = 'left'): number | undefined =>
  footageLostMs({ copy, whole }, camera, firstMs + afterMs, 25)

test('footage is lost from the end of the last picture to the cut', () => {
  assert.equal(lost([take(50)], 3_200), 1_200)
})

test('where no picture is left, or not even the take, all is lost since its first one', () => {
  assert.equal(lost([take(0)], 700), 700)
  assert.equal(lost([], 700), 700)
})

test('a camera that showed nothing at the cut loses nothing', () => {
  assert.equal(lost([take(50)], 3_200, 'right'), undefined)
  assert.equal(lost([], -1), undefined)
  assert.equal(lost([take(50)], 20_001), undefined)
})
