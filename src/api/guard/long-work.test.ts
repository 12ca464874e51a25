import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openLongWork } from './long-work.ts'

/** A patience that ends when the test says so. */
function patience() {
  let end = (): void => undefined
  const sleep = (_ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      end = resolve
      signal?.addEventListener('abort', () => resolve(), { once: true })
    })
  return { clock: { sleep }, end: () => end() }
}

const nobody = (): void => assert.fail('nobody is told')

test('work that ends soon is told with its outcome, and one that fails soon with its fault', async () => {
  const work = openLongWork(patience().clock, { patienceMs: 1 })
  assert.deepEqual(await work.begin(() => Promise.resolve(7), nobody), { done: 7 })
  await assert.rejects(
    work.begin(() => Promise.reject(new Error('broken')), nobody),
    /broken/,
  )
  assert.deepEqual(await work.begin(() => Promise.resolve(8), nobody), { done: 8 }, 'and the next may begin')
})

test('work that lasts goes on behind its answer, alone, and its fault is told to whoever keeps the log', async () => {
  const { clock, end } = patience()
  const work = openLongWork(clock, { patienceMs: 1 })
  const film = Promise.withResolvers<number>()
  const told = Promise.withResolvers<unknown>()
  const answer = work.begin(() => film.promise, told.resolve)
  end()
  assert.equal(await answer, 'under way')
  await assert.rejects(
    work.begin(() => Promise.resolve(1), nobody),
    /one is under way already/,
  )
  film.reject(new Error('unreadable'))
  assert.match(String(await told.promise), /unreadable/)
  assert.deepEqual(await work.begin(() => Promise.resolve(2), nobody), { done: 2 })
})
