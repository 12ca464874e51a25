// A machine within this one, by QEMU: Debian's kernel on the host's own files (read-only), with one folder that both may write.
// Wants no root. Never changes anything on the host outside of that folder.

import { constants } from 'node:fs'
import { access, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { EzrecError, messageOf } from '../../src/base/errors.ts'
import { runChild, startChild, type Child } from '../../src/base/process.ts'
import { writeCpio } from './cpio.ts'
import type { GuestSystem } from './guest-system.ts'
import { storyLineSchema, type StoryLine } from './story.ts'

export type Guest = AsyncDisposable & {
  /** `kvm`: as fast as the host; `tcg`: every instruction emulated, ten to twenty times slower. */
  readonly accelerator: Accelerator
  /** What it tells, until it has ended. Errors: `timeout` when it falls silent, `internal` when it says something else. */
  readonly story: AsyncIterable<StoryLine>
}

export type Accelerator = 'kvm' | 'tcg'

export type GuestOptions = {
  readonly system: GuestSystem
  /** Whether an emulated guest's clock goes on to its next timer at once when nothing is to be done, so that waiting costs nothing. */
  readonly leaps: boolean
  /** What Node has made of our code on the host, so that the guest need not: `NODE_COMPILE_CACHE`. */
  readonly compiledFolder?: string
  /** Below it `out` is shared; the kernel's log and the initramfs stand beside. */
  readonly folder: string
  readonly signal: AbortSignal
}

const program = 'qemu-system-x86_64'

/** Silence for longer than this is a guest that hangs. */
const silentMs = 900_000

/** Errors: `program_missing`, `invalid`, each before anything is downloaded or started. */
export async function knowMachine(): Promise<void> {
  if (process.arch !== 'x64')
    throw new EzrecError(
      'invalid',
      `the guest runs the programs of this machine, and its kernel is one for x86-64, not for ${process.arch}`,
      {
        hint: 'run it on a computer with an x86-64 processor',
      },
    )
  await knowProgram(program, '--version')
  await knowProgram('v4l2-ctl', '--version')
  await knowProgram('ffmpeg', '-version')
}

/** Starts it; `knowMachine` has been asked. */
export async function startGuest({ system, leaps, compiledFolder, folder, signal }: GuestOptions): Promise<Guest> {
  const initramfs = path.join(folder, 'initramfs')
  await writeFile(initramfs, await makeInitramfs(system, compiledFolder))
  const accelerator = await bestAccelerator()
  const child = await startChild(program, guestArguments({ accelerator, leaps, kernel: system.kernel, initramfs, folder }), {
    stdout: 'pipe',
    signal,
    stopSignals: ['SIGTERM', 'SIGKILL'],
  })
  return { accelerator, story: readStory(child), [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() }
}

async function knowProgram(name: string, version: string): Promise<void> {
  await runChild(name, [version]).catch((cause: unknown) => {
    throw new EzrecError('program_missing', `there is no ${name} here, and the guest needs it`, {
      hint: 'install what it takes: sudo apt-get install -y --no-install-recommends qemu-system-x86 v4l-utils ffmpeg',
      cause,
    })
  })
}

/** Emulated, the guest is one processor of a billion instructions a second by its own clock, whatever the host has to spare: its seconds mean the
 *  same everywhere. Source: QEMU, docs/devel/tcg-icount.rst. That holds while it has something to do; init.sh sees to that. One that leaps lacks what
 *  costs an emulation most and shows nothing of ours: copies byte by byte, deeper page tables, guards, trials of ciphers. */
const processor = (accelerator: Accelerator, leaps: boolean): readonly string[] => {
  if (accelerator === 'kvm') return ['-smp', '2', '-cpu', 'max']
  return ['-smp', '1', '-icount', ...(leaps ? ['shift=0,sleep=off', '-cpu', 'max,-erms,-la57'] : ['shift=0', '-cpu', 'max'])]
}

const kernelWords = (accelerator: Accelerator, leaps: boolean): readonly string[] => [
  ...['console=ttyS0', 'panic=-1', 'loglevel=4'],
  ...(accelerator === 'tcg' ? ['emulated'] : []),
  ...(leaps ? ['mitigations=off', 'cryptomgr.notests'] : []),
]

/** Pure. */
export function guestArguments(guest: {
  readonly accelerator: Accelerator
  readonly leaps: boolean
  readonly kernel: string
  readonly initramfs: string
  readonly folder: string
}): string[] {
  const { accelerator, leaps, kernel, initramfs, folder } = guest
  const share = (name: string, at: string, readOnly: boolean): string[] => [
    ...['-fsdev', `local,id=${name},path=${at.replaceAll(',', ',,')},security_model=none,multidevs=remap${readOnly ? ',readonly=on' : ''}`],
    ...['-device', `virtio-9p-pci,fsdev=${name},mount_tag=${name}`],
  ]
  return [
    ...['-machine', 'q35', '-accel', accelerator, ...processor(accelerator, leaps), '-m', '2560'],
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-nic', 'none'],
    ...['-kernel', kernel, '-initrd', initramfs, '-append', kernelWords(accelerator, leaps).join(' ')],
    ...share('host', '/', true),
    ...share('out', path.join(folder, 'out'), false),
    ...['-serial', `file:${path.join(folder, 'kernel.log')}`, '-serial', 'stdio'],
  ]
}

/** A processor that cannot do it may have a /dev/kvm all the same: one made of software, which ordinary kernels do not boot on. */
async function bestAccelerator(): Promise<Accelerator> {
  const flags = /^flags\s*:.*$/m.exec(await readFile('/proc/cpuinfo', 'utf8'))?.[0] ?? ''
  if (!/ (vmx|svm)( |$)/.test(flags)) return 'tcg'
  return access('/dev/kvm', constants.R_OK | constants.W_OK).then(
    () => 'kvm',
    () => 'tcg',
  )
}

async function makeInitramfs({ busybox, modulesFolder, order }: GuestSystem, compiledFolder = ''): Promise<Buffer> {
  const modules = await Promise.all(
    order.map(async (name) => ({ name: `modules/${name}.ko`, bytes: await readFile(path.join(modulesFolder, `${name}.ko`)) })),
  )
  return writeCpio([
    { name: 'init', bytes: await readFile(path.join(import.meta.dirname, 'init.sh')), executable: true },
    { name: 'play', bytes: Buffer.from(`${process.execPath}\n${path.join(import.meta.dirname, 'play.ts')}\n${compiledFolder}\n`) },
    { name: 'bin' },
    { name: 'bin/busybox', bytes: await readFile(busybox), executable: true },
    { name: 'modules' },
    // The cameras themselves are put in by the play.
    {
      name: 'modules/order',
      bytes: Buffer.from(
        order
          .filter((name) => name !== 'vivid')
          .map((name) => `${name}\n`)
          .join(''),
      ),
    },
    ...modules,
  ])
}

async function* readStory(child: Child): AsyncGenerator<StoryLine> {
  if (!child.stdout) return
  let quiet = setTimeout(() => undefined, 0)
  let silent = false
  const listen = (): void => {
    clearTimeout(quiet)
    quiet = setTimeout(() => {
      silent = true
      void child.stop()
    }, silentMs)
  }
  listen()
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      listen()
      if (line.trim() !== '') yield readLine(line)
    }
  } finally {
    clearTimeout(quiet)
    await child.stop()
  }
  const { code } = await child.exited
  if (silent)
    throw new EzrecError('timeout', `the guest said nothing for ${silentMs / 1_000} s`, { hint: 'look into the kernel log that was kept' })
  if (code !== 0)
    throw new EzrecError('internal', `${program} ended with ${code}: ${child.stderrTail().trim()}`, {
      hint: 'look into the kernel log that was kept',
    })
}

function readLine(line: string): StoryLine {
  try {
    return storyLineSchema.parse(JSON.parse(line))
  } catch (cause) {
    throw new EzrecError('internal', `the guest says: ${line.trim().slice(0, 300)} (${messageOf(cause).slice(0, 80)})`, {
      hint: 'look into the kernel log that was kept',
      cause,
    })
  }
}
