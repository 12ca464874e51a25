// What this machine lets a test do: mount file systems of its own, freeze them, watch a process by ptrace. Asked once, by trying it.
// A test that cannot run here says why, and stands in skips.json; on a machine of its own as root none is skipped.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openGuestSystem } from '../lab/cameras/guest-system.ts'
import { knowMachine } from '../lab/cameras/guest.ts'
import { makeStoresRoot, storesFolder } from '../lab/stores/debian-root.ts'
import { EzrecError, messageOf } from '../src/base/errors.ts'
import { runChild } from '../src/base/process.ts'
import { openCage } from './memory-cage.ts'

/** Why file systems cannot be mounted here, or `false`. */
export const cannotMount: string | false = await refusal(mountOnce)

/** Why a process cannot be watched and disturbed here, or `false`. */
export const cannotTrace: string | false = await refusal(() =>
  run('strace', ['-f', '-o', '/dev/null', '-e', 'inject=fsync:delay_enter=1', 'true']),
)

/** A user that nobody is: limits of processes are counted by user, and none hold for root. */
export const nobodyElse = 471_147

/** Why a box cannot run here as somebody else, or `false`. */
export const cannotBecomeSomebody: string | false = await refusal(async () => {
  const become = [`--reuid=${nobodyElse}`, `--regid=${nobodyElse}`, '--clear-groups']
  await run('setpriv', [...become, process.execPath, '--version'])
  await run('setpriv', [...become, 'head', '--bytes=1', import.meta.filename])
})

/** Why a process that runs cannot be given other limits here, or `false`. */
export const cannotLimit: string | false = await refusal(() => run('prlimit', [`--pid=${process.pid}`, '--core=0:']))

/** Why no control group can be made here, or `false`. */
export const cannotCage: string | false = await refusal(async () => {
  await using _ = openCage()
})

/** Why no guest machine can run here, or `false`: it needs an x86-64 processor, QEMU, and once the kernel that apt brings into the cache. */
export const cannotHaveGuest = (cacheFolder: string): Promise<string | false> =>
  cannotMake(async (signal) => {
    await knowMachine()
    await openGuestSystem(cacheFolder, () => undefined, signal)
  })

/** Why there is no newer Debian with other stores here, or `false`: it needs root, debootstrap, and once 300 MB that apt brings into the cache. */
export const cannotHaveStores = (cacheFolder: string): Promise<string | false> =>
  cannotMake((signal) => makeStoresRoot(storesFolder(cacheFolder), () => undefined, signal))

async function cannotMake(attempt: (signal: AbortSignal) => Promise<unknown>): Promise<string | false> {
  try {
    await attempt(AbortSignal.timeout(600_000))
    return false
  } catch (error) {
    const expected =
      error instanceof EzrecError && ['invalid', 'program_missing', 'upstream_unavailable', 'timeout', 'canceled'].includes(error.code)
    if (!expected) throw error
    return `this machine does not let it: ${error.message}`
  }
}

async function refusal(attempt: () => Promise<void>): Promise<string | false> {
  try {
    await attempt()
    return false
  } catch (error) {
    return `this machine does not let it: ${messageOf(error)}`
  }
}

async function mountOnce(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ezrec-mount-'))
  const [image, at] = [path.join(folder, 'image'), path.join(folder, 'at')]
  try {
    if (process.getuid?.() !== 0) throw new Error('it wants root')
    await run('truncate', ['-s', '8M', image])
    await run('mkfs.ext4', ['-q', '-F', image])
    await run('mkdir', [at])
    await run('mount', ['-o', 'loop', image, at])
    await run('umount', [at])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function run(program: string, args: readonly string[]): Promise<void> {
  const { code, stderr } = await runChild(program, args, { timeoutMs: 20_000 })
  if (code !== 0) throw new Error(`${program}: ${stderr.trim().slice(0, 200)}`)
}
