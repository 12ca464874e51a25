import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Anchor, Take } from '../capture/take.ts'
import { offsetAt, ticksToUs } from './camera-clock.ts'

const second = 90_000

/** A take with an anchor at each of these seconds, arriving so many ms late; its segments open at `opened` seconds. */
function aClock(
  anchors: readonly (readonly [at: number, lateMs: number])[],
  opened: readonly number[],
  ended = false,
): Pick<Take, 'anchors' | 'ended' | 'opened'> {
  return {
    anchors: anchors.map(([at, lateMs]): Anchor => ({
      ticks: at * second,
      monotonicUs: at * 1e6 + lateMs * 1_000,
      utcMs: at * 1_000 + 2 * lateMs,
      frames: 0,
    })),
    opened: opened.map((at, number) => ({ number, firstTicks: at * second })),
    ended: ended ? { cause: 'killed', detail: '', atMs: 0 } : undefined,
  }
}
const lateMs = (take: Pick<Take, 'anchors' | 'ended' | 'opened'>, at: number): number | undefined => {
  const offset = offsetAt(take, at * second)
  return offset && offset.monotonicUs / 1_000
}

test('the soonest arrival of the last twenty seconds tells the clock; older and later ones do not', () => {
  const take = aClock(
    [
      [1, 1],
      [5, 7],
      [15, 5],
      [21, 6],
      [24, 9],
      [26, 2],
    ],
    [0, 4, 24, 25],
  )
  assert.equal(lateMs(take, 24), 5)
  assert.equal(lateMs(take, 27), 5, 'an anchor of the last two seconds may not have been told yet when it was first asked')
  assert.equal(lateMs(take, 28), 2)
  assert.equal(lateMs(take, 4), 1)
})

test('both clocks are told, each by its own soonest arrival', () => {
  assert.deepEqual(
    offsetAt(
      aClock(
        [
          [1, 3],
          [2, 1],
        ],
        [0, 4],
      ),
      4 * second,
    ),
    { monotonicUs: 1_000, utcUs: 2_000 },
  )
})

test('only the first segment of a take looks ahead: by a second, and at the anchor behind it', () => {
  const take = aClock(
    [
      [10, 9],
      [11, 4],
      [11.1, 2],
      [11.9, 1],
      [14, 9],
      [14.5, 0.5],
    ],
    [10, 14],
  )
  assert.equal(lateMs(take, 10), 2)
  assert.equal(lateMs(take, 14), 1)
  assert.equal(lateMs({ ...take, anchors: take.anchors.slice(0, 2) }, 10), undefined, 'more may come for it')
  assert.equal(lateMs({ ...take, anchors: take.anchors.slice(0, 2), ended: { cause: 'killed', detail: '', atMs: 0 } }, 10), 4)
  assert.equal(lateMs({ ...take, opened: [] }, 10), 2)
})

test('a take whose whole first second came late, because its program was starting, is placed by its second one', () => {
  const asSeen = [[0.98, 196] as const, [1.47, 0] as const, [2.58, 3] as const, [3.05, 3] as const]
  assert.equal(lateMs(aClock(asSeen, [0, 4]), 0), 0)
  assert.equal(lateMs(aClock(asSeen.slice(0, 2), [0]), 0), 0, 'as soon as it is placed at all')
})

test('a take that began late stands as right in its next segments as in its first, however short they are', () => {
  const asSeen = [[0.98, 196] as const, [1.47, 0] as const, ...Array.from({ length: 30 }, (_, n) => [n + 2.5, 3] as const)]
  for (const seconds of [1, 2, 3, 3.2, 4, 10]) {
    const opened = Array.from({ length: Math.floor(30 / seconds) }, (_, n) => n * seconds)
    const take = aClock(asSeen, opened)
    for (const at of opened.filter((each) => each < 20)) assert.equal(lateMs(take, at), 0, `${seconds} s: ${at}`)
  }
})

test('a camera that gave nothing for longer than anchors count goes on by its last one', () => {
  const take = aClock(
    [
      [0.5, 2],
      [1.5, 3],
      [2.5, 5],
      [40.5, 1],
    ],
    [0, 4, 40, 44],
  )
  assert.equal(lateMs(take, 40), 5)
  assert.equal(lateMs(take, 44), 1)
})

test('a clock that is not yet known is not guessed; once nothing better can come, the nearest anchor tells it', () => {
  assert.equal(lateMs(aClock([], [0]), 0), undefined)
  assert.equal(lateMs(aClock([], [0], true), 0), undefined)
  assert.equal(lateMs(aClock([[1, 6]], [30, 34]), 34), undefined)
  assert.equal(
    lateMs(
      aClock(
        [
          [1, 6],
          [2, 1],
        ],
        [30, 34],
        true,
      ),
      34,
    ),
    1,
  )
  assert.equal(lateMs(aClock([[3, 6]], [0]), 0), 6)
  assert.equal(lateMs(aClock([[1, 6]], [0]), 0), undefined)
  assert.equal(lateMs(aClock([[1, 6]], [0], true), 0), 6)
})

test('what is said of a segment is never taken back, however late the journal tells of its anchors', () => {
  const lateness = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 6, maxLength: 40 })
  fc.assert(
    fc.property(lateness, fc.integer({ min: 2, max: 5 }), (late, segmentSeconds) => {
      const whole = aClock(
        late.map((ms, n) => [100 + n + 0.2, ms] as const),
        Array.from({ length: Math.ceil(late.length / segmentSeconds) }, (_, n) => 100.1 + n * segmentSeconds),
      )
      for (const { firstTicks } of whole.opened) {
        const said = new Set<number>()
        // Asked again and again from the moment it is opened on; anchors arrive up to two seconds late.
        const from = whole.anchors.findIndex(({ ticks }) => ticks > firstTicks - 2 * second)
        for (let known = Math.max(0, from); known <= whole.anchors.length; known += 1) {
          const offset = offsetAt({ ...whole, anchors: whole.anchors.slice(0, known) }, firstTicks)
          if (offset) said.add(offset.monotonicUs)
        }
        assert.ok(said.size <= 1, `${firstTicks / second} s: ${[...said].join(', ')}`)
      }
    }),
  )
})

test('of many anchors the right ones are found', () => {
  const take = aClock(
    Array.from({ length: 500 }, (_, n) => [n + 1, 600 - n] as const),
    [0, 4],
  )
  for (let at = 4; at <= 500; at += 1) assert.equal(lateMs(take, at), 603 - at)
})

test('a tick is a ninetieth of a millisecond', () => {
  assert.equal(ticksToUs(90_000), 1e6)
})
