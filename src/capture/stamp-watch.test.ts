import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { watchStamps } from './stamp-watch.ts'

const second = 90_000

/** At which picture a jump is seen; each is given as the seconds of its stamp and of its arrival. */
function jumpAt(pictures: readonly (readonly [stamped: number, arrived: number])[]): number {
  const isJump = watchStamps()
  return pictures.findIndex(([stamped, arrived]) => isJump(Math.round(stamped * second), Math.round(arrived * 1e6)))
}

/** So many seconds at 25 pictures each, stamped and arriving so many seconds off. */
const play = (seconds: number, { stampedOff = 0, arrivedOff = 0 } = {}): [number, number][] =>
  Array.from({ length: seconds * 25 }, (_, n) => [n / 25 + stampedOff, n / 25 + arrivedOff])

test('a clock that is set ahead or back under way is a jump, with the first picture behind it', () => {
  for (const by of [3_600, 30, 3, -3, -30]) {
    const pictures = [...play(20, { stampedOff: by > 0 ? -10 : 100 }), ...play(5, { stampedOff: (by > 0 ? 10 : 120) + by, arrivedOff: 20 })]
    assert.equal(jumpAt(pictures), 500, `${by} s`)
  }
  assert.equal(jumpAt([...play(1), ...play(2, { stampedOff: 3_601, arrivedOff: 1 })]), 25, 'also right at the start')
})

test('a stall, pictures that are lost, a burst behind them, and what a program held back while it started are no jumps', () => {
  assert.equal(jumpAt([...play(20), ...play(20, { stampedOff: 20, arrivedOff: 50 })]), -1, 'held up by 30 s, all of it kept')
  assert.equal(jumpAt([...play(20), ...play(20, { stampedOff: 50, arrivedOff: 50 })]), -1, '30 s lost')
  const kept = play(1, { stampedOff: 20, arrivedOff: 50 }) // from before the standstill, then what is seen now
  assert.equal(jumpAt([...play(20), ...kept, ...play(20, { stampedOff: 51, arrivedOff: 51 })]), -1, 'stood still for 30 s')
  const heldBack = play(5).map(([stamped]): [number, number] => [stamped, 5])
  assert.equal(jumpAt([...heldBack, ...play(20, { stampedOff: 5, arrivedOff: 5 })]), -1)
})

test('late by up to two seconds, drifting, out of order or thinned out: nothing is a jump that is none', () => {
  const looks = fc.record({
    late: fc.array(fc.double({ min: 0, max: 1.8, noNaN: true }), { minLength: 50, maxLength: 300 }),
    ppm: fc.integer({ min: -200, max: 200 }),
    lost: fc.integer({ min: 0, max: 8 }),
  })
  fc.assert(
    fc.property(looks, ({ late, ppm, lost }) => {
      let arrived = 0
      const pictures = late.map((seconds, n): [number, number] => {
        const at = n / 25 + Math.floor(n / 20) * lost
        arrived = Math.max(arrived, at * (1 + ppm / 1e6) + seconds) // a way keeps their order
        return [at + (n % 3 === 1 ? 0.12 : 0), arrived]
      })
      assert.equal(jumpAt(pictures), -1)
    }),
  )
})
