import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fitDrift, type TimedOffset } from './drift-fit.ts'

/** Offsets of windows of 6 s, off by what `noise` says. */
const windows = (count: number, offsetMs: number, ppm: number, noise: (n: number) => number): TimedOffset[] =>
  Array.from({ length: count }, (_, n) => {
    const atMs = n * 6_000 + 3_000
    return { atMs, offsetMs: offsetMs + (ppm * atMs) / 1e6 + noise(n) }
  })

test('offset and drift of a recording are found, whatever they are, with a third of its windows misled', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 12, max: 900 }),
      fc.double({ min: -300, max: 300, noNaN: true }),
      fc.double({ min: -500, max: 500, noNaN: true }),
      fc.integer({ min: 1, max: 1e6 }),
      (count, offsetMs, ppm, seed) => {
        const wobble = (n: number): number => Math.sin(n * 12.9898 + seed)
        const points = windows(count, offsetMs, ppm, (n) => wobble(n) + (n % 3 === 1 ? 400 * wobble(n * 7 + 1) + 60 : 0))
        const fit = fitDrift(points)
        assert.ok(fit?.driftPpm !== undefined)
        const truth = offsetMs + (ppm * fit.atMs) / 1e6
        assert.ok(Math.abs(fit.offsetMs - truth) < 2, `${fit.offsetMs} for ${truth}`)
        const spanMs = count * 6_000
        assert.ok(Math.abs(fit.driftPpm - ppm) * spanMs < 6e6, `${fit.driftPpm} ppm for ${ppm} over ${spanMs} ms`)
        assert.ok(fit.residualMs < 3)
        assert.equal(fit.windows + fit.outliers, count)
      },
    ),
    { numRuns: 40 },
  )
})

test('clean windows are all kept, and leave what noise they have', () => {
  const fit = fitDrift(windows(100, 137, 40, (n) => (n % 2 === 0 ? 1 : -1)))
  assert.equal(fit?.outliers, 0)
  assert.ok(Math.abs((fit?.driftPpm ?? 0) - 40) < 0.5)
  assert.ok(Math.abs((fit?.residualMs ?? 0) - 1) < 0.05)
})

test('over less than a minute no drift is told, and of nothing nothing', () => {
  const fit = fitDrift(windows(5, 20, 100, () => 0))
  assert.equal(fit?.driftPpm, undefined)
  assert.ok(Math.abs((fit?.offsetMs ?? 0) - 21.5) < 1)
  assert.equal(fitDrift([]), undefined)
})
