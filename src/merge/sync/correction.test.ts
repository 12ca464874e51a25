import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { firstShift, nextShift, type SyncedChunk, type SyncWindow } from './correction.ts'

const fps = 25

const measured = (wantedFrames: number, confidence = 5): SyncWindow => ({
  is: 'measured',
  offsetMs: wantedFrames * 40,
  wantedFrames,
  confidence,
  cells: 1_500,
  moving: 200,
})
const refused: SyncWindow = { is: 'refused', why: 'nothing-moves', cells: 1_500, moving: 0 }

/** A film of chunks of `frames`, a window ending with each third; returns them with the shifts that were decided. */
function film(windows: readonly (SyncWindow | undefined)[], { frames = 50, start = 0 } = {}): SyncedChunk[] {
  const chunks: SyncedChunk[] = []
  for (const [n, window] of windows.entries()) chunks.push({ firstFrame: n * frames, frames, shift: nextShift(start, chunks, fps), window })
  return chunks
}

const shiftsOf = (chunks: readonly SyncedChunk[]): number[] => chunks.map(({ shift }) => shift)

test('an offset is followed by one frame a chunk, to within half a frame, and stays there', () => {
  const windows = Array.from({ length: 12 }, (_, n) => (n % 3 === 2 ? measured(3.4) : undefined))
  assert.deepEqual(shiftsOf(film(windows)), [0, 0, 0, 1, 2, 3, 3, 3, 3, 3, 3, 3])
})

test('one window that is not so distinct waits for another that agrees', () => {
  assert.deepEqual(shiftsOf(film([measured(2, 2.5), undefined, undefined, measured(2.2, 2.5), undefined, undefined])), [0, 0, 0, 0, 1, 2])
  assert.deepEqual(shiftsOf(film([measured(2, 2.5), measured(-9, 2.5), refused, undefined])), [0, 0, 0, 0])
})

test('a window that was misled moves nothing', () => {
  const windows = [measured(1.1), measured(1.1), measured(-40), measured(1.0), measured(1.2), measured(60), measured(1.1), undefined]
  assert.deepEqual(shiftsOf(film(windows)), [0, 1, 1, 1, 1, 1, 1, 1])
})

test('where nothing is measured nothing changes', () => {
  assert.deepEqual(shiftsOf(film([refused, undefined, refused, refused])), [0, 0, 0, 0])
})

test('before the film the whole offset is taken at once, if it is distinct', () => {
  assert.equal(firstShift(measured(-7.6)), -8)
  assert.equal(firstShift(measured(-7.6, 2.2)), 0)
  assert.equal(firstShift(refused), 0)
  assert.equal(firstShift(undefined), 0)
  assert.deepEqual(shiftsOf(film([undefined, measured(-8.2), undefined], { start: -8 })), [-8, -8, -8])
})

test('whatever was measured: a step is one frame, at most one a second; and a merge that goes on anywhere decides the same', () => {
  const window = fc.option(
    fc.oneof(
      fc.constant(refused),
      fc
        .record({ wanted: fc.double({ min: -95, max: 95, noNaN: true }), confidence: fc.double({ min: 2, max: 20, noNaN: true }) })
        .map((each) => measured(each.wanted, each.confidence)),
    ),
    { nil: undefined },
  )
  fc.assert(
    fc.property(
      fc.array(window, { maxLength: 40 }),
      fc.integer({ min: 5, max: 60 }),
      fc.integer({ min: -90, max: 90 }),
      (windows, frames, start) => {
        const chunks = film(windows, { frames, start })
        let lastChange = Number.NEGATIVE_INFINITY
        for (const [n, { shift, firstFrame }] of chunks.entries()) {
          const before = chunks[n - 1]?.shift ?? start
          assert.ok(Math.abs(shift - before) <= 1 && Math.abs(shift) <= 90)
          if (shift === before) continue
          assert.ok(firstFrame - lastChange >= fps, `${firstFrame} after ${lastChange}`)
          lastChange = firstFrame
          // What a killed merge finds in its rows is what this one knew.
          assert.equal(nextShift(start, structuredClone(chunks.slice(0, n)), fps), shift)
        }
      },
    ),
  )
})
