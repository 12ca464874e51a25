import assert from 'node:assert/strict'
import { once } from 'node:events'
import path from 'node:path'
import { test } from 'node:test'
import { runChild, startChild, type Child, type ChildOptions } from './process.ts'
import { processStartTicks } from './process-look.ts'

const programs = path.join(import.meta.dirname, '../../tests/programs')
const argsOf = (name: string, ...args: string[]): string[] => ['--disable-warning=ExperimentalWarning', path.join(programs, name), ...args]

async function neverStops(options: ChildOptions = {}, ...args: string[]): Promise<{ child: Child; said: string }> {
  const child = await startChild(process.execPath, argsOf('never-stops.ts', ...args), { stdout: 'pipe', stopStepMs: 50, ...options })
  let said = ''
  while (!said.includes('ready')) said += String((await once(child.stdout ?? assert.fail(), 'data'))[0])
  return { child, said }
}

test('a program that no polite signal ends is ended all the same, with everything it started', async () => {
  const { child, said } = await neverStops({ stopSignals: ['SIGINT', 'SIGTERM', 'SIGKILL'] }, 'with-child')
  const grandchild = Number(/child (\d+)/.exec(said)?.[1])
  assert.notEqual(processStartTicks(grandchild), undefined)
  assert.deepEqual(await child.stop(), { code: null, signal: 'SIGKILL' })
  assert.equal(processStartTicks(child.pid), undefined)
  assert.equal(processStartTicks(grandchild), undefined)
  assert.match(child.stderrTail(), /heard SIGINT\n(.*\n)*heard SIGTERM/)
})

test('disposing a child ends it; asking twice is one end', async () => {
  const { child } = await neverStops()
  const [first, second] = await Promise.all([child.stop(), child.stop(), child[Symbol.asyncDispose]()])
  assert.deepEqual(first, second)
  assert.equal(processStartTicks(child.pid), undefined)
})

test('an aborted signal ends the child, also one that was aborted before it started', async () => {
  const stop = new AbortController()
  const { child } = await neverStops({ signal: stop.signal })
  stop.abort()
  assert.equal((await child.exited).signal, 'SIGKILL')
  const late = await startChild(process.execPath, argsOf('never-stops.ts'), { signal: stop.signal, stopStepMs: 50 })
  assert.notEqual((await late.exited).signal, null)
})

test('after its end nothing more is sent to its process id', async (context) => {
  const child = await startChild(process.execPath, ['-e', ''])
  await child.exited
  const sent = context.mock.method(process, 'kill', () => true)
  child.kill('SIGKILL')
  await child.stop()
  assert.equal(sent.mock.callCount(), 0)
})

test("a program's end is told by its code, and its last words by line, also one without a line's end", async () => {
  const lines: string[] = []
  const { code, signal, stderr } = await runChild(process.execPath, argsOf('dies-early.ts', '7'), {
    onStderrLine: (line) => lines.push(line),
  })
  assert.deepEqual([code, signal, stderr], [7, null, 'first line\nlast word'])
  assert.deepEqual(lines, ['first line', 'last word'])
})

test('what a program says on standard error never stops it, and its last 8 KB are kept', async () => {
  const { stdout, stderr, code } = await runChild(process.execPath, argsOf('chatty.ts', '3000000'))
  assert.equal(code, 0)
  assert.equal(stdout.length, 3_000_000)
  assert.equal(stderr.length, 8_192)
  assert.ok(stderr.endsWith('end\n'))
})

test('more output than is allowed is an error, not memory', async () => {
  assert.equal((await runChild(process.execPath, argsOf('chatty.ts', '5000'), { maxOutputBytes: 5_000 })).stdout.length, 5_000)
  await assert.rejects(runChild(process.execPath, argsOf('chatty.ts', '5001'), { maxOutputBytes: 5_000 }), {
    code: 'internal',
    message: /more than 5000 bytes/,
  })
})

test('a program that takes too long is ended and told', async () => {
  await assert.rejects(runChild(process.execPath, argsOf('never-stops.ts'), { timeoutMs: 200, stopStepMs: 50 }), { code: 'timeout' })
})

test('a run that was called off is told as such', async () => {
  await assert.rejects(runChild(process.execPath, argsOf('never-stops.ts'), { signal: AbortSignal.abort(), stopStepMs: 50 }), {
    code: 'canceled',
  })
})

test('input is given, and a program that does not read it does no harm', async () => {
  const echo = await runChild(process.execPath, ['-e', 'process.stdin.pipe(process.stdout)'], { input: 'a'.repeat(300_000) })
  assert.equal(echo.stdout.length, 300_000)
  assert.equal((await runChild(process.execPath, argsOf('dies-early.ts', '3'), { input: Buffer.alloc(5_000_000) })).code, 3)
})

test('a program that is not there is told by name, with the mend', async () => {
  await assert.rejects(startChild('no-such-program', []), { code: 'program_missing', hint: /install no-such-program/ })
  await assert.rejects(runChild('/', []), { code: 'program_missing' })
})

test('a child gets a small environment, and what was added', async () => {
  process.env['EZREC_TEST_SECRET'] = 'x'
  const { stdout } = await runChild(process.execPath, ['-p', 'JSON.stringify(Object.keys(process.env))'], { env: { ADDED: '1' } })
  delete process.env['EZREC_TEST_SECRET']
  const names: unknown = JSON.parse(stdout.toString())
  assert.ok(Array.isArray(names) && names.includes('PATH') && names.includes('ADDED'))
  assert.ok(names.every((name) => ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'NODE_COMPILE_CACHE', 'ADDED'].includes(String(name))))
})

test('more pipes are read from descriptor 3 on', async () => {
  await using child = await startChild(
    process.execPath,
    ['-e', "require('fs').writeSync(3, 'three'); require('fs').writeSync(4, 'four')"],
    { extraPipes: 2 },
  )
  const said = await Promise.all(child.pipes.map((pipe) => pipe.setEncoding('utf8').toArray()))
  assert.deepEqual(
    said.map((pieces) => pieces.join('')),
    ['three', 'four'],
  )
})

test('a process is known by its id and its start; one that is gone has none', async () => {
  const child = await startChild(process.execPath, ['-e', ''])
  await child.exited
  assert.equal(processStartTicks(child.pid), undefined)
  const mine = processStartTicks(process.pid)
  assert.ok(mine !== undefined && mine > 0 && processStartTicks(process.pid) === mine)
  assert.equal(processStartTicks(Number.NaN), undefined)
})
