// A machine that boots a Debian of its own under systemd-nspawn: made once, booted on an overlay, cut from its power at will.
// Never writes to this machine beyond its folders, and shares with it the kernel, the network and the mirrors of apt and npm.

import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import { EzrecError } from '../../src/base/errors.ts'
import { readIfPresent } from '../../src/base/files.ts'
import { runChild, startChild, type Child } from '../../src/base/process.ts'
import type { Architecture } from '../harness.ts'
import { easeUnits, fetchForeignPackages, makeForeignBase } from './foreign-base.ts'
import { must } from './must.ts'

export type Suite = 'bookworm' | 'trixie'

/** `text`: what it said on both outputs. */
export type Said = { readonly code: number | null; readonly out: string; readonly text: string }

export type Machine = AsyncDisposable & {
  /** Its file system, seen from here. */
  readonly root: string
  /** How many times as long as usual everything may take: its processor may be emulated. */
  readonly patience: number
  /** Resolves once its systemd answers. */
  boot(): Promise<void>
  /** As if the plug were pulled: every process of it is gone at once. */
  cutPower(): Promise<void>
  /** Runs a command in it, as its root. */
  run(command: readonly string[], timeoutMs?: number): Promise<Said>
}

/** This machine may trust more than Debian does, as its npm needs to. A place of its own: update-ca-certificates writes that machine's anew. */
const [trusted, certificates] = ['/etc/ssl/certs/ca-certificates.crt', 'root/trusted.crt']
const packages = ['systemd', 'systemd-sysv', 'dbus', 'ca-certificates', 'iproute2', 'udev', 'procps']

/** Debian itself, kept for the next run. Errors: program_missing, upstream_unavailable. */
export async function makeBase(suite: Suite, architecture: Architecture, folder: string, signal: AbortSignal): Promise<string> {
  const base = path.join(folder, `${suite}-${architecture}`)
  if ((await readIfPresent(`${base}.whole`)) !== undefined) return base
  await rm(base, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const format = ['indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages', 'Origin: Debian', 'Label: Debian']
  const [mirror = ''] = (await must('apt-get', format, signal)).split('\n')
  if (await isForeign(architecture, signal)) await makeForeignBase({ suite, architecture, base, mirror, packages }, signal)
  else await must('debootstrap', ['--variant=minbase', `--include=${packages.join(',')}`, suite, base, mirror], signal)
  await writeFile(`${base}.whole`, '')
  return base
}

/** Errors: those of mount(8), git(1) and cp(1); `program_missing` without systemd-nspawn. */
export async function openMachine(
  base: string,
  folder: string,
  { repository, patience }: { readonly repository: string; readonly patience: number },
  signal: AbortSignal,
): Promise<Machine> {
  const [root, upper, work] = [path.join(folder, 'root'), path.join(folder, 'upper'), path.join(folder, 'work')] as const
  for (const each of [root, upper, work]) await mkdir(each, { recursive: true })
  await must('mount', ['-t', 'overlay', 'overlay', '-o', `lowerdir=${base},upperdir=${upper},workdir=${work}`, root], signal)
  const clone = path.join(root, 'root', 'ezrec')
  const registry = (await must('npm', ['config', 'get', 'registry'], signal)).trim()
  try {
    await cp('/etc/resolv.conf', path.join(root, 'etc', 'resolv.conf'), { dereference: true })
    await cp(trusted, path.join(root, certificates), { dereference: true })
    await must('git', ['-c', 'safe.directory=*', 'clone', '-q', '--no-hardlinks', repository, clone], signal)
    if (patience === 1) await must('cp', ['-a', path.join(repository, 'runtime', 'node_modules'), path.join(clone, 'runtime')], signal)
    else {
      await fetchForeignPackages(clone, `${base}-packages`, signal)
      await easeUnits(root)
    }
  } catch (error) {
    await runChild('umount', [root])
    throw error
  }
  const environment = [
    'PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    'HOME=/root',
    `npm_config_registry=${registry}`,
    `NODE_EXTRA_CA_CERTS=/${certificates}`,
    `npm_config_cafile=/${certificates}`,
  ]
  let nspawn: Child | undefined
  let leader = 0
  const cutPower = async (): Promise<void> => {
    if (!nspawn) return
    process.kill(leader, 'SIGKILL')
    await nspawn.exited
    nspawn = undefined
  }
  return {
    root,
    patience,
    boot: async () => {
      const args = ['-q', '-D', root, `--machine=ezrec-${process.pid}`, '--register=no', '--keep-unit', '--console=pipe', '-b']
      nspawn = await startChild('systemd-nspawn', args, { stopSignals: ['SIGKILL'] })
      leader = await firstChild(nspawn, 120_000 * patience, signal)
    },
    cutPower,
    run: async (command, timeoutMs = 120_000) => {
      const args = ['-t', String(leader), '-m', '-u', '-i', '-p', '-C', '-r', '-w', '--', 'env', '-i', ...environment, ...command]
      const { code, stdout, stderr } = await runChild('nsenter', args, {
        timeoutMs: timeoutMs * patience,
        signal,
        stopSignals: ['SIGTERM', 'SIGKILL'],
      })
      const out = stdout.toString('utf8').trim()
      return { code, out, text: `${out}\n${stderr}`.trim() }
    },
    [Symbol.asyncDispose]: async () => {
      await cutPower()
      await runChild('umount', [root])
      await rename(upper, `${upper}.seen`).catch(() => undefined) // what is kept for a look is no machine any more
    },
  }
}

/** The first process of the machine, once its systemd listens. */
async function firstChild(nspawn: Child, limitMs: number, signal: AbortSignal): Promise<number> {
  for (let waitedMs = 0; waitedMs < limitMs && !signal.aborted; waitedMs += 250) {
    const children = await readFile(`/proc/${nspawn.pid}/task/${nspawn.pid}/children`, 'utf8').catch(() => '')
    const leader = Number(children.split(' ')[0])
    if (leader > 0 && (await runChild('test', ['-S', `/proc/${leader}/root/run/systemd/private`])).code === 0) return leader
    await systemClock.sleep(250, signal)
  }
  await nspawn.stop()
  throw new EzrecError('timeout', `the machine did not boot: ${nspawn.stderrTail().slice(-500)}`, {
    hint: 'systemd-nspawn wants root, and a kernel with name spaces',
  })
}

/** Whether programs of it run here under emulation alone. */
export const isForeign = async (architecture: Architecture, signal: AbortSignal): Promise<boolean> =>
  (await must('dpkg', ['--print-architecture'], signal)).trim() !== architecture
