import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { movementsIn, totalOf, windowWay, type Movement } from './play.ts'

const small = { width: 160, height: 20 }
const whole = { x: 0, y: 0, ...small }

/** Small pictures of a grey hall with noise, in which somebody three cells wide stands at `at(step)`. */
function hall(steps: number, at: (step: number) => number | undefined, light = (_step: number): number => 90): Uint8Array {
  const pictures = new Uint8Array(steps * small.width * small.height)
  for (let step = 0; step < steps; step += 1)
    for (let cell = 0; cell < small.width * small.height; cell += 1) {
      const [x, y] = [cell % small.width, Math.floor(cell / small.width)]
      const who = at(step)
      const isThere = who !== undefined && Math.abs(x - who) <= 1 && y >= 8 && y < 14
      pictures[step * small.width * small.height + cell] = isThere ? 200 : light(step) + ((step * 7 + cell * 13) % 11) - 5
    }
  return pictures
}

const wayOf = (pictures: Uint8Array, share = 0.2): readonly number[] => windowWay(movementsIn(pictures, small, whole), share, 5)

test('the window goes with who runs, and always has him in it', () => {
  // From the left to the right in 12 s of five pictures each.
  const at = (step: number): number => 10 + Math.round((step * 140) / 59)
  const way = wayOf(hall(60, at))
  assert.equal(way.length, 59)
  way.forEach((place, step) => {
    const left = place * (small.width - 32)
    const who = (at(step) + at(step + 1)) / 2
    assert.ok(who >= left - 3 && who <= left + 35, `step ${step}: somebody at ${who}, the window from ${Math.round(left)}`)
  })
})

test('where nothing moves it stands in the middle; noise, a switched light and a bird are no play', () => {
  const isMiddle = (pictures: Uint8Array): void =>
    wayOf(pictures).forEach((place, step) => assert.ok(Math.abs(place - 0.5) < 0.01, `step ${step}: ${place}`))
  isMiddle(hall(30, () => undefined))
  isMiddle(hall(30, () => 20))
  isMiddle(
    hall(
      30,
      () => undefined,
      (step) => (step === 12 ? 200 : 90),
    ),
  )
  const bird = hall(30, () => undefined)
  for (let step = 0; step < 30; step += 1) bird[step * small.width * small.height + 3 * small.width + 150 - step] = 250
  isMiddle(bird)
})

test('who stands still for a while does not send the window away', () => {
  const way = wayOf(hall(80, (step) => (step < 30 ? 120 + (step % 4) : 123)))
  assert.ok(
    way.slice(10, 70).every((place) => place > 0.6),
    way.map((place) => place.toFixed(2)).join(' '),
  )
})

test('of two groups it takes the one where more moves, not the empty ground between them', () => {
  const columns = Float64Array.from({ length: 160 }, (_, x) => (x >= 10 && x < 20 ? 1 : x >= 130 && x < 150 ? 2 : 0))
  const way = windowWay(
    Array.from({ length: 40 }, () => columns),
    0.2,
    5,
  )
  assert.ok(way.every((place) => place > 0.85))
})

test('whatever moves, the window stays within the picture and never jumps', () => {
  const movement = fc
    .array(fc.integer({ min: 0, max: 30 }), { minLength: 40, maxLength: 40 })
    .map((each): Movement => Float64Array.from(each))
  fc.assert(
    fc.property(fc.array(movement, { maxLength: 60 }), fc.double({ min: 0.05, max: 1.2, noNaN: true }), (movements, share) => {
      const way = windowWay(movements, share, 5)
      assert.equal(way.length, movements.length)
      way.forEach((place, step) => {
        assert.ok(place >= 0 && place <= 1)
        assert.ok(step === 0 || Math.abs(place - (way[step - 1] ?? 0)) <= 2 / 32 + 1e-9)
      })
    }),
    { numRuns: 60 },
  )
})

test('movement is counted in the pane that it is in', () => {
  const pictures = hall(10, (step) => 100 + step * 4)
  const [left, right] = [
    { ...whole, width: 80 },
    { ...whole, x: 80, width: 80 },
  ]
  assert.equal(totalOf(movementsIn(pictures, small, left)), 0)
  assert.ok(totalOf(movementsIn(pictures, small, right)) > 100)
})
