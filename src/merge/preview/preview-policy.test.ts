import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isThumbnail, mayBePreview, mostThumbnails, thumbnailSeconds } from './preview-policy.ts'

/** Frames that are kept of a film that grew to its length: each new one leaves out what the coarser grid does not need. */
function kept(frames: number, fps: number): number[] {
  let all: number[] = []
  let before = 0
  for (let frame = 0; frame < frames; frame += fps) {
    if (!isThumbnail(frame, fps)) continue
    const grid = thumbnailSeconds((frame + 1) / fps) * fps
    all.push(frame)
    if (grid !== before) all = all.filter((each) => each % grid === 0)
    before = grid
  }
  return all
}

test('a film of any length has few enough thumbnails, the first one at its start, evenly spread to its end', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 13 * 3_600 }), fc.constantFrom(25, 30), (seconds, fps) => {
      const grid = thumbnailSeconds(seconds) * fps
      const own = kept(seconds * fps, fps).filter((frame) => frame % grid === 0)
      assert.ok(own.length <= mostThumbnails, `${own.length}`)
      assert.deepEqual(
        own,
        Array.from({ length: Math.ceil((seconds * fps) / grid) }, (_, n) => n * grid),
      )
    }),
    { numRuns: 15 },
  )
})

test('three hours have a thumbnail every half minute, a short film one every four seconds', () => {
  assert.deepEqual([8, 1_600, 1_601, 5_400, 10_800, 43_200].map(thumbnailSeconds), [4, 4, 8, 16, 32, 128])
})

test('the first picture may stand for a film, and a few later ones: never more than that is drawn large', () => {
  const frames = Array.from({ length: 3 * 3_600 * 5 }, (_, n) => n * 5).filter((frame) => mayBePreview(frame, 25))
  assert.deepEqual(frames, [0, 200, 1_600, 12_800, 51_200])
})
