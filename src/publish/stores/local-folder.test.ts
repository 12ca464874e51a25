import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { collectGarbage } from '../../../tests/collect-garbage.ts'
import { temporaryFolder } from '../../../tests/temporary-folder.ts'
import { localFolderStore } from './local-folder.ts'

const key = 'u/2026-05-02/film.mp4'
const header = Buffer.from('HEADER--')
const chunks = ['one', 'two two', 'three', 'four four four'].map((text) => Buffer.from(text))
const film = Buffer.concat([header, ...chunks])

test('a film is there as a whole or not at all, header first, and nothing else is left beside it', async () => {
  using folder = temporaryFolder()
  const store = localFolderStore(folder.path)
  const deposit = await store.deposit(key, { headerBytes: header.length, bodyBytes: 0 })
  for (const chunk of chunks) {
    await deposit.append(chunk)
    assert.equal(await store.find(key), undefined)
  }
  assert.deepEqual(await deposit.finish(header), { bytes: film.length })
  await deposit.close()
  assert.deepEqual(readFileSync(store.pathOf(key)), film)
  assert.deepEqual(await store.find(key), { bytes: film.length })
  assert.deepEqual(readdirSync(folder.file('u', '2026-05-02')), ['film.mp4'])
})

test('who closes while something is being written waits for it', async () => {
  using folder = temporaryFolder()
  const store = localFolderStore(folder.path)
  const begun = await store.deposit(key, { headerBytes: header.length, bodyBytes: 0 })
  const [appended] = await Promise.all([begun.append(Buffer.concat(chunks)), begun.close()])
  assert.equal(appended, undefined)
  const again = await store.deposit(key, { headerBytes: header.length, bodyBytes: film.length - header.length })
  const [finished] = await Promise.all([again.finish(header), again.close()])
  assert.deepEqual(finished, { bytes: film.length })
  assert.ok(readFileSync(store.pathOf(key)).equals(film))
  const standing = await store.deposit(key, { headerBytes: header.length, bodyBytes: film.length - header.length })
  const [confirmed] = await Promise.all([standing.finish(header), standing.close()])
  assert.deepEqual(confirmed, { bytes: film.length })
})

test('what is done with a file leaves nothing in memory while it is open', async () => {
  using folder = temporaryFolder()
  const deposit = await localFolderStore(folder.path).deposit(key, { headerBytes: header.length, bodyBytes: 0 })
  const done = new WeakRef(await deposit.finish(header))
  await collectGarbage()
  assert.equal(done.deref(), undefined)
  await deposit.close()
})

test('after a kill at any point the film comes out whole: what the rows do not know is thrown away', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(chunks.length), fc.nat(chunks.length), fc.uint8Array({ maxLength: 20 }), async (known, more, junk) => {
      using folder = temporaryFolder()
      const store = localFolderStore(folder.path)
      const first = await store.deposit(key, { headerBytes: header.length, bodyBytes: 0 })
      for (const chunk of chunks.slice(0, Math.max(known, more))) await first.append(chunk)
      await first.append(Buffer.from(junk)) // a piece that was being written
      await first.close()
      const bodyBytes = Buffer.concat(chunks.slice(0, known)).length
      const second = await store.deposit(key, { headerBytes: header.length, bodyBytes })
      assert.equal(second.bodyBytes, bodyBytes)
      for (const chunk of chunks.slice(known)) await second.append(chunk)
      await second.finish(header)
      await second.close()
      assert.ok(readFileSync(store.pathOf(key)).equals(film))
    }),
    { numRuns: 25 },
  )
})

test('a body that is not as long as the rows say is begun anew, never filled up with zeros', async () => {
  using folder = temporaryFolder()
  const store = localFolderStore(folder.path)
  const first = await store.deposit(key, { headerBytes: header.length, bodyBytes: 0 })
  for (const chunk of chunks) await first.append(chunk)
  await first.close()
  truncateSync(`${store.pathOf(key)}.partial`, film.length - 1)
  const second = await store.deposit(key, { headerBytes: header.length, bodyBytes: film.length - header.length })
  assert.equal(second.bodyBytes, 0)
  for (const chunk of chunks) await second.append(chunk)
  await second.finish(header)
  await second.close()
  assert.ok(readFileSync(store.pathOf(key)).equals(film))
})

