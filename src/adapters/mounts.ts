// What is mounted where, as the kernel tells it: the file system under a folder, and whether it takes writes. Source: proc_pid_mountinfo(5).
// Never mounts anything and never writes to find out.

import { readFile, realpath } from 'node:fs/promises'
import path from 'node:path'
import { errnoOf } from '../base/errors.ts'

export type Mount = {
  readonly folder: string
  /** ext4, vfat, exfat, tmpfs... */
  readonly fileSystem: string
  /** The device, or what stands for one. */
  readonly source: string
  /** By the mount's own options, or since its file system met an error. */
  readonly readOnly: boolean
}

export const ownMounts = '/proc/self/mountinfo'

/** Lines that are none are left out. Pure. */
export function parseMounts(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [mount = '', system = ''] = line.split(' - ', 2)
    const [, , , , folder, options] = mount.split(' ')
    const [fileSystem, source, superOptions = ''] = system.split(' ')
    if (!folder?.startsWith('/') || options === undefined || !fileSystem || source === undefined) return []
    const readOnly = [...options.split(','), ...superOptions.split(',')].some((option) => option === 'ro' || option === 'emergency_ro')
    return [{ folder: plain(folder), fileSystem, source: plain(source), readOnly }]
  })
}

/** The mount that holds an absolute path: the longest, and of several at one place the last. Pure. */
export function mountOf(mounts: readonly Mount[], file: string): Mount | undefined {
  return mounts.reduce<Mount | undefined>(
    (best, mount) => (holds(mount.folder, file) && mount.folder.length >= (best?.folder.length ?? 0) ? mount : best),
    undefined,
  )
}

/** The mount under a folder, or under where it would be made. `undefined` where the kernel does not tell. */
export async function mountUnder(folder: string, mountsFile = ownMounts): Promise<Mount | undefined> {
  const text = await readFile(mountsFile, 'utf8').catch(() => '')
  return mountOf(parseMounts(text), await realNearest(path.resolve(folder)))
}

async function realNearest(folder: string): Promise<string> {
  try {
    return await realpath(folder)
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT' || folder === '/') return folder
    return path.join(await realNearest(path.dirname(folder)), path.basename(folder))
  }
}

const holds = (folder: string, file: string): boolean => folder === '/' || file === folder || file.startsWith(`${folder}/`)

/** Space, tab, line feed and backslash are told in octal. */
const plain = (text: string): string =>
  text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
