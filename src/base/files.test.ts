import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { readdir, symlink, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { EzrecError } from './errors.ts'
import {
  appendLinesDurably,
  fileError,
  freeBytes,
  makeFolder,
  readIfPresent,
  refusesAll,
  removeUnfinished,
  sha256OfFile,
  unfinishedName,
  writeDurably,
} from './files.ts'
import { runChild } from './process.ts'

test('a file is replaced as a whole, with the rights it was given, and nothing is left beside it', async () => {
  using folder = temporaryFolder()
  const file = folder.file('a')
  await writeDurably(file, 'first')
  await writeDurably(file, Buffer.from('2nd'), 0o600)
  assert.equal(readFileSync(file, 'utf8'), '2nd')
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.deepEqual(readdirSync(folder.path), ['a'])
})

test('many who replace one file at once leave one of their texts, whole', async () => {
  using folder = temporaryFolder()
  const texts = Array.from({ length: 10 }, (_, n) => String(n).repeat(10_000))
  await Promise.all(texts.map((text) => writeDurably(folder.file('a'), text)))
  assert.ok(texts.includes(readFileSync(folder.file('a'), 'utf8')))
  assert.deepEqual(readdirSync(folder.path), ['a'])
})

test('a file that cannot be put in its place leaves what stands there, and nothing of itself', async () => {
  using folder = temporaryFolder()
  await makeFolder(folder.file('a', 'b'))
  await assert.rejects(writeDurably(folder.file('a'), 'x'))
  assert.deepEqual(readdirSync(folder.path), ['a'])
  await assert.rejects(writeDurably(folder.file('none', 'x'), 'x'), { code: 'ENOENT' })
})

test('what is written, and each new folder, is synced before it is told as done', async () => {
  using folder = temporaryFolder()
  const program = `
    import { makeFolder, writeDurably } from ${JSON.stringify(import.meta.resolve('./files.ts'))}
    await makeFolder('a/b/c')
    await writeDurably('a/b/c/file', 'x')`
  const trace = folder.file('trace')
  const args = [
    '-f',
    '-y',
    '-e',
    'trace=fsync,rename,mkdir',
    '-o',
    trace,
    process.execPath,
    '--input-type=module-typescript',
    '-e',
    program,
  ]
  const ran = await runChild('strace', args, { cwd: folder.path }).catch(() => undefined)
  if (ran === undefined) return // strace is not everywhere; where it is, this holds
  assert.equal(ran.code, 0, ran.stderr)
  const calls = readFileSync(trace, 'utf8')
    .split('\n')
    .flatMap((line) => /(fsync|rename|mkdir)\((.*)\) += 0/.exec(line)?.slice(1).join(' ') ?? [])
    .map((call) => call.replaceAll(folder.path, '').replace(/\.\d+\.\w+\.tmp/, '.tmp'))
  const synced = calls.flatMap((call) => /^fsync \d+<(.*)>$/.exec(call)?.[1] ?? [])
  assert.deepEqual(synced.slice(0, 3).toSorted(), ['', '/a', '/a/b'])
  assert.deepEqual(synced.slice(3), ['/a/b/c/file.tmp', '/a/b/c'])
  assert.ok(calls.findIndex((call) => call.startsWith('rename')) > calls.findIndex((call) => call.includes('file.tmp>')))
})

test('a file that is not there is no text; a folder is told as the error it is', async () => {
  using folder = temporaryFolder()
  assert.equal(await readIfPresent(folder.file('none')), undefined)
  writeFileSync(folder.file('a'), 'text')
  assert.equal(await readIfPresent(folder.file('a')), 'text')
  await assert.rejects(readIfPresent(folder.path), { code: 'EISDIR' })
})

test('lines are added behind whole ones, and behind one that was torn', async () => {
  using folder = temporaryFolder()
  const file = folder.file('a')
  await appendLinesDurably(file, ['1', '2'])
  await appendLinesDurably(file, ['3'])
  assert.equal(readFileSync(file, 'utf8'), '1\n2\n3\n')
  writeFileSync(file, '1\n2')
  await appendLinesDurably(file, ['3'])
  assert.equal(readFileSync(file, 'utf8'), '1\n2\n3\n')
})

test('a disk as a whole refuses when it is full or read-only, not when one place is broken', () => {
  const refusing = ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EACCES'].filter((code) => refusesAll(Object.assign(new Error(code), { code })))
  assert.deepEqual(refusing, ['ENOSPC', 'EDQUOT', 'EROFS'])
})

test('a checksum is that of all bytes, and can be called off', async () => {
  using folder = temporaryFolder()
  const bytes = Buffer.alloc(3_000_000, 'ab')
  writeFileSync(folder.file('a'), bytes)
  assert.equal(await sha256OfFile(folder.file('a')), createHash('sha256').update(bytes).digest('hex'))
  await assert.rejects(sha256OfFile(folder.file('a'), AbortSignal.abort()), { name: 'AbortError' })
})

test('what may still be written is a number of bytes', async () => {
  using folder = temporaryFolder()
  assert.ok((await freeBytes(folder.path)) > 0)
})

test('errors of the disk get a code and a mend; others stay what they are', () => {
  const systemError = (code: string): Error => Object.assign(new Error(code), { code })
  for (const [code, ours] of [
    ['ENOSPC', 'disk_full'],
    ['EDQUOT', 'disk_full'],
    ['EACCES', 'forbidden'],
    ['EPERM', 'forbidden'],
    ['EROFS', 'forbidden'],
    ['EEXIST', 'invalid'],
    ['ENOTDIR', 'invalid'],
    ['ENAMETOOLONG', 'invalid'],
  ] as const) {
    const error = fileError(systemError(code), '/x')
    assert.ok(error instanceof EzrecError)
    assert.deepEqual([error.code, error.facts], [ours, { path: '/x' }])
    assert.match(error.hint, /EZREC_HOME/)
  }
  const other = systemError('EIO')
  assert.equal(fileError(other, '/x'), other)
  assert.equal(fileError('x', '/x'), 'x')
})

test('where no folder can be made, it is said at once what stands in the way', async () => {
  using folder = temporaryFolder()
  await writeFile(folder.file('a-file'), '')
  const refusal = async (place: string): Promise<string> => {
    const error: unknown = await makeFolder(place).catch((fault: unknown) => fault)
    assert.ok(error instanceof EzrecError, String(error))
    return `${error.code}: ${error.message}`
  }
  assert.match(await refusal(folder.file('a-file')), /^invalid: .*a-file cannot be had: a file stands there/)
  assert.match(await refusal(folder.file('a-file', 'below', 'it')), /^invalid: .*it cannot be had: a file stands there, or above it/)
  await symlink(folder.file('no-such-disk'), folder.file('a-link'))
  assert.match(await refusal(folder.file('a-link')), /^invalid: .*a-link cannot be had/)
  assert.match(await refusal(folder.file('x'.repeat(300))), /^invalid: a name is too long/)
  assert.match(await refusal('/proc/no-such-folder/below'), /^forbidden: no folder can be made at \/proc/) // Node's own recursion never ends here
})

test('what was left unfinished is known by its name: of one file, or of all', async () => {
  using folder = temporaryFolder()
  for (const name of ['a.json', 'b.json']) await writeFile(unfinishedName(folder.file(name)), '')
  await writeFile(folder.file('a.json'), '')
  await removeUnfinished(folder.path, 'a.json')
  assert.deepEqual((await readdir(folder.path)).map((name) => name.slice(0, 6)).toSorted(), ['a.json', 'b.json'])
  await removeUnfinished(folder.path)
  assert.deepEqual(await readdir(folder.path), ['a.json'])
})
