// The hidden folder beside a film that is made, named for the film and for the process that works in it; and whether a film can be made there at all.
// Never touches a folder whose process lives, nor one that no process of ours has named.

import { lstat, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { EzrecError, errnoOf } from '../../src/base/errors.ts'
import { fileError } from '../../src/base/files.ts'
import { isAlive, ownIdentity } from '../../src/base/process-identity.ts'

export type WorkFolder = AsyncDisposable & { readonly path: string }

/** Beside the file, so that the room it needs is asked of the disk that is to hold the film. What killed processes left of the same file goes first. */
export async function openWorkFolder(file: string): Promise<WorkFolder> {
  const folder = path.dirname(file)
  try {
    await mkdir(folder, { recursive: true })
    await clearLeftovers(file)
    const made = await makeIn(folder, file)
    return { path: made, [Symbol.asyncDispose]: () => rm(made, { recursive: true, force: true }) }
  } catch (error) {
    throw cannotWrite(file, error)
  }
}

/** Before anything is read: a regular file that may be replaced, or a new name where one can be made. Errors: conflict, invalid and those of the disk. */
export async function assertWritable(file: string, force: boolean): Promise<void> {
  const there = await lstat(file).catch(() => undefined)
  if (there?.isDirectory() === true) throw unfit(file, 'it is a folder', 'name a file in it')
  if (there && !force) throw taken(file)
  if (there && !(await stat(file).catch(() => there)).isFile() && !there.isSymbolicLink())
    throw unfit(file, 'it is no regular file', 'name another file')
  try {
    const made = await makeIn(await nearestFolder(path.dirname(file)), file)
    await rm(made, { recursive: true })
  } catch (error) {
    throw cannotWrite(file, error)
  }
}

export const taken = (file: string): EzrecError =>
  new EzrecError('conflict', `${file} is there already`, {
    hint: 'choose another name, or give --force to replace it',
    facts: { path: file },
  })

const makeIn = (folder: string, file: string): Promise<string> => {
  const { pid, startTicks } = ownIdentity()
  return mkdtemp(path.join(folder, `${prefixOf(file)}${pid}-${startTicks}.`))
}

const prefixOf = (file: string): string => `.${path.basename(file)}.`

async function clearLeftovers(file: string): Promise<void> {
  const prefix = prefixOf(file)
  for (const name of await readdir(path.dirname(file))) {
    if (!name.startsWith(prefix)) continue
    const [, pid, startTicks] = /^(\d{1,10})-(\d{1,16})\.\w{6}$/.exec(name.slice(prefix.length)) ?? []
    if (pid === undefined || isAlive({ pid: Number(pid), startTicks: Number(startTicks) })) continue
    await rm(path.join(path.dirname(file), name), { recursive: true, force: true })
  }
}

/** The folder, or the one above it that there is. */
async function nearestFolder(folder: string): Promise<string> {
  const there = await stat(folder).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT' && path.dirname(folder) !== folder) return undefined
    throw error
  })
  return there ? folder : nearestFolder(path.dirname(folder))
}

function cannotWrite(file: string, error: unknown): unknown {
  const known = fileError(error, file)
  const errno = errnoOf(known)
  if (known instanceof EzrecError || errno === undefined) return known
  return unfit(file, `nothing can be made in its folder (${errno})`, 'name a file in a folder that this user may write', error)
}

const unfit = (file: string, fault: string, hint: string, cause?: unknown): EzrecError =>
  new EzrecError('invalid', `${file} cannot be written: ${fault}`, { hint, facts: { path: file, fault }, cause })
