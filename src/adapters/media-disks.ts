// A home knows its disks: a media folder that lay on a disk of its own bears a word, and the home remembers it. Where nothing is mounted and that
// word is missing, what would be written there would lie beneath the disk. Another disk in its place is its successor: footage comes first.
// Never judges a folder on the home's own disk, nor one that it sees for the first time.

import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { EzrecError } from '../base/errors.ts'
import { readIfPresent, writeDurably } from '../base/files.ts'
import { isId, newId } from '../base/ids.ts'

/** Bears the word; stands in the media folder itself. */
export const diskMark = '.ezrec-disk'

const memoryOf = (home: string): string => path.join(home, 'disks.json')

const known = z.object({ word: z.string().refine(isId), mountPoint: z.string() })
const memory = z.object({ version: z.literal(1), disks: z.record(z.string(), known) })

type Disks = z.infer<typeof memory>['disks']

/** Those of the folders (absolute) whose disk is known and not there, nor another one. */
export async function missingDisks(home: string, folders: readonly string[]): Promise<readonly string[]> {
  const disks = await recall(home)
  const isMissing = await Promise.all(
    folders.map(async (folder) => {
      const disk = disks[folder]
      return disk !== undefined && (await wordIn(folder)) !== disk.word && !(await isMounted(disk.mountPoint))
    }),
  )
  return folders.filter((_, n) => isMissing[n])
}

/** Errors: not_found, with the mend. */
export async function assertDisks(home: string, folders: readonly string[]): Promise<void> {
  const [folder] = await missingDisks(home, folders)
  if (folder === undefined) return
  throw new EzrecError('not_found', `the disk of ${folder} is not mounted`, {
    hint: missingDiskMend(home, folder),
    facts: { path: folder },
  })
}

export const missingDiskMend = (home: string, folder: string): string =>
  `mount that disk at ${folder} or above it; if it was replaced on purpose, remove ${memoryOf(home)}`

/** Remembers the disks of those folders that are there and lie on another disk than the home. For one process of a home: the recorder's.
 *  Answers the folders whose disk was not known. */
export async function rememberDisks(home: string, folders: readonly string[]): Promise<readonly string[]> {
  const disks = await recall(home)
  const homeDevice = await deviceOf(home)
  const found: Disks = {}
  for (const folder of folders) {
    const device = await deviceOf(folder)
    const word = await wordIn(folder)
    if (device === undefined || device === homeDevice || (word !== undefined && disks[folder]?.word === word)) continue
    const mountPoint = await mountPointOf(folder, device)
    if (!disks[folder] || (await isMounted(mountPoint))) found[folder] = { word: word ?? (await mark(folder)), mountPoint }
  }
  const learned = Object.keys(found)
  if (learned.length > 0)
    await writeDurably(memoryOf(home), `${JSON.stringify({ version: 1, disks: { ...disks, ...found } }, undefined, 2)}\n`)
  return learned
}

/** `undefined` for what is not there. */
const deviceOf = async (folder: string): Promise<number | undefined> => (await stat(folder).catch(() => undefined))?.dev

/** The highest folder above that lies on the same disk. */
async function mountPointOf(folder: string, device: number): Promise<string> {
  const above = path.dirname(folder)
  return above !== folder && (await deviceOf(above)) === device ? mountPointOf(above, device) : folder
}

async function isMounted(mountPoint: string): Promise<boolean> {
  if (mountPoint === '/') return true // there is always a root
  const device = await deviceOf(mountPoint)
  return device !== undefined && device !== (await deviceOf(path.dirname(mountPoint)))
}

async function mark(folder: string): Promise<string> {
  const word = newId()
  await writeDurably(path.join(folder, diskMark), `${word}\n`)
  return word
}

/** A disk that cannot be read is as good as none. */
async function wordIn(folder: string): Promise<string | undefined> {
  const word = (await readFile(path.join(folder, diskMark), 'utf8').catch(() => '')).trim()
  return isId(word) ? word : undefined
}

/** What cannot be read is not remembered: a box must go on. */
async function recall(home: string): Promise<Disks> {
  try {
    const text = await readIfPresent(memoryOf(home))
    return text === undefined ? {} : memory.parse(JSON.parse(text)).disks
  } catch {
    return {} // written whole or not at all: somebody has edited it, or the home's disk fails, which must not stop the takes'
  }
}
