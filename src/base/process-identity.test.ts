import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { cannotBecomeSomebody, cannotMount, nobodyElse } from '../../tests/machine.ts'
import { isAlive, ownIdentity } from './process-identity.ts'
import { runChild, startChild } from './process.ts'

test('a process that has ended is not alive, nor is one that has its id and began at another time', async () => {
  const child = await startChild(process.execPath, ['-e', ''])
  await child.exited
  for (const pid of [child.pid, 0, -1, 2 ** 40, Number.NaN]) assert.equal(isAlive({ pid, startTicks: 1 }), false, String(pid))
  const { pid, startTicks } = ownIdentity()
  assert.deepEqual([isAlive({ pid, startTicks }), isAlive({ pid, startTicks: startTicks + 1 })], [true, false])
})

test('a process that /proc hides is not taken for dead, one that has ended is', { skip: cannotMount || cannotBecomeSomebody }, async () => {
  const ended = await startChild(process.execPath, ['-e', ''])
  await ended.exited
  const program = `
    import { isAlive, ownIdentity } from ${JSON.stringify(path.join(import.meta.dirname, 'process-identity.ts'))}
    import { existsSync } from 'node:fs'
    const [hidden, ended] = [${process.pid}, ${ended.pid}].map((pid) => isAlive({ pid, startTicks: 1 }))
    console.log(JSON.stringify({ seen: existsSync('/proc/${process.pid}'), own: isAlive(ownIdentity()), hidden, ended }))`
  const somebody = `setpriv --reuid=${nobodyElse} --regid=${nobodyElse} --clear-groups "$@"`
  const words = ['--mount', 'sh', '-c', `mount -t proc -o hidepid=2 proc /proc && exec ${somebody}`, 'sh']
  const { stdout, stderr } = await runChild('unshare', [...words, process.execPath, '--input-type=module', '-e', program])
  assert.equal(stdout.toString().trim(), JSON.stringify({ seen: false, own: true, hidden: true, ended: false }), stderr)
})
