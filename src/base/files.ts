// Files that survive a power cut: written beside, fsynced, renamed, and their folder fsynced.
// After a failed fsync the file is abandoned, never fsynced again (the kernel may have dropped the pages).

import { createHash, type Hash } from 'node:crypto'
import { open, mkdir, readFile, rename, rm, statfs } from 'node:fs/promises'
import path from 'node:path'
import { EzrecError, errnoOf } from './errors.ts'

/** Replaces `file` as a whole: after this resolves it survives a power cut; before, the old one does. Fsyncs file and folder. */
export async function writeDurably(file: string, data: string | Uint8Array, mode = 0o644): Promise<void> {
  const temporary = `${file}.${process.pid}.${Math.random().toString(36).slice(2, 8)}.tmp`
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

/** Makes the names in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes the folder and its missing parents, durably. */
export async function makeFolder(folder: string, mode = 0o755): Promise<void> {
  try {
    const made = await mkdir(folder, { recursive: true, mode })
    if (made === undefined) return
    const above = path.dirname(path.resolve(made))
    for (let holder = path.dirname(path.resolve(folder)); holder.length > above.length; holder = path.dirname(holder))
      await syncFolder(holder)
    await syncFolder(above)
  } catch (error) {
    throw fileError(error, folder)
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
    default:
      return error
  }
}
