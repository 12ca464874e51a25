import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { readEnvironment, variables } from './env.ts'

const folder = await mkdtemp(path.join(os.tmpdir(), 'ezrec-env-'))
after(() => rm(folder, { recursive: true }))

async function homeWith(name: string, text: string, mode = 0o600): Promise<string> {
  const home = path.join(folder, name)
  await mkdir(home)
  await writeFile(path.join(home, '.env'), text, { mode })
  return home
}

test('no name is used twice, old names included', () => {
  const names = variables.flatMap(({ name, aliases = [] }) => [name, ...aliases.map((alias) => alias.name)])
  assert.deepEqual(names.toSorted(), [...new Set(names)].toSorted())
})

test('each variable has a unit, a sentence of meaning, an example, and a name in capitals', () => {
  for (const { name, unit, meaning, example } of variables) {
    assert.match(name, /^[A-Z][A-Z0-9_]+$/)
    assert.ok(unit.length > 2 && example !== '', name)
    assert.match(meaning, /^[A-Zx].+\.$/, name)
  }
})

test('the environment of the process wins over the .env file, unless it is empty', async () => {
  const home = await homeWith('wins', 'USER_ID=file\nCAMERA_ID=file\nAPI_PORT=1\n')
  const { values, faults, warnings } = readEnvironment(home, { USER_ID: 'process', CAMERA_ID: ' ' })
  assert.deepEqual(values, { USER_ID: 'process', CAMERA_ID: 'file', API_PORT: '1', EZREC_HOME: home })
  assert.deepEqual([faults, warnings], [[], []])
})

test('a home without a .env file is fine, also one that does not exist', () => {
  const { home, values, faults, warnings } = readEnvironment(path.join(folder, 'nowhere'), {})
  assert.equal(home, path.join(folder, 'nowhere'))
  assert.deepEqual([Object.keys(values), faults, warnings], [['EZREC_HOME'], [], []])
})

test('the home is the one handed in, else EZREC_HOME, else .ezrec beside the code', () => {
  assert.equal(readEnvironment('/a', { EZREC_HOME: '/b' }).home, '/a')
  assert.equal(readEnvironment(undefined, { EZREC_HOME: '/b' }).home, '/b')
  assert.equal(readEnvironment(undefined, {}).home, path.join(import.meta.dirname, '..', '.ezrec'))
  assert.equal(readEnvironment('box', {}).home, path.resolve('box'))
})

test('a home named inside its own .env file has no effect, and that is told', async () => {
  const home = await homeWith('inside', 'EZREC_HOME=/elsewhere\n')
  const read = readEnvironment(home, {})
  assert.equal(read.values['EZREC_HOME'], home)
  assert.match(read.warnings.join(), /EZREC_HOME in .* has no effect/)
})

test('a .env file that everyone may read is remarked on', async () => {
  const warningsAt = async (mode: number): Promise<number> =>
    readEnvironment(await homeWith(`mode-${mode}`, 'A=1', mode), {}).warnings.length
  assert.equal(await warningsAt(0o640), 0)
  assert.equal(await warningsAt(0o604), 1)
})

test('faults of the .env file are handed on with the rest of it', async () => {
  const { values, faults } = readEnvironment(await homeWith('faulty', 'A=1\n???\n'), {})
  assert.equal(values['A'], '1')
  assert.deepEqual(
    faults.map(({ name }) => name),
    ['.env line 2'],
  )
})

test('a .env file of more than 64 KiB, or that is a folder, is a fault and is not read', async () => {
  assert.deepEqual(readEnvironment(await homeWith('full', `A=${'x'.repeat(65_533)}\n`), {}).faults.length, 0)
  const large = readEnvironment(await homeWith('large', `A=${'x'.repeat(65_534)}\n`), {})
  assert.match(large.faults[0]?.fault ?? '', /larger than 64 KiB/)
  assert.equal(large.values['A'], undefined)
  const home = path.join(folder, 'folder')
  await mkdir(path.join(home, '.env'), { recursive: true })
  const { faults } = readEnvironment(home, {})
  assert.equal(faults[0]?.name, path.join(home, '.env'))
  assert.match(faults[0]?.fault ?? '', /cannot be read \(EISDIR/)
})

test('a home that is closed to this user is told as the folder that is closed, not as a file that may not even be there', async () => {
  const home = path.join(folder, 'closed')
  await mkdir(home, { mode: 0 })
  const isRoot = process.geteuid?.() === 0
  if (isRoot) process.seteuid?.(65_534) // no mode closes a folder to root
  try {
    const [fault, ...more] = readEnvironment(home, {}).faults
    assert.deepEqual([fault?.fault, more], ['is closed to this user', []])
    assert.ok(home.startsWith(fault?.name ?? '-'))
    assert.match(fault?.example ?? '', /owner/)
  } finally {
    if (isRoot) process.seteuid?.(0)
  }
})
