import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { runChild } from '../../src/base/process.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { repository } from './seed-table.ts'

/** Functions of deployment.sh, in a shell of their own: all of it but the call of `main`. */
async function inShell(words: string): Promise<string> {
  const functions = readFileSync(path.join(repository, 'deployment.sh'), 'utf8').replace(/\nmain "\$@"\n$/, '\n')
  const settled = 'dry= changes=0 step=0 told= release=2-b log=/dev/null\n'
  const { code, stdout, stderr } = await runChild('sh', ['-s'], { input: `${functions}${settled}${words}`, timeoutMs: 30_000 })
  assert.equal(code, 0, stderr)
  return `${stdout.toString('utf8')}${stderr}`
}

/** systemctl of a machine on which each service runs as that process; what it is told is printed. */
const systemctl = (pids: Readonly<Record<string, number>>): string => `
systemctl() {
  case "$*" in
    ${Object.entries(pids)
      .map(([unit, pid]) => `"show -P MainPID ${unit}.service") echo ${pid} ;;`)
      .join('\n    ')}
    *) echo "systemctl $*" ;;
  esac
}
run() { "$@"; }
readlink() {
  case $1 in
    /proc/11/exe) echo "$home/releases/1-a/node" ;;
    /proc/12/exe) echo "$home/releases/2-b/node" ;;
    *) return 1 ;;
  esac
}
`

test('an upgrade that was cut short is finished by the next run: who runs is asked, not remembered', async () => {
  using folder = temporaryFolder()
  const due = `restart_due=${folder.file('due')}\n`
  const half = await inShell(`${systemctl({ dual_recorder: 11, video_worker: 12, 'ezrec-api': 0 })}${due}bring_to_release`)
  assert.match(half, /systemctl kill --kill-whom=main --signal=SIGKILL dual_recorder\.service/)
  assert.doesNotMatch(half, /video_worker|ezrec-api/, 'one runs it, one is not there and begins with it')
  const whole = systemctl({ dual_recorder: 12, video_worker: 12, 'ezrec-api': 12 })
  assert.equal(await inShell(`${whole}${due}bring_to_release`), '')
  writeFileSync(folder.file('due'), '')
  const said = await inShell(`${whole}${due}bring_to_release; bring_to_release`)
  assert.equal(said.match(/systemctl restart --no-block/g)?.length, 2, 'unit files were changed: once, worker and API')
  assert.equal(said.match(/systemctl kill/g)?.length, 1)
  assert.doesNotMatch(said, /systemctl (restart|stop)[^\n]* dual_recorder/, 'that would end the takes')
})
