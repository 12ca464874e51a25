import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fakeClock } from '../../../tests/fake-clock.ts'
import { openPacer, smallLeadBytes } from './pacer.ts'

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

test('however many small things come, a film that asks for its next piece when it got one gets as much as they do, but for their lead', async () => {
  const most = 64 * 1_024
  const burstBytes = 250_000 // what nobody has to wait for
  const piece = fc.integer({ min: 1, max: most })
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 40 }), piece, async (films, small) => {
      const clock = fakeClock(startMs)
      const pacer = openPacer({ ...clock, sleep: (ms) => clock.sleep(ms).then(nextTurn) }, () => 1e6)
      const sent = { small: 0, film: 0 }
      let isOver = false
      const endless = async (): Promise<void> => {
        while (!isOver) {
          await pacer.pass(small, 'small', never)
          if (!isOver) sent.small += small
          assert.ok(sent.small <= sent.film + smallLeadBytes + burstBytes + 4 * most, `${sent.small} small bytes beside ${sent.film}`)
        }
      }
      const film = async (): Promise<void> => {
        for (const bytes of films) {
          await pacer.pass(bytes, 'film', never)
          sent.film += bytes
        }
        isOver = true
      }
      await Promise.all([film(), endless(), endless()])
    }),
    { numRuns: 30 },
  )
})

/** Bodies ask for their next piece when the stream has taken the last one. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
