import assert from 'node:assert/strict'
import { test } from 'node:test'
import { groupPictures } from './loop-pictures.ts'

/** Pictures 1, 2, 3... all in the same byte, as their sources may do. */
async function* source(count: number): AsyncGenerator<Uint8Array> {
  const bytes = new Uint8Array(1)
  for (let n = 1; n <= count; n += 1) {
    bytes[0] = n
    yield bytes
  }
}

async function grouped(count: number, mode: 'live' | 'still'): Promise<(number | undefined)[]> {
  const seen: (number | undefined)[] = []
  for await (const picture of groupPictures(source(count), 3, mode)) seen.push(picture[0])
  return seen
}

test('each group ends with its last picture once more', async () => {
  assert.deepEqual(await grouped(6, 'live'), [1, 2, 3, 3, 4, 5, 6, 6])
})

test('a frozen loop holds the first picture of each group', async () => {
  assert.deepEqual(await grouped(6, 'still'), [1, 1, 1, 1, 4, 4, 4, 4])
})

test('a last group that is not full stays without its end', async () => {
  assert.deepEqual(await grouped(5, 'live'), [1, 2, 3, 3, 4, 5])
})

test('a film shorter than a second stands on its last picture', async () => {
  assert.deepEqual(await grouped(2, 'live'), [1, 2, 2, 2])
  assert.deepEqual(await grouped(1, 'still'), [1, 1, 1, 1])
})

test('nothing makes nothing', async () => {
  assert.deepEqual(await grouped(0, 'live'), [])
})
