import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DecodedPicture } from './picture-child.ts'
import { placePictures } from './film-reader.ts'

/** What is shown frame by frame, by a film whose pictures have these times: the picture's number, and how. */
async function show(times: readonly number[], frames: number, rate = { num: 25, den: 1 }): Promise<string[]> {
  const pictures = times.map((ticks, n): DecodedPicture => ({ ticks, data: Buffer.from([n]) }))
  const at = placePictures(() => Promise.resolve(pictures.shift()), rate)
  const shown: string[] = []
  for (let frame = 0; frame < frames; frame += 1) {
    const found = await at(frame)
    shown.push('data' in found ? `${found.is} ${found.data[0]}` : found.is)
  }
  return shown
}

test('a film begins at its own first picture, wherever its clock stood', async () => {
  assert.deepEqual(await show([900_000, 903_600, 907_200], 4), ['picture 0', 'picture 1', 'picture 2', 'ended'])
})

test('a short hole repeats the picture before it, a long one stays a hole', async () => {
  assert.deepEqual(await show([0, 3 * 3_600], 4), ['picture 0', 'repeat 0', 'repeat 0', 'picture 1'])
  assert.deepEqual((await show([0, 7 * 3_600], 8)).slice(0, 3), ['picture 0', 'hole', 'hole'])
})

test('times that were rounded by a container fall on their frames', async () => {
  const milliseconds = Array.from({ length: 6 }, (_, n) => Math.round((n * 1_001) / 30) * 90)
  assert.deepEqual(
    await show(milliseconds, 6, { num: 30_000, den: 1_001 }),
    milliseconds.map((_, n) => `picture ${n}`),
  )
})

test('of two pictures at one time the first is shown, and one out of order is left out', async () => {
  assert.deepEqual(await show([0, 3_600, 3_700, 0, 7_200], 4), ['picture 0', 'picture 1', 'picture 4', 'ended'])
})

test('a film without a picture is over at once', async () => {
  assert.deepEqual(await show([], 2), ['ended', 'ended'])
})
