import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { higherRate, judgeTiming } from './film-timing-policy.ts'

const uniform = (frames: number, fps: number, from = 0): number[] => Array.from({ length: frames }, (_, n) => from + n / fps)

function faultOf(times: readonly number[]): string {
  const judged = judgeTiming(times)
  assert.ok('fault' in judged, JSON.stringify(judged))
  return judged.fault
}

function rateOf(times: readonly number[]): string {
  const judged = judgeTiming(times)
  assert.ok('rate' in judged, JSON.stringify(judged))
  return `${judged.rate.num}/${judged.rate.den}${judged.varies ? ' varies' : ''}`
}

test('an even film has its rate, wherever its clock stood and in whatever order its packets come', () => {
  assert.deepEqual(judgeTiming(uniform(250, 25, 3_600)), { rate: { num: 25, den: 1 }, seconds: 10, varies: false })
  assert.equal(rateOf([0, 0.08, 0.04, 0.16, 0.12]), '25/1')
  assert.equal(rateOf(uniform(500, 30_000 / 1_001)), '30000/1001')
  assert.equal(rateOf(uniform(500, 30)), '30/1')
})

test('times that a container rounds to milliseconds keep their rate', () => {
  const rounded = (fps: number): number[] => uniform(2_000, fps).map((time) => Math.round(time * 1_000) / 1_000)
  assert.equal(rateOf(rounded(30_000 / 1_001)), '30000/1001')
  assert.equal(rateOf(rounded(60)), '60/1')
})

test("the cinema's rate stands on the next one of ours, a picture repeated now and then", () => {
  assert.equal(rateOf(uniform(2_400, 24_000 / 1_001)), '24/1 varies')
  assert.equal(rateOf(uniform(6_000, 60_000 / 1_001)), '60/1 varies')
})

test("a telephone's uneven pictures are placed by their times; what stands still for long, or would lose many pictures, is refused", () => {
  let time = 0
  const dim = Array.from({ length: 600 }, (_, n) => (time += n % 3 === 0 ? 1 / 24 : 1 / 30))
  assert.equal(rateOf(dim), '30000/1001 varies')
  assert.match(faultOf([...uniform(50, 25), ...uniform(50, 25, 60)]), /varies too much/)
  assert.equal(rateOf([...uniform(100, 25), ...uniform(200, 50, 4)]), '50/1 varies')
  assert.match(faultOf([...uniform(400, 25), ...uniform(100, 100, 16)]), /varies too much/)
  assert.match(faultOf(uniform(20, 1)), /no rate from 10 to 120/)
})

test('time stamps that are damage are refused', () => {
  assert.match(faultOf([]), /no picture/)
  assert.match(faultOf([5, 5, 5]), /one time/)
  assert.match(faultOf([...uniform(100, 25), 1e9]), /span \d+ hours/)
})

test('of two films the higher rate loses no picture', () => {
  const [film, television] = [
    { num: 25, den: 1 },
    { num: 30_000, den: 1_001 },
  ]
  assert.deepEqual(higherRate(film, television), television)
  assert.deepEqual(higherRate(television, film), television)
})

test('whatever the times are, a film is placed within a day or refused with a reason', () => {
  const time = fc.oneof(
    fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    fc.integer({ min: 0, max: 1_000 }).map((n) => n / 25),
  )
  fc.assert(
    fc.property(fc.array(time, { maxLength: 200 }), (times) => {
      const judged = judgeTiming(times)
      if ('fault' in judged) assert.ok(judged.fault.length > 5)
      else assert.ok(judged.seconds > 0 && judged.seconds <= 24 * 3_600 + 1 && (90_000 * judged.rate.den) % judged.rate.num === 0)
    }),
  )
})

test('pictures of which every third one is gone stand on the grid that they came from', () => {
  const third = (frames: number, fps: number): number[] => uniform(frames, fps).filter((_, n) => n % 3 !== 1)
  assert.equal(rateOf(third(90, 30)), '30/1 varies')
  assert.equal(rateOf(third(9_000, 30).map((time) => Math.round(time * 1_000) / 1_000)), '30/1 varies')
  assert.equal(rateOf(third(3_000, 50)), '50/1 varies')
  assert.equal(rateOf(third(9_000, 30_000 / 1_001)), '30000/1001 varies')
})

test('two films one behind the other are told as that, with the mend', () => {
  const judged = judgeTiming([...uniform(100, 25, 1.4), ...uniform(100, 25, 1.4)])
  assert.ok('fault' in judged)
  assert.match(judged.fault, /its time stamps begin anew after 4\.0 s/)
  assert.match(judged.hint ?? '', /ffmpeg -i IN -c copy/)
})
