import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { runChild } from '../../src/base/process.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { repository } from './seed-table.ts'
import { readUnit } from './unit-file.ts'

/** Functions of deployment.sh, in a shell of their own: all of it but the call of `main`. */
async function inShell(words: string): Promise<string> {
  const functions = readFileSync(path.join(repository, 'deployment.sh'), 'utf8').replace(/\nmain "\$@"\n$/, '\n')
  const settled = 'dry= changes=0 step=0 told= release=2-b log=/dev/null\n'
  const { code, stdout, stderr } = await runChild('sh', ['-s'], { input: `${functions}${settled}${words}`, timeoutMs: 180_000 })
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
as_ezrec() { :; }
wait_for() { shift; echo "waits until $*"; }
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
  assert.match(
    said,
    /waits until stands dual_recorder\.service[^]*systemctl restart --no-block video_worker/,
    'the recorder first, by itself',
  )
  assert.doesNotMatch(said, /systemctl (restart|stop)[^\n]* dual_recorder/, 'that would end the takes')
})

test('settings that put files where the services may not write are refused, with what they may; folders that the example names are made', async () => {
  const units = readUnit(readFileSync(path.join(repository, 'systemd', 'dual_recorder.service'), 'utf8'))('ReadWritePaths')
  const asked = async (log: string, store: string): Promise<string> =>
    inShell(`
fail() { echo "refused: $1. $2"; exit 0; }
systemctl() { echo '${units}'; }
folder() { echo "made $3"; }
as_ezrec() { printf '%s\\n' ' * LOG_DIR                    ${log}' '   STORE_DIR                  ${store}' '   CAMERA_LEFT  /not/a/folder'; }
log=$(mktemp)
make_outside_folders
rm -f "$log"
`)
  assert.equal(await asked('/var/log/ezrec', '/media/a disk/store'), 'made /var/log/ezrec\n')
  assert.equal(await asked('/opt/ezrec-backend/logs', '/srv/store'), '')
  assert.match(await asked('/var/log/other', '/srv/store'), /^refused: LOG_DIR=\/var\/log\/other .* \/opt\/ezrec-backend \/media /)
  assert.match(await asked('/opt/ezrec-backend/logs', '/srv2/store'), /^refused: STORE_DIR/)
})

test('the places that the example of the settings names are places where the services may write', () => {
  const example = readFileSync(path.join(repository, 'config', 'env.example'), 'utf8')
  const named = [...example.matchAll(/^#(?:RECORDINGS|TAKES|STORE|LOG|CACHE)_DIR=(\S+)$/gm)].map(([, folder = '']) => folder)
  assert.equal(named.length, 5)
  for (const name of ['dual_recorder', 'video_worker', 'ezrec-api', 'system_status']) {
    const unit = readUnit(readFileSync(path.join(repository, 'systemd', `${name}.service`), 'utf8'))
    const places = unit('ReadWritePaths').split(' ')
    for (const folder of named)
      assert.ok(
        places.some((place) => `${folder}/`.startsWith(`${place.replace(/^-/, '')}/`)),
        `${name}: ${folder}`,
      )
  }
})

test('a release that is older than the database is refused before it becomes the current one', async () => {
  using folder = temporaryFolder()
  const asked = async (version: number): Promise<string> => {
    const db = new DatabaseSync(folder.file('ezrec.sqlite'))
    db.exec(`pragma user_version = ${version}`)
    db.close()
    return inShell(`
home=${folder.path} target=${repository} log=${folder.file('log')}
fail() { echo "refused: $1"; exit 0; }
as_ezrec() { EZREC_HOME=$home "$@"; }
refuse_older_release
`)
  }
  assert.equal(await asked(1), '', 'its services bring it up to date')
  assert.match(await asked(10_000), /^refused: a newer release/)
})

test('a new release is tried on the real cameras once, when both can be used and nobody needs them; a film that fails is told', async () => {
  using folder = temporaryFolder()
  const due = folder.file('due')
  const asked = async (ready: readonly [boolean, boolean], answer: string, kind = 'rtsp'): Promise<string> => {
    const sides = ready.map((is) => ({ camera: 'left', source: 'rtsp://x', kind, ready: is, fault: null }))
    writeFileSync(folder.file('listing'), JSON.stringify({ rig: 'court', cameras: sides }))
    writeFileSync(
      folder.file('cli'),
      `#!/bin/sh\ncase $1 in\ncameras) cat ${folder.file('listing')}; exit 1 ;;\nrecord) echo filmed >>${folder.file('log')}; echo '${answer}' ;;\nesac\n`,
      { mode: 0o755 },
    )
    return inShell(`
cli=${folder.file('cli')} cameras_due=${due} log=${folder.file('log')}
fail() { echo "refused: $1"; exit 0; }
verify_cameras
`)
  }
  const whole = '{"video":{"status":"complete"}}'
  assert.equal(await asked([true, true], whole), '', 'a release that was tried')
  writeFileSync(due, '')
  assert.equal(await asked([false, false], whole), '', 'none are there yet')
  assert.equal(await asked([true, true], whole, 'simulated'), '')
  assert.match(await asked([true, false], whole), /one of the two cameras cannot be used yet/)
  assert.match(
    await asked([true, true], '{"success":false,"error":"conflict","message":"that time is taken","hint":"x"}'),
    /not tried: that time is taken\. Start/,
  )
  assert.match(await asked([true, true], '{"video":{"status":"partial"}}'), /refused: .*real cameras did not succeed/)
  assert.match(await asked([true, true], whole), /recorded, merged and published 5 s of the real cameras/)
  assert.equal(await asked([true, true], whole), '', 'only once')
})
