// A memory card that can lose its power: an ext4 image on a loop device, on a file system that copies a file in an instant by sharing its blocks.
// A copy holds what had reached the card, nothing of what still waited in memory: both loop devices bypass the page cache.
// Never touches a file system that it did not make.

import { constants } from 'node:fs'
import { copyFile, mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { EzrecError } from '../../src/base/errors.ts'
import { runChild } from '../../src/base/process.ts'

export type Card = AsyncDisposable & {
  /** Where it is mounted. */
  readonly folder: string
  /** Cuts the power of a copy: the image as it is at one instant between `afterMs` and `beforeMs`; the card itself goes on. */
  cut(name: string): Promise<Cut>
  /** Takes the card out; copies stay. */
  unmount(): Promise<void>
}

export type Cut = {
  readonly name: string
  readonly afterMs: number
  readonly beforeMs: number
  /** Mounts the copy, which replays ext4's journal; disposing it unmounts, checks the file system and removes the copy. */
  mount(): Promise<MountedCopy>
}

export type MountedCopy = AsyncDisposable & {
  readonly folder: string
  /** Unmounts and has e2fsck look, which repairs nothing; what it found, or nothing. */
  examine(): Promise<string | undefined>
}

const cardBytes = 1_536 * 1024 * 1024

/** Makes the stack below `folder`. Errors: forbidden (no root, no loop devices), program_missing (xfsprogs, e2fsprogs). */
export async function openCard(folder: string): Promise<Card> {
  const [shelf, mounted] = [path.join(folder, 'shelf'), path.join(folder, 'card')]
  await using made = new AsyncDisposableStack()
  await run('truncate', ['-s', String(cardBytes * 4), `${folder}/shelf.img`])
  await run('mkfs.xfs', ['-q', '-m', 'reflink=1', `${folder}/shelf.img`])
  await mountImage(made, `${folder}/shelf.img`, shelf)
  const image = path.join(shelf, 'card.img')
  await run('truncate', ['-s', String(cardBytes), image])
  await run('mkfs.ext4', ['-q', '-E', 'lazy_itable_init=0,lazy_journal_init=0', image])
  const card = new AsyncDisposableStack()
  made.defer(() => card.disposeAsync())
  await mountImage(card, image, mounted)
  await run('sync', ['-f', mounted])
  const kept = made.move()
  return {
    folder: mounted,
    cut: async (name) => {
      const copy = path.join(shelf, `${name}.img`)
      const afterMs = Date.now()
      await copyFile(image, copy, constants.COPYFILE_FICLONE_FORCE)
      return { name, afterMs, beforeMs: Date.now(), mount: () => mountCopy(copy, path.join(folder, name)) }
    },
    unmount: () => card.disposeAsync(),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

async function mountCopy(copy: string, folder: string): Promise<MountedCopy> {
  const mount = new AsyncDisposableStack()
  await mountImage(mount, copy, folder)
  return {
    folder,
    examine: async () => {
      await mount.disposeAsync()
      const { code, stdout } = await runChild('e2fsck', ['-fn', copy], { timeoutMs: 60_000, env: { PATH: programs } })
      return code === 0 ? undefined : stdout.toString('utf8').slice(-500)
    },
    [Symbol.asyncDispose]: async () => {
      await mount.disposeAsync()
      await rm(copy)
    },
  }
}

/** Mounts an image through a loop device that does not cache; both are let go in turn. */
async function mountImage(stack: AsyncDisposableStack, image: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const device = await run('losetup', ['--find', '--show', '--direct-io=on', image])
  stack.defer(async () => void (await run('losetup', ['--detach', device])))
  await run('mount', ['-o', 'noatime', device, folder])
  stack.defer(() => unmount(folder))
}

/** Programs that have just ended may hold a mount for a moment longer; a namespace of somebody else that was made meanwhile holds it as long
 *  as it likes: then it goes when that one does. */
async function unmount(folder: string): Promise<void> {
  await run('sync', ['-f', folder])
  for (let tries = 0; tries < 30; tries += 1) {
    if ((await runChild('umount', [folder], { env: { PATH: programs } })).code === 0) return
    await delay(100)
  }
  await run('umount', ['--lazy', folder])
}

/** `/usr/sbin` is not on everybody's path. */
const programs = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

async function run(program: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runChild(program, args, { timeoutMs: 60_000, env: { PATH: programs } })
  if (code === 0) return stdout.toString('utf8').trim()
  throw new EzrecError('forbidden', `${program} ${args.join(' ')}: ${stderr.trim()}`, {
    hint: 'this experiment makes and mounts file systems: run it as root where loop devices are allowed',
  })
}
