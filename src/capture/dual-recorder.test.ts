import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeClock } from '../../tests/fake-clock.ts'
import { untilEnded } from './dual-recorder.ts'

const feedsWhile = async (endsAfterMs: number): Promise<number> => {
  const clock = fakeClock(0)
  const endUs = clock.monotonicUs() + endsAfterMs * 1_000
  const hanging = async (): Promise<void> => {
    while (clock.monotonicUs() < endUs) await Promise.resolve()
  }
  let feeds = 0
  await untilEnded(hanging(), clock, () => feeds++)
  return feeds
}

test('a slow end of a take is no standstill, one that hangs for minutes is', async () => {
  const slow = await feedsWhile(30_000)
  assert.ok(slow >= 30 && slow < 35, String(slow))
  const hung = await feedsWhile(600_000)
  assert.ok(hung > 60 && hung < 70, `fed for ${hung} s of 600`)
})

test('an end that fails is told', async () => {
  await assert.rejects(untilEnded(Promise.reject(new Error('no disk')), fakeClock(0)), /no disk/)
})
