// The folders that a box writes to, as they stand: how much room, on what file system, and whether it takes writes.
// Reads only; what follows from it is the caller's.

import type { Settings } from '../../config/settings.ts'
import { missingDisks, missingDiskMend } from '../adapters/media-disks.ts'
import { mountUnder, ownMounts, type Mount } from '../adapters/mounts.ts'
import { freeBytes } from '../base/files.ts'

export type Place = {
  /** The variable that names it. */
  readonly name: string
  readonly folder: string
  /** `undefined` when it could not be asked: it may not be there. */
  readonly freeBytes: number | undefined
  readonly mount: Mount | undefined
  /** Its disk is known and not there: what stands in the folder's place is not it. */
  readonly missing?: string | undefined
}

export type PlaceFault = { readonly name: string; readonly fault: string; readonly mend: string }

type Paths = Pick<Settings['paths'], 'home' | 'takes' | 'recordings' | 'store'>

/** Home, takes, recordings and store. */
export async function lookAtPlaces({ home, takes, recordings, store }: Paths, mountsFile = ownMounts): Promise<readonly Place[]> {
  const folders = { EZREC_HOME: home, TAKES_DIR: takes, RECORDINGS_DIR: recordings, STORE_DIR: store }
  const missing = await missingDisks(home, Object.values(folders)).catch((): readonly string[] => []) // a home that cannot be read is told by its own place
  return Promise.all(
    Object.entries(folders).map(async ([name, folder]) => ({
      name,
      folder,
      freeBytes: await freeBytes(folder).catch(() => undefined),
      mount: await mountUnder(folder, mountsFile),
      ...(missing.includes(folder) ? { missing: missingDiskMend(home, folder) } : {}),
    })),
  )
}

/** What a file system lacks that a box cannot do without, however much room there is. Pure; one word for all places on one mount. */
export function placeFaults(places: readonly Place[]): readonly PlaceFault[] {
  const absent = places.flatMap(({ name, folder, missing }) =>
    missing === undefined ? [] : [{ name, fault: `the disk of ${folder} is not mounted`, mend: missing }],
  )
  const present = places.filter(({ missing }) => missing === undefined)
  const unfitting = [...Map.groupBy(present, ({ mount }) => mount?.folder)].flatMap(([folder, on]) => {
    const mount = on[0]?.mount
    const name = on.map((place) => place.name).join(', ')
    if (folder === undefined || !mount) return []
    const what = `${mount.source} at ${folder}`
    if (unfit.has(mount.fileSystem))
      return [
        {
          name,
          fault: `${what} has the file system ${unfit.get(mount.fileSystem)}: no hard links, which give a film its name, and little safety in a power cut`,
          mend: `format that disk as ext4, or choose another folder for ${name}`,
        },
      ]
    if (mount.readOnly)
      return [
        {
          name,
          fault: `${what} is read-only`,
          mend: `dmesg tells whether the disk failed; mount -o remount,rw ${folder}, or replace the disk`,
        },
      ]
    return []
  })
  return [...absent, ...unfitting]
}

const unfit: ReadonlyMap<string, string> = new Map([
  ['vfat', 'FAT32, with files of at most 4 GiB'],
  ['msdos', 'FAT, with files of at most 4 GiB'],
  ['exfat', 'exFAT'],
])
