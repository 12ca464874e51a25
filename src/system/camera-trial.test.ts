import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../base/clock.ts'
import { judgePictures, tryCamera } from './camera-trial.ts'

const at = (...frames: readonly number[]): { ticks: number }[] => frames.map((frame) => ({ ticks: 90_000 + frame * 3_600 }))
const never = new AbortController().signal

test('what is missing between the first and the last picture was dropped', () => {
  assert.deepEqual(judgePictures(at(0, 1, 2, 5, 6), 25), { frames: 5, drops: 2, measuredFps: 25 })
  assert.deepEqual(judgePictures(at(0, 2, 1, 3), 25), { frames: 4, drops: 0, measuredFps: 25 }) // decode order is not time order
  assert.deepEqual(judgePictures([], 25), { frames: 0, drops: 0, measuredFps: null })
})

test('a camera whose clock runs slow drops nothing', () => {
  const slow = Array.from({ length: 500 }, (_, n) => ({ ticks: Math.round(n * 3_600 * 1.001) }))
  assert.equal(judgePictures(slow, 25).drops, 0)
})

test('a camera that ends, says nothing or is not there is told by what it did', async () => {
  const options = { seconds: 1, startMs: 300, fps: 25, clock: systemClock }
  const of = (program: string, ...args: string[]) => tryCamera({ program, args, stopSignals: ['SIGTERM', 'SIGKILL'] }, options, never)
  assert.match((await of('sh', '-c', 'echo no sensor >&2; exit 3')).fault ?? '', /^it ended with exit 3: no sensor$/)
  assert.equal((await of('sleep', '60')).fault, 'no picture within 300 ms')
  assert.match((await of('/nowhere/camera')).fault ?? '', /could not start/)
})
