import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { startChild, type Child } from '../src/base/process.ts'

/** A program that says how it is asked to stop, and ends only at the second request. */
const program = `
const { openStopSignals } = await import(${JSON.stringify(new URL('stop-signals.ts', import.meta.url).href)})
const stop = openStopSignals((exitCode) => process.exit(exitCode))
stop.signal.addEventListener('abort', () => process.stdout.write('stopping'))
setInterval(() => undefined, 1000)
process.stdout.write('ready')
`

const start = async (): Promise<Child> => startChild(process.execPath, ['--input-type=module', '-e', program], { stdout: 'pipe' })

/** The next thing that it says, or `ended`. */
async function nextWord(child: Child): Promise<string> {
  assert.ok(child.stdout !== null)
  const said = once(child.stdout, 'data').then(([piece]) => String(piece))
  return Promise.race([said, child.exited.then(() => 'ended')])
}

for (const request of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  test(`the first ${request} asks for an orderly end, the next request ends at once with 130`, async () => {
    await using child = await start()
    assert.equal(await nextWord(child), 'ready')
    child.kill(request)
    assert.equal(await nextWord(child), 'stopping')
    child.kill('SIGTERM')
    assert.deepEqual(await child.exited, { code: 130, signal: null })
  })
