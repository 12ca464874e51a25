import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../base/clock.ts'
import { readPicture } from './camera-picture.ts'
import { judgePictures, pairPhaseMs, tryCamera } from './camera-trial.ts'

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
  const of = async (program: string, ...args: string[]) =>
    (await tryCamera({ program, args, stopSignals: ['SIGTERM', 'SIGKILL'] }, options, never)).trial
  const died = await of('sh', '-c', 'echo "ERROR: *** no cameras available ***" >&2; exit 255')
  assert.match(died.fault ?? '', /^it ended with exit 255: ERROR/)
  assert.equal(died.cause?.code, 'camera-absent')
  assert.equal((await of('sleep', '60')).fault, 'no picture within 300 ms')
  assert.match((await of('sh', '-c', 'echo Camera frontend has timed out! >&2; sleep 60')).fault ?? '', /within 300 ms: Camera frontend/)
  assert.match((await of('/nowhere/camera')).fault ?? '', /could not start/)
})

test('a camera that runs is told by rate, key frames and its clock, and its last whole group of pictures can be decoded', async () => {
  const make = '-v error -re -f lavfi -i testsrc2=size=320x180:rate=25 -t 4 -c:v libx264 -preset ultrafast -bf 0 -g 25 -f mpegts pipe:1'
  const command = { program: 'ffmpeg', args: make.split(' '), stopSignals: ['SIGTERM', 'SIGKILL'] } as const
  const { trial, lastPictures } = await tryCamera(command, { seconds: 2.5, startMs: 30_000, fps: 25, clock: systemClock }, never)
  assert.equal(trial.fault, null)
  assert.equal(trial.measuredFps, 25)
  assert.equal(trial.keyFrameSeconds, 1)
  assert.ok(trial.clockUs !== null && trial.clockUs < systemClock.monotonicUs())
  assert.equal((await readPicture(lastPictures, never)).facts.verdict, 'good')
})

test('a pair is apart by less than half a frame, whichever camera was started first', () => {
  const phase = (leftUs: number | null, rightUs: number | null) => pairPhaseMs({ clockUs: leftUs }, { clockUs: rightUs }, 25)
  assert.equal(phase(1_000_000, 1_000_000), 0)
  assert.equal(phase(1_000_000, 1_017_000), 17)
  assert.equal(phase(1_000_000, 9_025_000), -15)
  assert.equal(phase(9_025_000, 1_000_000), 15)
  assert.equal(phase(null, 1), null)
})
