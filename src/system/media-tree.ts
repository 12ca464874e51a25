// The files below a folder, by name and size, as they stand. Links are named and never followed.
// Never opens one.

import { lstat, readdir } from 'node:fs/promises'
import path from 'node:path'
import { errnoOf } from '../base/errors.ts'

export type TreeFile = { readonly name: string; readonly bytes: number; readonly isRegular: boolean; readonly links: number }

/** Every file below `root`, in order; names are relative to it. None when there is no such folder; what vanishes meanwhile is left out. */
export async function listFiles(root: string): Promise<TreeFile[]> {
  const found: TreeFile[] = []
  for (const entry of await entriesOf(root)) {
    if (entry.isDirectory()) {
      for (const file of await listFiles(path.join(root, entry.name))) found.push({ ...file, name: path.join(entry.name, file.name) })
      continue
    }
    const file = await factsOf(path.join(root, entry.name))
    if (file) found.push({ ...file, name: entry.name })
  }
  return found.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** The size of a file that is there and regular. */
export async function sizeOf(file: string): Promise<number | undefined> {
  const facts = await factsOf(file)
  return facts?.isRegular === true ? facts.bytes : undefined
}

async function factsOf(file: string): Promise<Omit<TreeFile, 'name'> | undefined> {
  try {
    const facts = await lstat(file)
    return { bytes: facts.size, isRegular: facts.isFile(), links: facts.nlink }
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  }
}
