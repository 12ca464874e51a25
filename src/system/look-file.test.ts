import assert from 'node:assert/strict'
import { statSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { keepLook, readLook } from './look-file.ts'

const lost = { subject: 'left', message: 'v4l2:/dev/video99: no such device', mend: 'plug it in' }

test('a look of this boot is read again by others, and one that found the same is not written twice', async () => {
  using folder = temporaryFolder()
  const file = folder.file('look.json')
  await keepLook(file, [lost])
  assert.deepEqual(await readLook(file), [lost])
  const { ino } = statSync(file)
  await keepLook(file, [{ ...lost }])
  assert.equal(statSync(file).ino, ino)
  await keepLook(file, [])
  assert.notEqual(statSync(file).ino, ino)
  assert.deepEqual(await readLook(file), [])
})

test('nobody has looked when there is no file, one of an earlier boot, or one that is no look', async () => {
  using folder = temporaryFolder()
  const file = folder.file('look.json')
  assert.equal(await readLook(file), undefined)
  await keepLook(file, [lost], 'an-earlier-boot')
  assert.equal(await readLook(file), undefined)
  for (const text of ['', 'null', '{"version":2}', '{"version":1,"boot":"x","faults":[{}]}']) {
    writeFileSync(file, text)
    assert.equal(await readLook(file), undefined, text)
  }
})

test('a fault as long as a page is cut, and can be read again', async () => {
  using folder = temporaryFolder()
  const file = folder.file('look.json')
  await keepLook(file, [{ ...lost, message: 'x'.repeat(100_000) }])
  assert.equal((await readLook(file))?.[0]?.message.length, 500)
})
