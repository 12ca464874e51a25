// What a camera is suspected of, over the lives of a merge.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noon, smallRecording } from '../../tests/small-recording.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { systemClock } from '../base/clock.ts'
import { silentLogger } from '../base/logger.ts'
import { openFilmWatch } from './film-watch.ts'
import { listPictureFaults } from './picture-faults.ts'

const size = { width: 96, height: 54 }
const fps = 25
const flat = (value: number): Buffer => Buffer.alloc(size.width * size.height, value)
/** A court, always the same one. */
const still = (): Buffer => Buffer.from(Array.from({ length: size.width * size.height }, (_, at) => 16 + ((at * 7) % 200)))
/** Somebody plays. */
const alive = (second: number): Buffer =>
  Buffer.from(Array.from({ length: size.width * size.height }, (_, at) => 16 + ((at * 7 + second * 61) % 200)))

type Given = (second: number) => Buffer | undefined

/** A film of so many seconds, in lives that begin at these seconds; what the left camera is told of. */
async function watched(given: Given, lives: readonly number[], seconds: number) {
  using home = temporaryFolder()
  using recording = await smallRecording(home.path)
  for (const [n, from] of lives.entries()) {
    const options = { db: recording.db, clock: { ...systemClock, nowMs: () => noon }, logger: silentLogger(), recordingId: 'r', fps }
    const watch = openFilmWatch({ ...options, sizeOf: () => size, fromFrame: from * fps })
    const until = lives[n + 1] ?? seconds
    for (let second = from; second < until; second += 1) {
      const data = given(second)
      const frame = second * fps
      watch.see('left', frame, data ? { is: 'picture', data, frame, exactFrame: frame } : { is: 'missing', cause: 'stalled' })
    }
    if (until === seconds) watch.end(seconds * fps)
  }
  return {
    told: listPictureFaults(recording.db, 'r').map(({ fault, firstFrame, frames }) => [fault, firstFrame / fps, frames / fps]),
    events: recording.db.all("select kind from event where kind = 'camera.suspect'").length,
  }
}

for (const [what, given, told] of [
  ['black', () => flat(17), ['black', 0, 30]],
  ['covered', () => flat(90), ['covered', 0, 30]],
  ['frozen', () => still(), ['frozen', 0, 30]],
] as const satisfies readonly (readonly [string, Given, readonly unknown[]])[])
  test(`a camera that is ${what} through a merge that is killed and goes on is told once, with one stretch`, async () => {
    const whole = await watched(given, [0], 30)
    assert.deepEqual(whole, { told: [told], events: 1 })
    assert.deepEqual(await watched(given, [0, 12, 14, 20], 30), whole)
  })

test('what is over when the merge goes on stays as it was, and what comes then is told for itself', async () => {
  const frozen: Given = (second) => (second < 12 ? still() : alive(second))
  assert.deepEqual(await watched(frozen, [0, 12], 30), { told: [['frozen', 0, 12]], events: 1 })
  const black: Given = (second) => (second < 10 ? flat(17) : second < 14 ? alive(second) : flat(17))
  const two = {
    told: [
      ['black', 0, 10],
      ['black', 14, 16],
    ],
    events: 2,
  }
  assert.deepEqual(await watched(black, [0, 12], 30), two)
  assert.deepEqual(await watched(black, [0, 10], 30), two)
  const gone: Given = (second) => (second < 10 ? flat(17) : second < 12 ? undefined : flat(17))
  assert.deepEqual((await watched(gone, [0, 10], 30)).told, [
    ['black', 0, 10],
    ['black', 12, 18],
  ])
})
