import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Take } from '../take.ts'
import { lightFor, openPictureWatch } from './light.ts'

const anchor = { ticks: 0, monotonicUs: 0, utcMs: 0, frames: 0 }

/** A take that has told of so many moments. */
const take = (id: string, told: number, ended = false): Take => ({
  id,
  rigId: 'rig',
  camera: 'left',
  folder: `/takes/${id}`,
  bootId: 'boot',
  begunAtMs: 0,
  chain: { pid: 1, startTicks: 1 },
  source: undefined,
  segments: [],
  opened: [],
  anchors: Array.from({ length: told }, () => anchor),
  ended: ended ? { cause: 'stopped', detail: '', atMs: 0 } : undefined,
})

const startMs = 10_000

test('the light is on while pictures are kept, whether or not a capture is wanted', () => {
  assert.equal(lightFor({ wantedMs: 20_000, pictures: true, startMs }), 'on')
  assert.equal(lightFor({ wantedMs: undefined, pictures: true, startMs }), 'on')
})

test('cameras that are only starting are no trouble yet; those that give nothing are', () => {
  assert.equal(lightFor({ wantedMs: 9_999, pictures: false, startMs }), 'off')
  assert.equal(lightFor({ wantedMs: 10_000, pictures: false, startMs }), 'blink')
})

test('with nothing wanted and nothing kept it is off', () => {
  assert.equal(lightFor({ wantedMs: undefined, pictures: false, startMs }), 'off')
})

test('a take that grows is pictures being kept, until three seconds after it last grew', () => {
  const watch = openPictureWatch()
  assert.equal(watch.look([], 0), false)
  assert.equal(watch.look([take('a', 1)], 1_000_000), true)
  assert.equal(watch.look([take('a', 1)], 3_900_000), true)
  assert.equal(watch.look([take('a', 1)], 4_000_000), false)
  assert.equal(watch.look([take('a', 2)], 4_500_000), true)
})

test('a take that has ended keeps nothing from that moment on', () => {
  const watch = openPictureWatch()
  watch.look([], 0)
  assert.equal(watch.look([take('a', 3)], 500_000), true)
  assert.equal(watch.look([take('a', 4, true)], 1_000_000), false)
})

test('what an earlier life left without an end is not taken for pictures', () => {
  const watch = openPictureWatch()
  assert.equal(watch.look([take('old', 90)], 0), false)
  assert.equal(watch.look([take('old', 90)], 1_000_000), false)
})

test('one camera that films is enough, whatever the other one does', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }), (grows) => {
      const watch = openPictureWatch()
      let told = 0
      let grewAt = Number.NEGATIVE_INFINITY
      watch.look([take('dead', 5), take('a', told)], 0)
      grows.forEach((growing, n) => {
        const nowUs = (n + 1) * 500_000
        if (growing) {
          told += 1
          grewAt = nowUs
        }
        assert.equal(watch.look([take('dead', 5), take('a', told)], nowUs), nowUs - grewAt < 3_000_000)
      })
    }),
  )
})
