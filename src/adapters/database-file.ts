// A database as a file of a home: whether it is sound, its copies beside it, and how a damaged one is put aside.
// Never asks what its rows mean, and never removes one that it did not make.

import { copyFile, open, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { messageOf } from '../base/errors.ts'
import { syncFolder } from '../base/files.ts'

/** `gone`: no file, or one that nothing was ever written to. */
export type DatabaseState = { readonly is: 'sound' | 'gone' } | { readonly is: 'damaged'; readonly fault: string }

/** Looks at every page, not at every index (https://www.sqlite.org/pragma.html#pragma_quick_check). Errors: whatever is no damage. */
export async function judgeDatabase(file: string): Promise<DatabaseState> {
  const facts = await stat(file).catch(() => undefined)
  if (facts === undefined || facts.size === 0) return { is: 'gone' }
  let db: DatabaseSync | undefined
  try {
    db = new DatabaseSync(file, { timeout: 5_000 })
    const said = String(db.prepare('pragma quick_check(1)').get()?.['quick_check'])
    if (said !== 'ok') return { is: 'damaged', fault: said }
    return { is: db.prepare('pragma user_version').get()?.['user_version'] === 0 ? 'gone' : 'sound' }
  } catch (error) {
    if (isDamage(error)) return { is: 'damaged', fault: messageOf(error) }
    throw error
  } finally {
    if (db?.isOpen === true) db.close()
  }
}

/** SQLITE_CORRUPT and SQLITE_NOTADB with their extended codes: https://www.sqlite.org/rescode.html */
const isDamage = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && [11, 26].includes(Number(error.errcode) & 0xff)

/** The copies that may stand beside a database, newest first. */
export const copiesOf = (file: string): readonly string[] => [`${file}.copy`, `${file}.copy-before`]

/** Copies a database that may be in use, without holding up who writes it; the copy before becomes the second one. Durable when it resolves,
 *  and found sound: a damaged database never takes the place of a good copy. Answers its bytes, or what is wrong with it. */
export async function copyDatabase(file: string): Promise<{ readonly bytes: number } | { readonly fault: string }> {
  const [newest = '', before = ''] = copiesOf(file)
  const made = `${file}.copying`
  await removeParts(made)
  try {
    const source = new DatabaseSync(file, { readOnly: true, timeout: 5_000 })
    try {
      await backup(source, made, { rate: allPages }) // in one step: a copy in pieces begins anew with each commit of somebody else
    } finally {
      source.close()
    }
    const copy = new DatabaseSync(made)
    copy.exec('pragma journal_mode = delete') // one file, whole in itself
    copy.close()
  } catch (error) {
    await removeParts(made)
    if (isDamage(error)) return { fault: messageOf(error) }
    throw error
  }
  const judged = await judgeDatabase(made)
  if (judged.is !== 'sound') {
    await removeParts(made)
    return { fault: judged.is === 'damaged' ? judged.fault : 'it is empty' }
  }
  await syncFile(made)
  if ((await stat(newest).catch(() => undefined)) !== undefined) await rename(newest, before)
  await rename(made, newest)
  await syncFolder(path.dirname(file))
  return { bytes: (await stat(newest)).size }
}

const allPages = 2 ** 30

/** Gives a database, with all that belongs to it, another name: `<file>.damaged-<instant>`. Answers that name, or `undefined` when nothing was there. */
export async function putAside(file: string, nowMs: number): Promise<string | undefined> {
  const aside = `${file}.damaged-${new Date(nowMs).toISOString().replaceAll(/[:.]/g, '-')}`
  let moved = false
  for (const part of parts) {
    if ((await stat(file + part).catch(() => undefined)) === undefined) continue
    await rename(file + part, aside + part)
    moved = true
  }
  if (moved) await syncFolder(path.dirname(file))
  return moved ? aside : undefined
}

/** A copy as the beginning of a new database. */
export async function takeCopy(copy: string, to: string): Promise<void> {
  await removeParts(to)
  await copyFile(copy, to)
}

/** Removes a database that was being made. */
export const removeParts = async (file: string): Promise<void> => {
  for (const part of [...parts, '-journal']) await rm(file + part, { force: true })
}

/** A database that was made and closed gets its name: from now on it is the one. */
export async function giveName(made: string, file: string): Promise<void> {
  await syncFile(made)
  await rename(made, file)
  await syncFolder(path.dirname(file))
}

/** The log goes first: alone under the old name it would be taken for that of the next database. */
const parts = ['-wal', '-shm', ''] as const

async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
