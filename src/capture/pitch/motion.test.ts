import assert from 'node:assert/strict'
import { test } from 'node:test'
import { field } from './ground-plan.ts'
import { matchAt } from './motion.ts'

const moments = Array.from({ length: 500 }, (_, n) => matchAt(n / 500))

test('22 numbered players and a referee play, each number once a side', () => {
  for (const { runners } of moments) {
    assert.equal(runners.length, 23)
    assert.deepEqual(
      runners.map((runner) => runner.number),
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, undefined],
    )
  }
})

test('nobody leaves the ground between the boards, and nobody is faster than a sprinter', () => {
  for (const { runners } of moments)
    for (const { x, z, velocityX, velocityZ } of runners) {
      assert.ok(Math.abs(x) < field.halfLength + 4 && z > field.near - 2.4 && z < field.far + 4, `${x} ${z}`)
      assert.ok(Math.hypot(velocityX, velocityZ) < 12)
    }
})

test('the joint of the loop does not jump: its end meets its beginning', () => {
  const [end, begin] = [matchAt(1 - 1e-9), matchAt(0)]
  for (const [n, runner] of end.runners.entries()) {
    const other = begin.runners[n]
    assert.ok(other !== undefined && Math.hypot(runner.x - other.x, runner.z - other.z) < 1e-3)
    const stride = Math.abs(Math.sin(runner.stride) - Math.sin(other.stride)) + Math.abs(Math.cos(runner.stride) - Math.cos(other.stride))
    assert.ok(stride < 1e-3)
  }
  assert.ok(Math.hypot(end.ball.x - begin.ball.x, end.ball.y - begin.ball.y, end.ball.z - begin.ball.z) < 1e-3)
})

test('the ball goes from player to player without a leap and stays above the ground', () => {
  for (const [n, { ball }] of moments.entries()) {
    const later = moments[(n + 1) % moments.length]?.ball
    assert.ok(later !== undefined && Math.hypot(ball.x - later.x, ball.z - later.z) < 2, `frame ${n}`)
    assert.ok(ball.y > 0)
  }
})
