import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FileSound } from './file-sound.ts'
import { moveSound } from './moved-sound.ts'

/** Units that tell their place; asked in growing order only, and with a gap at place 100. */
function counting(): FileSound {
  let next = 0
  return {
    unitAt: (frame) => Math.ceil((frame * 46.875) / 25 - 1e-6),
    between: (from, end) => {
      assert.ok(from >= next, `${from} after ${next}`)
      next = end
      const units = Array.from({ length: end - from }, (_, n) => Buffer.from([from + n]))
      return Promise.resolve({
        units,
        gaps: from <= 100 && end > 100 ? [{ camera: 'sound', firstFrame: 53, frames: 1, cause: 'late' }] : [],
      })
    },
    damaged: () => [],
    fault: () => undefined,
    close: () => Promise.resolve(),
  }
}

/** Chunks of 25 frames. */
async function heard(movedBy: (frame: number) => number): Promise<{ places: number[]; gaps: number[] }> {
  const sound = moveSound(counting(), 25, movedBy)
  const [places, gaps]: [number[], number[]] = [[], []]
  for (let frame = 0; frame < 100; frame += 25) {
    const given = await sound.between(sound.unitAt(frame), sound.unitAt(frame + 25))
    places.push(...given.units.map((unit) => unit[0] ?? -1))
    gaps.push(...given.gaps.map(({ firstFrame }) => firstFrame))
  }
  return { places, gaps }
}

const all = Array.from({ length: 188 }, (_, n) => n)

test('sound whose pictures are not moved is as it was', async () => {
  assert.deepEqual(await heard(() => 0), { places: all, gaps: [53] })
})

test('where pictures are taken a frame later from a chunk on, two units are left out there', async () => {
  const expected = all.map((place) => (place < 94 ? place : place + 2))
  assert.deepEqual(await heard((frame) => (frame < 50 ? 0 : 1)), { places: expected, gaps: [52] })
})

test('where they are taken a frame sooner, two are heard again; again and again, and back', async () => {
  const { places } = await heard((frame) => (frame < 50 ? 0 : -1))
  assert.deepEqual(
    places,
    all.map((place) => (place < 94 ? place : place - 2)),
  )
  const there = await heard((frame) => [0, -1, -2, -1][frame / 25] ?? 0)
  const moved = (place: number): number => [0, -2, -4, -2][place < 47 ? 0 : place < 94 ? 1 : place < 141 ? 2 : 3] ?? 0
  assert.deepEqual(
    there.places,
    all.map((place) => place + moved(place)),
  )
})
