// A folder of this box as the store: the body grows in `<key>.partial`, the header goes in last, then the name.
// Never shows half a film under its own name, and never replaces one that is there.

import { link, open, rm, stat, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { EzrecError, errnoOf } from '../../base/errors.ts'
import { fileError, makeFolder, syncFolder, writeDurably } from '../../base/files.ts'
import type { Deposit, DepositOptions, FilmStore, Finished } from './store.ts'

/** A deposit whose object lies in a file of this box, and can be read while it grows. */
export type LocalDeposit = Deposit & {
  /** Bytes of the object: of its body what was appended, of its header once it is finished. */
  read(firstByte: number, bytes: number): Promise<Buffer>
}

export type LocalStore = Omit<FilmStore, 'deposit'> & { deposit(key: string, options: DepositOptions): Promise<LocalDeposit> }

export function localFolderStore(root: string): LocalStore {
  const pathOf = (key: string): string => {
    const file = path.resolve(root, key)
    if (!file.startsWith(path.resolve(root) + path.sep))
      throw new EzrecError('internal', 'an object key leaves its store', { hint: 'report this', facts: { key } })
    return file
  }
  return {
    pathOf,
    deposit: (key, { headerBytes, bodyBytes }) => openDeposit(pathOf(key), headerBytes, bodyBytes),
    discard: async (key) => {
      for (const file of [`${pathOf(key)}.partial`, pathOf(key)]) await rm(file, { force: true })
    },
    sendWhole: () => Promise.resolve(), // it is where films are
    put: async (key, bytes) => {
      await makeFolder(path.dirname(pathOf(key)))
      await writeDurably(pathOf(key), bytes)
    },
    find: async (key) => {
      const facts = await stat(pathOf(key)).catch((error: unknown) => {
        if (errnoOf(error) === 'ENOENT') return undefined
        throw error
      })
      return facts && { bytes: facts.size }
    },
    tidy: () => Promise.resolve(), // nothing of ours is elsewhere
  }
}

async function openDeposit(file: string, headerBytes: number, bodyBytes: number): Promise<LocalDeposit> {
  await makeFolder(path.dirname(file))
  const partial = `${file}.partial`
  if (await standsAlready(file, partial, headerBytes + bodyBytes)) return openStanding(file, headerBytes, bodyBytes)
  const { handle, size } = await openAt(partial, headerBytes + bodyBytes)
  let end = headerBytes + (size < headerBytes + bodyBytes ? 0 : bodyBytes)
  const { toItsEnd, close } = closing(handle)
  const append = async (bytes: Buffer): Promise<void> => {
    try {
      await writeFully(handle, bytes, end)
      await handle.datasync()
    } catch (error) {
      throw fileError(error, file)
    }
    end += bytes.length
  }
  const finish = async (header: Buffer): Promise<Finished> => {
    if (header.length !== headerBytes)
      throw new EzrecError('internal', 'the header is not as long as the room for it', {
        hint: 'report this',
        facts: { header: header.length, room: headerBytes },
      })
    try {
      await writeFully(handle, header, 0)
      await handle.sync()
    } catch (error) {
      throw fileError(error, file)
    }
    await confirm(handle, header, end)
    await link(partial, file).catch(async (error: unknown) => {
      if (errnoOf(error) !== 'EEXIST') throw fileError(error, file)
      await using standing = await open(file, 'r') // a crash may have come between the name and the row: then it is this one
      await confirm(standing, header, end)
    })
    await rm(partial, { force: true })
    await syncFolder(path.dirname(file))
    return { bytes: end }
  }
  return {
    bodyBytes: end - headerBytes,
    append: (bytes) => toItsEnd(append(bytes)),
    finish: (header) => toItsEnd(finish(header)),
    read: (firstByte, bytes) => readFully(handle, firstByte, bytes),
    close,
  }
}

/** What was begun with a file ends before it is closed. */
function closing(handle: FileHandle): { toItsEnd<T>(work: Promise<T>): Promise<T>; close(): Promise<void> } {
  let underWay: Promise<unknown> = Promise.resolve()
  return {
    toItsEnd: (work) => {
      underWay = Promise.allSettled([underWay, work]).then(() => undefined) // or it would hold the outcome of all before it
      return work
    },
    close: async () => {
      await underWay
      await handle.close()
    },
  }
}

/** A crash came between the film's name and its row: the film that stands is as long as what the rows know. */
async function standsAlready(file: string, partial: string, bytes: number): Promise<boolean> {
  const [standing, growing] = await Promise.all([file, partial].map((each) => stat(each).catch(() => undefined)))
  return growing === undefined && standing?.size === bytes
}

/** A film that has its name already is read back, never written again: it may be somebody else's. */
async function openStanding(file: string, headerBytes: number, bodyBytes: number): Promise<LocalDeposit> {
  const handle = await open(file, 'r')
  const { toItsEnd, close } = closing(handle)
  const finish = async (header: Buffer): Promise<Finished> => {
    await confirm(handle, header, headerBytes + bodyBytes)
    return { bytes: headerBytes + bodyBytes }
  }
  return {
    bodyBytes,
    append: () =>
      Promise.reject(
        new EzrecError('conflict', 'a film stands under this name before it was finished', {
          hint: 'move it away: it is not of this recording',
        }),
      ),
    finish: (header) => toItsEnd(finish(header)),
    read: (firstByte, bytes) => readFully(handle, firstByte, bytes),
    close,
  }
}

/** The partial file, exactly as long as what is known to be durable in it, and how long it was. */
async function openAt(partial: string, bytes: number): Promise<{ readonly handle: FileHandle; readonly size: number }> {
  const handle = await open(partial, 'a+').then(async (made) => {
    await made.close()
    return open(partial, 'r+')
  })
  try {
    const { size } = await handle.stat()
    await handle.truncate(bytes)
    return { handle, size }
  } catch (error) {
    await handle.close()
    throw fileError(error, partial)
  }
}

async function writeFully(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let at = 0; at < bytes.length;) at += (await handle.write(bytes, at, bytes.length - at, position + at)).bytesWritten
}

export async function readFully(handle: FileHandle, firstByte: number, bytes: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, firstByte)
  if (bytesRead === bytes) return buffer
  throw new EzrecError('media_unreadable', 'the film on this box is shorter than what was written', {
    hint: 'check the disk: the film is still in the chunks',
    facts: { bytes: bytesRead, expected: bytes },
  })
}

/** What the disk gives back must be what was meant: size and header. */
async function confirm(handle: FileHandle, header: Buffer, bytes: number): Promise<void> {
  const { size } = await handle.stat()
  const { buffer } = await handle.read(Buffer.alloc(header.length), 0, header.length, 0)
  if (size === bytes && buffer.equals(header)) return
  throw new EzrecError('media_unreadable', 'the store does not hold what was written to it', {
    hint: 'check the disk: the film is still in the chunks',
    facts: { size, expected: bytes },
  })
}
