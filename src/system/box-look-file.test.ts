import assert from 'node:assert/strict'
import { statSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { keepBoxLook, readBoxLook, type KeptCheck } from './box-look-file.ts'

const wrong: KeptCheck = { name: 'bucket', status: 'unhealthy', message: 'refused', mend: 'allow s3:PutObject', subjects: ['bucket'] }

test('what the timer found is read by others of this boot, and one that found the same is not written twice', async () => {
  using folder = temporaryFolder()
  const file = folder.file('box-look.json')
  assert.equal(await readBoxLook(file), undefined)
  await keepBoxLook(file, { dearUs: 5, checks: [wrong] })
  assert.deepEqual(await readBoxLook(file), { dearUs: 5, checks: [wrong] })
  const { ino } = statSync(file)
  await keepBoxLook(file, { dearUs: 5, checks: [{ ...wrong }] })
  assert.equal(statSync(file).ino, ino)
  assert.equal(await readBoxLook(file, 'another-boot'), undefined)
})

test('a file that is no look says nothing, and words as long as a page are cut', async () => {
  using folder = temporaryFolder()
  const file = folder.file('box-look.json')
  for (const text of ['', 'null', '{"version":2}', '{"version":1,"boot":"x","dearUs":0,"checks":[{"name":"moon"}]}']) {
    writeFileSync(file, text)
    assert.equal(await readBoxLook(file), undefined, text)
  }
  const long = 'x'.repeat(100_000)
  await keepBoxLook(file, { dearUs: 0, checks: [{ ...wrong, message: long, subjects: Array.from({ length: 99 }, () => long) }] })
  const [kept] = (await readBoxLook(file))?.checks ?? []
  assert.deepEqual([kept?.message.length, kept?.subjects.length, kept?.subjects[0]?.length], [1_000, 20, 100])
})
