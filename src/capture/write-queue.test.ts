import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { openWriteQueue } from './write-queue.ts'

/** A disk that writes only when it is let. */
function slowDisk(): { write: (pieces: readonly Buffer[]) => Promise<void>; strokes: string[]; go(): void } {
  const strokes: string[] = []
  let gate = Promise.withResolvers<void>()
  return {
    strokes,
    write: async (pieces) => {
      await gate.promise
      strokes.push(Buffer.concat([...pieces]).toString('latin1'))
    },
    go: () => {
      gate.resolve()
      gate = Promise.withResolvers()
      gate.resolve()
    },
  }
}

test('bytes and work come out in the order in which they went in, however they are gathered', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.string({ minLength: 1, maxLength: 4 }), fc.constantFrom(null, undefined)), { maxLength: 60 }),
      async (items) => {
        let out = ''
        const queue = openWriteQueue({
          write: async (pieces) => void (out += Buffer.concat([...pieces]).toString('utf8')),
          onFailure: (error) => assert.fail(String(error)),
        })
        let expected = ''
        for (const item of items) {
          if (item === undefined) {
            queue.flush()
            continue
          }
          expected += item ?? '|'
          if (item === null) queue.after(() => void (out += '|'))
          else queue.append(Buffer.from(item, 'utf8'))
        }
        await queue.idle()
        assert.deepEqual([out, queue.queuedBytes], [expected, 0])
      },
    ),
  )
})

test('bytes wait for company until somebody flushes them', async () => {
  const strokes: string[] = []
  const queue = openWriteQueue({
    write: async (pieces) => void strokes.push(Buffer.concat([...pieces]).toString('latin1')),
    onFailure: (error) => assert.fail(String(error)),
  })
  queue.append(Buffer.from('a'))
  queue.append(Buffer.from('b'))
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual([strokes, queue.queuedBytes], [[], 2])
  queue.flush()
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual([strokes, queue.queuedBytes], [['ab'], 0])
})

test('what waited for a slow disk goes out in one stroke, and is counted until it is written', async () => {
  const disk = slowDisk()
  const queue = openWriteQueue({ write: disk.write, onFailure: (error) => assert.fail(String(error)) })
  for (const text of ['a', 'b', 'c', 'd']) {
    queue.append(Buffer.from(text))
    queue.flush()
  }
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(queue.queuedBytes, 4)
  disk.go()
  await queue.idle()
  assert.deepEqual([disk.strokes, queue.queuedBytes], [['a', 'bcd'], 0])
})

test('a stroke is no more than a mebibyte, but for one piece that is larger', async () => {
  const sizes: number[] = []
  const queue = openWriteQueue({
    write: async (pieces) => void sizes.push(Buffer.concat([...pieces]).length),
    onFailure: (error) => assert.fail(String(error)),
  })
  for (const kib of [400, 400, 400, 3_000, 10]) queue.append(Buffer.alloc(kib * 1_024))
  await queue.idle()
  assert.deepEqual(
    sizes.map((bytes) => bytes / 1_024),
    [800, 400, 3_000, 10],
  )
})

test('a write that fails is told once, and nothing behind it is done', async () => {
  const failures: unknown[] = []
  let later = false
  const queue = openWriteQueue({
    write: async () => Promise.reject(new Error('EIO')),
    onFailure: (error) => failures.push(error),
  })
  queue.append(Buffer.from('a'))
  queue.after(() => void (later = true))
  await queue.idle()
  queue.append(Buffer.from('b'))
  await queue.idle()
  assert.deepEqual([failures.map(String), later, queue.queuedBytes], [['Error: EIO'], false, 0])
})
