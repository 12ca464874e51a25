import assert from 'node:assert/strict'
import { test } from 'node:test'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { holdShared, tryHold } from './database-hold.ts'

test('many hold it at a time, or one alone', () => {
  using folder = temporaryFolder()
  const first = tryHold(folder.path, 'shared')
  const second = tryHold(folder.path, 'shared')
  assert.ok(first && second)
  assert.equal(tryHold(folder.path, 'alone'), undefined)
  first[Symbol.dispose]()
  assert.equal(tryHold(folder.path, 'alone'), undefined)
  second[Symbol.dispose]()
  using alone = tryHold(folder.path, 'alone')
  assert.ok(alone)
  assert.equal(tryHold(folder.path, 'shared'), undefined)
})

test('who waits for one that is alone gets it afterwards, or stops waiting', async () => {
  using folder = temporaryFolder()
  const alone = tryHold(folder.path, 'alone')
  const stop = new AbortController()
  let sleeps = 0
  const sleep = (): Promise<void> => {
    sleeps += 1
    if (sleeps === 3) stop.abort()
    return Promise.resolve()
  }
  assert.equal(await holdShared(folder.path, sleep, stop.signal), undefined)
  sleeps = 0
  using held = await holdShared(folder.path, () => {
    sleeps += 1
    if (sleeps === 3) alone?.[Symbol.dispose]()
    return Promise.resolve()
  })
  assert.ok(held)
  assert.equal(sleeps, 3)
})
