import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { startChild } from '../base/process.ts'
import { takeInstanceLock } from './instance-lock.ts'

const holder = (folder: string): string => `
  import { takeInstanceLock } from ${JSON.stringify(import.meta.resolve('./instance-lock.ts'))}
  globalThis.lock = takeInstanceLock(${JSON.stringify(folder)}, 'unit')
  console.log('held')
  setInterval(() => {}, 1000)`
const argsOf = (folder: string): string[] => [
  '--disable-warning=ExperimentalWarning',
  '--input-type=module-typescript',
  '-e',
  holder(folder),
]

test('a second one is refused, by name; another name and another folder are free; what is given back is free', () => {
  using folder = temporaryFolder()
  using other = temporaryFolder()
  const lock = takeInstanceLock(folder.path, 'unit')
  assert.throws(() => takeInstanceLock(folder.path, 'unit'), {
    code: 'conflict',
    message: new RegExp(`^another EZREC already uses ${folder.path}: process ${process.pid}, since 20`),
    facts: { home: folder.path },
  })
  using _name = takeInstanceLock(folder.path, 'unit-2')
  using _place = takeInstanceLock(other.path, 'unit')
  lock[Symbol.dispose]()
  using _again = takeInstanceLock(folder.path, 'unit')
})

test('a lock of another process holds until that process is killed, however it dies', async () => {
  using folder = temporaryFolder()
  await using child = await startChild(process.execPath, argsOf(folder.path), { stdout: 'pipe' })
  await once(child.stdout ?? assert.fail(), 'data')
  assert.throws(() => takeInstanceLock(folder.path, 'unit'), { code: 'conflict', message: new RegExp(`process ${child.pid},`) })
  child.kill('SIGKILL')
  await child.exited
  using _lock = takeInstanceLock(folder.path, 'unit')
})

test('a folder that cannot hold a lock is told as that, not as somebody else', () => {
  using folder = temporaryFolder()
  assert.throws(() => takeInstanceLock(folder.file('none'), 'unit'), { code: 'forbidden' })
  mkdirSync(folder.file('.unit.lock'))
  assert.throws(() => takeInstanceLock(folder.path, 'unit'), { code: 'forbidden' })
  writeFileSync(folder.file('.junk.lock'), 'no database'.repeat(1_000))
  assert.throws(() => takeInstanceLock(folder.path, 'junk'), { code: 'forbidden' })
})