test('a film that got its name before the crash is read back, not written again', async () => {
  using folder = temporaryFolder()
  const store = localFolderStore(folder.path)
  const first = await store.deposit(key, { headerBytes: header.length, bodyBytes: 0 })
  for (const chunk of chunks) await first.append(chunk)
  await first.finish(header)
  await first.close()
  const { ino, mtimeMs } = statSync(store.pathOf(key))
  const second = await store.deposit(key, { headerBytes: header.length, bodyBytes: film.length - header.length })
  assert.equal(second.bodyBytes, film.length - header.length)
  assert.deepEqual(await second.finish(header), { bytes: film.length })
  await second.close()
  assert.deepEqual([statSync(store.pathOf(key)).ino, statSync(store.pathOf(key)).mtimeMs], [ino, mtimeMs])
  assert.deepEqual(readdirSync(folder.file('u', '2026-05-02')), ['film.mp4'])

  const other = await store.deposit(key, { headerBytes: header.length, bodyBytes: film.length - header.length })
  await assert.rejects(other.append(Buffer.from('more')), { code: 'conflict' })
  await assert.rejects(other.finish(Buffer.from('hEADER--')), { code: 'media_unreadable' })
  await other.close()
  assert.deepEqual(readFileSync(store.pathOf(key)), film)
})

test('another film that stands under the key is never replaced, and never taken for this one', async () => {
  using folder = temporaryFolder()
  const store = localFolderStore(folder.path)
  await store.put(key, Buffer.from('somebody else'))
  const deposit = await store.deposit(key, { headerBytes: header.length, bodyBytes: 0 })
  await deposit.append(chunks[0] ?? Buffer.alloc(0))
  await assert.rejects(deposit.finish(header), { code: 'media_unreadable' })
  await deposit.close()
  assert.equal(readFileSync(store.pathOf(key), 'utf8'), 'somebody else')
})

test('a header of another length than its room is refused, and nothing becomes visible', async () => {
  using folder = temporaryFolder()
  const store = localFolderStore(folder.path)
  for (const length of [header.length - 1, header.length + 1]) {
    const deposit = await store.deposit(key, { headerBytes: header.length, bodyBytes: 0 })
    await assert.rejects(deposit.finish(Buffer.alloc(length)), { code: 'internal', facts: { header: length, room: header.length } })
    await deposit.close()
    assert.equal(await store.find(key), undefined)
  }
})

test('a film that was cut behind our back is not published', async () => {
  using folder = temporaryFolder()
  const store = localFolderStore(folder.path)
  const deposit = await store.deposit(key, { headerBytes: header.length, bodyBytes: 0 })
  for (const chunk of chunks) await deposit.append(chunk)
  truncateSync(`${store.pathOf(key)}.partial`, header.length + 2)
  await assert.rejects(deposit.finish(header), { code: 'media_unreadable', facts: { size: header.length + 2, expected: film.length } })
  await deposit.close()
  assert.equal(existsSync(store.pathOf(key)), false)
})

test('no key leaves the store', async () => {
  using folder = temporaryFolder()
  const store = localFolderStore(folder.file('store'))
  for (const bad of ['../x.mp4', '/etc/passwd', 'a/../../x', '.', '', '../store-other/x'])
    assert.throws(() => store.pathOf(bad), { code: 'internal', message: /leaves its store/ })
  await assert.rejects(store.put('../x', Buffer.alloc(1)), { code: 'internal' })
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('..', '.', 'a', '', 'b.mp4', '/'), { maxLength: 8 }).map((parts) => parts.join('/')),
      (text) => {
        try {
          assert.ok(store.pathOf(text).startsWith(`${folder.file('store')}/`))
        } catch (error) {
          assert.match(String(error), /leaves its store/)
        }
      },
    ),
  )
})

test('a small object is written whole and may be written anew', async () => {
  using folder = temporaryFolder()
  const store = localFolderStore(folder.path)
  await store.put('u/p.jpg', Buffer.from('first'))
  await store.put('u/p.jpg', Buffer.from('2nd'))
  assert.deepEqual(await store.find('u/p.jpg'), { bytes: 3 })
  rmSync(store.pathOf('u/p.jpg'))
  assert.equal(await store.find('u/p.jpg'), undefined)
})

test('a store whose folder cannot be made says so', async () => {
  using folder = temporaryFolder()
  writeFileSync(folder.file('u'), 'a file in the way')
  await assert.rejects(localFolderStore(folder.path).deposit(key, { headerBytes: 1, bodyBytes: 0 }), {
    code: 'invalid',
    message: /a file stands there, or above it/,
  })
})
