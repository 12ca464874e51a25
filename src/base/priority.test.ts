import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { runChild } from './process.ts'

const cannotGroup = existsSync('/proc/self/autogroup') ? false : 'this kernel has no autogroups'

const look = `
import { readFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import { yieldToOthers } from './priority.ts'
import { startChild } from './process.ts'
const niceOf = (pid) => Number(readFileSync('/proc/' + pid + '/autogroup', 'utf8').split(' nice ')[1])
const before = await startChild('sleep', ['60'])
await yieldToOthers()
await using after = await startChild('sleep', ['60'])
for (let n = 0; n < 100 && niceOf(after.pid) === 0; n += 1) await new Promise((resolve) => setTimeout(resolve, 50))
console.log(JSON.stringify({ own: getPriority(), ourSession: niceOf('self'), before: niceOf(before.pid), after: niceOf(after.pid) }))
await before.stop()
`

test(
  'who yields does so with the sessions of all that it starts afterwards, and with none from before',
  { skip: cannotGroup },
  async () => {
    const args = ['--disable-warning=ExperimentalWarning', '--input-type=module-typescript', '-e', look]
    const { stdout, stderr } = await runChild(process.execPath, args, { cwd: path.resolve(import.meta.dirname) })
    assert.deepEqual(JSON.parse(stdout.toString('utf8') || 'null'), { own: 10, ourSession: 10, before: 0, after: 10 }, stderr)
  },
)
