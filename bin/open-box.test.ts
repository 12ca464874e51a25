import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { runChild } from '../src/base/process.ts'
import { temporaryFolder } from '../tests/temporary-folder.ts'
import { repositoryFolder } from './cli.ts'

const quiet = ['--disable-warning=ExperimentalWarning']
const someId = '01M81W3VCWZQNRT1AX3SDKNW18'

async function ezrec(home: string, ...words: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const program = path.join(repositoryFolder, 'bin', 'ezrec.ts')
  const { code, stdout, stderr } = await runChild(process.execPath, [...quiet, program, '--home', home, ...words], { timeoutMs: 60_000 })
  return { code, stdout: stdout.toString(), stderr }
}

test('a mistyped home is no new box to who asks or changes: it is refused, and nothing is made', async () => {
  using folder = temporaryFolder()
  const typo = folder.file('typo')
  const asked = ['booking list', `booking show ${someId}`, `booking cancel ${someId}`, 'user list', 'user remove anna', 'key list']
  for (const words of [...asked, `key revoke ${someId}`, 'cleanup --dry-run', `republish ${someId}`]) {
    const { code, stdout, stderr } = await ezrec(typo, ...words.split(' '))
    assert.deepEqual([code, stdout, /there is no database .*typo/.test(stderr)], [1, '', true], `${words}: ${stderr}`)
    assert.ok(!existsSync(typo), words)
  }
})

test('a list of nothing says so to people, and is an empty list to programs', async () => {
  using home = temporaryFolder()
  const booked = await ezrec(home.path, 'booking', 'add', '--start', '2031-05-02T19:30', '--minutes', '90')
  assert.equal(booked.code, 0, booked.stderr)
  const lists = [
    [['booking', 'list', '--to', '2031-05-02T19:30'], 'no bookings\n'],
    [['user', 'list'], 'nobody may sign in yet\n'],
    [['key', 'list'], 'no keys\n'],
  ] as const
  for (const [words, said] of lists) {
    assert.deepEqual(await ezrec(home.path, ...words), { code: 0, stdout: '', stderr: said })
    assert.deepEqual(await ezrec(home.path, ...words, '--json'), { code: 0, stdout: '[]\n', stderr: '' })
  }
})
