// Files that survive a power cut: written beside, fsynced, renamed, and their folder fsynced.
// After a failed fsync the file is abandoned, never fsynced again (the kernel may have dropped the pages).

import { createHash, type Hash } from 'node:crypto'
import { open, mkdir, readFile, readdir, rename, rm, stat, statfs } from 'node:fs/promises'
import path from 'node:path'
import { EzrecError, errnoOf } from './errors.ts'

/** Replaces `file` as a whole: after this resolves it survives a power cut; before, the old one does. Fsyncs file and folder. */
export async function writeDurably(file: string, data: string | Uint8Array, mode = 0o644): Promise<void> {
  const temporary = unfinishedName(file)
  try {
    const handle = await open(temporary, 'wx', mode)
    try {
      await handle.writeFile(data)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, file)
    await syncFolder(path.dirname(file))
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined) // what went wrong first is what is told
    throw fileError(error, file)
  }
}

/** What a file is called until it is whole: by this name `removeUnfinished` knows it. */
export const unfinishedName = (file: string): string => `${file}.${process.pid}.${Math.random().toString(36).slice(2, 8)}.tmp`

/** Removes what `writeDurably` left in a folder when its process was killed: of the file of this name, or of all. For who alone writes there. */
export async function removeUnfinished(folder: string, name = ''): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return []
    throw fileError(error, folder)
  })
  const unfinished = names.filter((each) => each.startsWith(name) && /\.\d+\.[0-9a-z]{1,6}\.tmp$/.test(each))
  for (const each of unfinished) await rm(path.join(folder, each), { force: true })
}

/** Makes the bytes of a finished file durable. */
export async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes the names in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes the folder and its missing parents, durably: one by one, because Node's own recursion never ends where nothing can be made (`/proc`). */
export async function makeFolder(folder: string, mode = 0o755): Promise<void> {
  const missing: string[] = []
  try {
    for (let each = path.resolve(folder); !(await isFolder(each)); each = path.dirname(each)) missing.unshift(each)
    for (const each of missing)
      await mkdir(each, { mode }).catch(async (error: unknown) => {
        if (errnoOf(error) !== 'EEXIST' || !(await isFolder(each))) throw error // else somebody was faster; a link that leads nowhere is no folder
      })
    for (const each of missing.toReversed()) await syncFolder(path.dirname(each))
  } catch (error) {
    throw errnoOf(error) === 'ENOENT' ? unmakeable(folder, error) : fileError(error, folder)
  }
}

/** Errors: what stands in the way of a folder there. */
async function isFolder(place: string): Promise<boolean> {
  const facts = await stat(place).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  })
  if (facts && !facts.isDirectory()) throw Object.assign(new Error(`ENOTDIR: ${place} is a file`), { code: 'ENOTDIR' })
  return facts !== undefined
}

const unmakeable = (folder: string, cause: unknown): EzrecError =>
  new EzrecError('forbidden', `no folder can be made at ${folder}`, {
    hint: 'name a place on a disk with --home, or set EZREC_HOME',
    facts: { path: folder },
    cause,
  })

/** Adds lines to a file that may end in the middle of one; they survive a power cut when this resolves. A failure leaves it as it was, if the
 *  disk allows. */
export async function appendLinesDurably(file: string, lines: readonly string[]): Promise<void> {
  await using handle = await open(file, 'a+')
  const { size } = await handle.stat()
  const last = size === 0 ? 0x0a : (await handle.read(Buffer.alloc(1), 0, 1, size - 1)).buffer[0]
  try {
    await handle.appendFile(`${last === 0x0a ? '' : '\n'}${lines.map((line) => `${line}\n`).join('')}`)
    await handle.datasync()
  } catch (error) {
    await handle.truncate(size).catch(() => undefined) // what went wrong first is what is told
    throw error
  }
}

/** The file's text, or `undefined` when there is none. */
export async function readIfPresent(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw fileError(error, file)
  }
}

/** Bytes that this user may still write on the file system that holds `folder`. */
export async function freeBytes(folder: string): Promise<number> {
  const facts = await statfs(folder)
  return facts.bavail * facts.bsize
}

/** SHA-256 of a file in hexadecimal, read in pieces. */
export async function sha256OfFile(file: string, signal?: AbortSignal): Promise<string> {
  const hash: Hash = createHash('sha256')
  const handle = await open(file, 'r')
  try {
    const buffer = Buffer.allocUnsafe(1 << 20)
    for (let bytes = -1; bytes !== 0;) {
      signal?.throwIfAborted()
      bytes = (await handle.read(buffer, 0, buffer.length)).bytesRead
      hash.update(buffer.subarray(0, bytes))
    }
  } finally {
    await handle.close()
  }
  return hash.digest('hex')
}

/** Whether the disk as a whole takes nothing now (full, or read-only), so that any other file would fare the same. */
export const refusesAll = (error: unknown): boolean => ['ENOSPC', 'EDQUOT', 'EROFS'].includes(errnoOf(error) ?? '')

/** A system error on a path as ours: what is wrong, and the mend. */
export function fileError(error: unknown, file: string): unknown {
  const facts = { path: file }
  switch (errnoOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new EzrecError('disk_full', `no space left to write ${file}`, {
        hint: 'free space on this disk or set EZREC_HOME to a larger one',
        facts,
        cause: error,
      })
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new EzrecError('forbidden', `may not write ${file}`, {
        hint: 'give this user the right to write there, or set EZREC_HOME to a folder of its own',
        facts,
        cause: error,
      })
    case 'EEXIST':
    case 'ENOTDIR':
      return new EzrecError('invalid', `${file} cannot be had: a file stands there, or above it, where a folder is needed`, {
        hint: 'move that file, or name another place (for a home: --home, EZREC_HOME)',
        facts,
        cause: error,
      })
    case 'ENAMETOOLONG':
      return new EzrecError('invalid', `a name is too long: ${file.slice(0, 200)}`, {
        hint: 'choose a shorter one (for a home: --home, EZREC_HOME)',
        facts: { path: file.slice(0, 200) },
        cause: error,
      })
    default:
      return error
  }
}
