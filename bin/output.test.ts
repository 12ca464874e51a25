import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { runChild, startChild, type RunResult } from '../src/base/process.ts'
import { temporaryFolder } from '../tests/temporary-folder.ts'
import { repositoryFolder } from './cli.ts'

/** A command line with our output led elsewhere. */
const inShell = (script: string, ...words: readonly string[]): Promise<RunResult> =>
  runChild('sh', ['-c', script, process.execPath, path.join(repositoryFolder, 'bin', 'ezrec.ts'), ...words], { timeoutMs: 60_000 })

const lost = /^fault: the result was not written whole: E(NOSPC|FBIG): [^\n]*\n$/

test('a file that takes half of the result ends with 1 and one line that says so', async () => {
  using folder = temporaryFolder()
  const example = ['config', 'example']
  const whole = await inShell('exec "$0" "$@"', ...example)
  // As on a disk that is filling up: one write is short, the next one fails.
  const half = await inShell(`ulimit -f 8; exec "$0" "$@" > ${folder.file('half')}`, ...example)
  assert.deepEqual([half.code, lost.test(half.stderr)], [1, true], half.stderr)
  const kept = await readFile(folder.file('half'))
  assert.ok(kept.length > 0 && kept.length < whole.stdout.length)
  assert.ok(whole.stdout.subarray(0, kept.length).equals(kept))
})

test('a device that takes nothing is told once, also of a fault that is told as a document, and of help', async () => {
  for (const words of [
    ['config', 'example'],
    ['config', 'example', '--help'],
    ['--home', '/no/such/place', 'status', '--json'],
  ]) {
    const { code, stderr } = await inShell('exec "$0" "$@" > /dev/full', ...words)
    assert.deepEqual([code, stderr.split('\n').filter((line) => line.includes('not written whole')).length], [1, 1], stderr)
    assert.ok(stderr.split('\n').length <= 4, stderr)
  }
})

test('a reader who has gone is no fault: nothing is said', async () => {
  using folder = temporaryFolder()
  const { stderr } = await inShell(`{ "$0" "$@"; echo $? > ${folder.file('code')}; } | true`, 'config', 'example')
  assert.deepEqual([stderr, await readFile(folder.file('code'), 'utf8')], ['', '0\n'])
})

const writer = `
const { openOutput } = await import(${JSON.stringify(new URL('output.ts', import.meta.url).href)})
const output = openOutput(() => {
  clearInterval(lines)
  process.exitCode = 3
})
const lines = setInterval(() => output.write('line'), 1)
`

test('a reader who goes away is told to who writes', async () => {
  await using child = await startChild(process.execPath, ['--input-type=module', '-e', writer], { stdout: 'pipe' })
  assert.ok(child.stdout)
  const [said]: unknown[] = await once(child.stdout, 'data')
  assert.match(String(said), /^line/)
  child.stdout.destroy()
  assert.deepEqual(await child.exited, { code: 3, signal: null })
})
