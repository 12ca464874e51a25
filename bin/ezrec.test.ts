import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { runChild } from '../src/base/process.ts'
import { repositoryFolder, resolveHome } from './cli.ts'

async function ezrec(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await runChild(process.execPath, [path.join(import.meta.dirname, 'ezrec.ts'), ...args], {
    timeoutMs: 60_000,
  })
  return { code, stdout: stdout.toString(), stderr }
}

/** The verbs that a `--help` lists. */
const verbsIn = (help: string): string[] =>
  [...(help.split('Commands:')[1] ?? '').matchAll(/^ {2}([a-z][a-z-]*)/gm)].map((found) => found[1] ?? '').filter((name) => name !== 'help')

test('every verb and every verb below it tells what it does and gives examples', async () => {
  const { code, stdout } = await ezrec('--help')
  assert.equal(code, 0)
  const verbs = verbsIn(stdout)
  assert.ok(verbs.includes('test'))
  const trails = verbs.map((verb) => [verb])
  for (const trail of trails) {
    const help = await ezrec(...trail, '--help')
    assert.deepEqual([help.code, help.stderr], [0, ''])
    const below = verbsIn(help.stdout)
    if (below.length > 0) trails.push(...below.map((verb) => [...trail, verb]))
    else assert.match(help.stdout, /\nExamples:\n {2}\S/, `${trail.join(' ')} gives no examples`)
  }
})

test('wrong usage ends with 2, and under --json programs are told so in one document', async () => {
  const unknown = await ezrec('tset')
  assert.deepEqual([unknown.code, unknown.stdout], [2, ''])
  assert.match(unknown.stderr, /Did you mean test\?/)
  const told = await ezrec('test', '--no-such-option', '--json')
  assert.equal(told.code, 2)
  assert.deepEqual(JSON.parse(told.stdout), {
    success: false,
    error: 'invalid',
    message: "unknown option '--no-such-option'",
    hint: 'run the verb with --help for its options and examples',
  })
  const nothing = await ezrec()
  assert.deepEqual([nothing.code, nothing.stdout], [2, ''])
  assert.match(nothing.stderr, /^Usage:/)
})

test('help shows the verb that it is asked for, also one below another; a word that is none is told', async () => {
  for (const trail of [['status'], ['booking', 'add']]) assert.deepEqual(await ezrec('help', ...trail), await ezrec(...trail, '--help'))
  for (const [words, told] of [
    [['help', 'statsu'], /unknown command 'statsu'[^]*Did you mean status\?/],
    [['help', 'booking', 'ad'], /unknown command 'ad'[^]*Did you mean add\?/],
    [['help', 'foo'], /unknown command 'foo'/],
  ] as const) {
    const { code, stdout, stderr } = await ezrec(...words)
    assert.deepEqual([code, stdout], [2, ''])
    assert.match(stderr, told)
  }
})

test('a run of no test at all ends with 1 and the closing line alone on stdout', async () => {
  const nothing = await ezrec('test', ['no', 'such', 'test', 'anywhere'].join('-'))
  assert.deepEqual([nothing.code, nothing.stdout], [1, '0 passed, 0 failed\n'])
})

test('the home is the one given, seen from where one stands, else the one in the clone', () => {
  assert.equal(resolveHome('box', '/srv'), '/srv/box')
  assert.equal(resolveHome('/box', '/srv'), '/box')
  assert.equal(resolveHome(undefined, '/srv'), path.join(repositoryFolder, '.ezrec'))
  assert.equal(resolveHome('', '/srv'), path.join(repositoryFolder, '.ezrec'))
})
