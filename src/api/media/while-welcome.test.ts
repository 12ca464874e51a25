import assert from 'node:assert/strict'
import { test } from 'node:test'
import { whileWelcome } from './while-welcome.ts'

/** Ten pieces, one a second. */
function flow(isWelcome: (atMs: number) => boolean) {
  const broken = Promise.withResolvers<'broken off'>()
  const asked: number[] = []
  let [atMs, given, isCancelled] = [0, 0, false]
  const bytes = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull: (controller) => {
        atMs += 1_000
        if (given === 10) return controller.close()
        controller.enqueue(Uint8Array.of((given += 1)))
      },
      cancel: () => void (isCancelled = true),
    },
    { highWaterMark: 0 },
  )
  const pieces = whileWelcome(bytes, {
    everyMs: 3_000,
    nowMs: () => atMs,
    isWelcome: () => {
      asked.push(atMs)
      return Promise.resolve(isWelcome(atMs))
    },
    breakOff: () => broken.resolve('broken off'),
  })
  return { asked, cancelled: () => isCancelled, pieces, broken: broken.promise }
}

test('who stays welcome gets every piece, and is asked for every few seconds, not with each piece', async () => {
  const { asked, pieces } = flow(() => true)
  const all: number[] = []
  for await (const piece of pieces) all.push(...piece)
  assert.deepEqual(all, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  assert.deepEqual(asked, [3_000, 6_000, 9_000])
})

test('who is not any more gets nothing from the next question on, and no end that looks like one', async () => {
  const { cancelled, pieces, broken } = flow((atMs) => atMs < 5_000)
  const reader = pieces.getReader()
  const all: number[] = []
  const read = async (): Promise<'ended'> => {
    for (let next = await reader.read(); !next.done; next = await reader.read()) all.push(...next.value)
    return 'ended'
  }
  assert.equal(await Promise.race([read(), broken]), 'broken off')
  assert.deepEqual(all, [1, 2, 3, 4, 5])
  assert.equal(cancelled(), true, 'the file is closed')
})

test('a reader who goes closes what was read', async () => {
  const { cancelled, pieces } = flow(() => true)
  await pieces.cancel()
  assert.equal(cancelled(), true)
})
