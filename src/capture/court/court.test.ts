import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readCounter } from '../pitch/counter.ts'
import type { Body } from './body.ts'
import { openCourt } from './court.ts'
import { pitch } from './five-a-side.ts'
import { footballAt } from './football-play.ts'
import { aroundCircles, hullOf } from './hull.ts'
import { padelCourt } from './padel.ts'
import { padelAt } from './padel-play.ts'

const format = { width: 256, height: 144, fps: 25 }
const plays = { football: footballAt, padel: padelAt } as const
const points = (bodies: readonly Body[]): number[] =>
  bodies.flatMap(({ parts }) => parts.flatMap(({ balls }) => balls.flatMap(({ at }) => [...at])))

test('the joint of a loop does not jump: its end meets its beginning', () => {
  for (const at of Object.values(plays)) {
    const [end, begin] = [points(at(1 - 1e-9)), points(at(0))]
    assert.equal(end.length, begin.length)
    for (const [n, value] of end.entries()) assert.ok(Math.abs(value - (begin[n] ?? Number.NaN)) < 1e-3, `${n}: ${value} and ${begin[n]}`)
  }
})

test('nobody leaves the courts, sinks into the ground or is another size than people are', () => {
  for (let n = 0; n < 200; n += 1) {
    for (const { foot, parts } of footballAt(n / 200)) {
      assert.ok(Math.abs(foot[0]) < pitch.halfLength + 1.4 && foot[2] > 3.2 && foot[2] < pitch.far + 1, `${foot.join()} at ${n}`)
      if (parts.length === 1) continue
      const balls = parts.flatMap((part) => part.balls)
      const top = Math.max(...balls.map(({ at, radius }) => at[1] + radius))
      assert.ok(top > 1.62 && top < 1.92, `${top} tall`)
      assert.ok(balls.every(({ at, radius }) => at[1] - radius > -0.03))
    }
    for (const { foot } of padelAt(n / 200))
      assert.ok(Math.abs(foot[0]) < padelCourt.halfBreadth && foot[2] > 0 && foot[2] < padelCourt.length, `${foot.join()} at ${n}`)
  }
})

test('the padel ball goes over the net and never through the ground', () => {
  const ballAt = (n: number) => padelAt(n / 1000).at(-1)?.parts[0]?.balls[0]?.at ?? [0, -1, 0]
  let crossings = 0
  for (let n = 0; n < 1000; n += 1) {
    const [before, after] = [ballAt(n), ballAt(n + 1)]
    assert.ok(before[1] > 0.02)
    if (before[2] < padelCourt.net === after[2] < padelCourt.net) continue
    crossings += 1
    assert.ok(Math.min(before[1], after[1]) > padelCourt.netHeight, `crossing at ${before[1]} m`)
  }
  assert.equal(crossings, 16)
})

test('both rigs show a picture with a counter, the same one each time it is drawn', () => {
  for (const rig of ['real', 'opposite'] as const)
    for (const side of ['left', 'right'] as const) {
      const court = openCourt(rig, side, format)
      assert.equal(court.frames, 500)
      const first = court.picture(123).slice()
      const other = court.picture(124).slice()
      assert.equal(readCounter(first, format.width, side), 123)
      assert.deepEqual(court.picture(123), first)
      assert.notDeepEqual(other, first)
      const luma = first.subarray(40 * format.width, format.width * format.height)
      assert.ok(Math.min(...luma) >= 16 - 8 && Math.max(...luma) <= 235 + 8)
    }
})

test('a hull holds all its points and turns one way', () => {
  const coordinate = fc.integer({ min: -50, max: 50 })
  fc.assert(
    fc.property(fc.array(coordinate, { minLength: 8, maxLength: 40 }), (values) => {
      const all = values.slice(0, values.length - (values.length % 2))
      const hull = hullOf(all)
      for (let n = 0; n < hull.length; n += 2) {
        const [x0 = 0, y0 = 0] = [hull[n], hull[n + 1]]
        const [x1 = 0, y1 = 0] = [hull[(n + 2) % hull.length], hull[(n + 3) % hull.length]]
        for (let m = 0; m < all.length; m += 2) assert.ok((x1 - x0) * ((all[m + 1] ?? 0) - y0) - (y1 - y0) * ((all[m] ?? 0) - x0) >= 0)
      }
    }),
  )
})

test('an outline around circles is that of their hull: nothing sticks out by more than a piece of its arcs', () => {
  const anyCircle = fc.record({
    x: fc.integer({ min: -9, max: 9 }),
    y: fc.integer({ min: -9, max: 9 }),
    radius: fc.integer({ min: 1, max: 5 }),
  })
  fc.assert(
    fc.property(fc.array(anyCircle, { minLength: 1, maxLength: 4 }), (circles) => {
      const outline = aroundCircles(circles)
      for (let n = 0; n < 24; n += 1) {
        const [cos, sin] = [Math.cos((n * Math.PI) / 12), Math.sin((n * Math.PI) / 12)]
        const wanted = Math.max(...circles.map(({ x, y, radius }) => x * cos + y * sin + radius))
        let reached = -Infinity
        for (let m = 0; m < outline.length; m += 2) reached = Math.max(reached, (outline[m] ?? 0) * cos + (outline[m + 1] ?? 0) * sin)
        assert.ok(reached <= wanted + 1e-9 && reached > wanted - 0.18, `${reached} instead of ${wanted}`)
      }
    }),
  )
})
