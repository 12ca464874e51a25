import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bootId, systemClock } from './clock.ts'
import { runChild } from './process.ts'

test('monotonic time is the same for all processes of a boot', async () => {
  const before = systemClock.monotonicUs()
  const { stdout } = await runChild(process.execPath, ['-p', 'Number(process.hrtime.bigint() / 1000n)'])
  const after = systemClock.monotonicUs()
  const there = Number(stdout.toString())
  assert.ok(before <= there && there <= after, `${before} ${there} ${after}`)
})

test('wall time is in Unix milliseconds', () => {
  const before = Date.now()
  const now = systemClock.nowMs()
  assert.ok(before <= now && now <= Date.now() && Number.isSafeInteger(now))
})

test('a wait ends at once when its signal aborts, before or during it, and never rejects', async () => {
  const stop = new AbortController()
  const waits = [systemClock.sleep(3_600_000, stop.signal), systemClock.sleep(3_600_000, AbortSignal.abort()), systemClock.sleep(0)]
  stop.abort()
  assert.deepEqual(await Promise.all(waits), [undefined, undefined, undefined])
})

test('a boot has one name', () => {
  assert.equal(bootId(), bootId())
  assert.match(bootId(), /^[0-9a-f-]{36}$|^unknown-boot$/)
})
