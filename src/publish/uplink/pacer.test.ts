import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fakeClock } from '../../../tests/fake-clock.ts'
import { openMeter } from './meter.ts'
import { openPacer } from './pacer.ts'

const never = new AbortController().signal
const startMs = 1_000_000

test('however many ask, no more goes than the rate allows beside the first burst and one piece', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 8_000, max: 1e6 }),
      async (pieces, rate) => {
        const clock = fakeClock(startMs)
        const pacer = openPacer(clock, () => rate)
        let sent = 0
        await Promise.all(
          pieces.map(async (bytes) => {
            await pacer.pass(bytes, 'film', never)
            sent += bytes
            const allowed = ((clock.nowMs() - startMs) / 1_000 + 0.25) * rate + Math.max(...pieces)
            assert.ok(sent <= allowed, `${sent} of ${allowed}`)
          }),
        )
        // And it is not slower than asked: each nap is rounded up to a millisecond.
        assert.ok((clock.nowMs() - startMs) / 1_000 <= sent / rate + pieces.length / 1_000 + 0.001)
      },
    ),
    { numRuns: 50 },
  )
})

test('small things go before films that wait; without a rate nobody waits', async () => {
  const clock = fakeClock(startMs)
  const order: string[] = []
  const pacer = openPacer(clock, () => 10_000)
  await Promise.all(
    (['film', 'film', 'film', 'small'] as const).map((urgency) => pacer.pass(10_000, urgency, never).then(() => order.push(urgency))),
  )
  assert.deepEqual(order, ['film', 'small', 'film', 'film'])
  const free = openPacer(clock, () => undefined)
  const before = clock.nowMs()
  for (let n = 0; n < 100; n += 1) await free.pass(1e9, 'film', never)
  assert.equal(clock.nowMs(), before)
})

test('a rate that changes while bytes wait holds from then on; who leaves takes nothing with him', async () => {
  const clock = fakeClock(startMs)
  let rate = 100
  const pacer = openPacer(
    {
      ...clock,
      sleep: async (ms) => {
        clock.advance(ms)
        if (clock.nowMs() >= startMs + 3_000) rate = 1e6
      },
    },
    () => rate,
  )
  await pacer.pass(100_000, 'film', never)
  const gone = new AbortController()
  const left = pacer.pass(50_000, 'film', gone.signal)
  const next = pacer.pass(1, 'film', never)
  gone.abort(new Error('gone'))
  await assert.rejects(left, /gone/)
  await next
  assert.ok(clock.nowMs() - startMs < 10_000, `${clock.nowMs() - startMs} ms`)
})

test('the uplink is as fast as what arrived over the time that something was under way; idle time and lost parts count for nothing', () => {
  const clock = fakeClock(startMs)
  const meter = openMeter(clock)
  assert.equal(meter.bytesPerSecond(), undefined)
  const [one, two] = [meter.begin(), meter.begin()]
  clock.advance(1_000)
  one(500_000)
  one(500_000) // told twice by accident
  clock.advance(1_000)
  two(500_000)
  assert.equal(meter.bytesPerSecond(), 500_000)
  clock.advance(3_600_000)
  assert.equal(meter.bytesPerSecond(), 500_000)
  const lost = meter.begin()
  clock.advance(1_000)
  lost(0)
  const again = meter.begin()
  clock.advance(1_000)
  again(500_000)
  assert.equal(meter.bytesPerSecond(), 375_000)
})
