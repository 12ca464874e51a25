import assert from 'node:assert/strict'
import { closeSync, writeSync } from 'node:fs'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openFifo } from '../base/fifo.ts'
import { queuePictures, type PictureQueue } from './picture-queue.ts'

/** Resolves when `holds` does; the test's own time-out is the limit. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(5)
}

async function openQueue(
  bytes: number,
  room?: readonly Buffer[],
): Promise<{ queue: PictureQueue; write(text: string): void; end(): void; ended(): boolean }> {
  const { readFd, writeFd } = await openFifo()
  let ended = false
  const queue = queuePictures(readFd, bytes, { onChange: () => undefined, onEnd: () => (ended = true), room })
  return { queue, write: (text) => void writeSync(writeFd, text), end: () => closeSync(writeFd), ended: () => ended }
}

test('pictures come whole and in order, in whatever pieces they were written', { timeout: 20_000 }, async () => {
  const { queue, write, end, ended } = await openQueue(4)
  write('aaaab')
  await until(() => queue.waiting() === 1)
  write('bbbccccdd')
  await until(() => queue.waiting() === 3)
  assert.deepEqual([queue.take(), queue.take(), queue.take()].map(String), ['aaaa', 'bbbb', 'cccc'])
  assert.equal(queue.take(), undefined)
  end()
  await until(ended)
  assert.equal(queue.waiting(), 0) // what is left of a torn end is no picture
})

test('a picture stays as it is until the next but one is taken', { timeout: 20_000 }, async () => {
  const { queue, write, end, ended } = await openQueue(2)
  write('aabbcc')
  await until(() => queue.waiting() === 3)
  const first = queue.take()
  const second = queue.take()
  write('ddee')
  await until(() => queue.waiting() === 3)
  assert.deepEqual([first, second].map(String), ['aa', 'bb'])
  assert.deepEqual([queue.take(), queue.take(), queue.take()].map(String), ['cc', 'dd', 'ee'])
  end()
  await until(ended)
})

test('pictures are read into the room that is given for them, and what does not fit there elsewhere', { timeout: 20_000 }, async () => {
  const memory = Buffer.from(new SharedArrayBuffer(8))
  const room = [memory.subarray(0, 2), memory.subarray(2, 4), memory.subarray(4, 7)] // the last one is no picture's
  const { queue, write, end, ended } = await openQueue(2, room)
  write('aabbcc')
  await until(() => queue.waiting() === 3)
  const taken = [queue.take(), queue.take(), queue.take()]
  assert.deepEqual(taken.map(String), ['aa', 'bb', 'cc'])
  assert.equal(taken.filter((picture) => picture?.buffer === memory.buffer).length, 2)
  write('ddee')
  await until(() => queue.waiting() === 2)
  assert.deepEqual([queue.take(), queue.take()].map(String), ['dd', 'ee'])
  end()
  await until(ended)
})

test('a picture that is given back costs those before it nothing', { timeout: 20_000 }, async () => {
  const { queue, write, end, ended } = await openQueue(2)
  write('aabbccdd')
  await until(() => queue.waiting() === 4)
  const kept = queue.take()
  for (let n = 0; n < 3; n += 1) queue.giveBack(queue.take() ?? assert.fail())
  write('eeffgg')
  await until(() => queue.waiting() === 3)
  assert.equal(String(kept), 'aa')
  end()
  await until(ended)
})

test('while it pauses nothing is read, and nothing is lost', { timeout: 20_000 }, async () => {
  const { queue, write, end, ended } = await openQueue(2)
  write('aa')
  await until(() => queue.waiting() === 1)
  queue.pause()
  write('bb')
  await sleep(50)
  assert.equal(queue.waiting(), 1)
  queue.resume()
  await until(() => queue.waiting() === 2)
  assert.deepEqual([queue.take(), queue.take()].map(String), ['aa', 'bb'])
  end()
  await until(ended)
})

test('a queue that is closed tells its end', { timeout: 20_000 }, async () => {
  const { queue, end, ended } = await openQueue(2)
  queue.close()
  await until(ended)
  end()
})
