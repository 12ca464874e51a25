// The database as files, once its rows tell nothing of a person any more: its log is emptied, the copy before goes as soon as the newest one is clean.
// Never removes the newest copy, nor a damaged database that was put aside: that one is told by name.

import { readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { copiesOf } from '../../adapters/database-file.ts'
import { readDatabase, type Database } from '../../adapters/sqlite.ts'
import { errnoOf } from '../../base/errors.ts'
import { syncFolder } from '../../base/files.ts'
import { findErasure } from './erasure-store.ts'

/** What is still waited for, in words; `undefined` when no file of the database tells of it. */
export async function cleanCopies(db: Database, database: string, erasureId: string): Promise<string | undefined> {
  if (!emptyLog(db)) return 'the log of the database'
  const [newest = '', before = ''] = copiesOf(database)
  if ((await isThere(newest)) && !isClean(newest, erasureId)) return 'the next copy of the database'
  if ((await isThere(before)) && !isClean(before, erasureId)) {
    await rm(before, { force: true })
    await syncFolder(path.dirname(database))
  }
  const aside = await putAside(database, findErasure(db, erasureId)?.cleanedAtMs ?? 0)
  return aside === undefined ? undefined : `${aside}: a damaged database that was put aside; remove it when nobody needs it`
}

/** False while somebody reads; never waits for that: nothing else of this process would run meanwhile. */
function emptyLog(db: Database): boolean {
  const timeoutMs = Number(db.get('pragma busy_timeout')?.['timeout'] ?? 0)
  db.get('pragma busy_timeout = 0')
  try {
    return db.get('pragma wal_checkpoint(truncate)')?.['busy'] === 0
  } finally {
    db.get(`pragma busy_timeout = ${timeoutMs}`)
  }
}

function isClean(copy: string, erasureId: string): boolean {
  try {
    using db = readDatabase(copy)
    return findErasure(db, erasureId)?.cleanedAtMs != null
  } catch {
    return false // of another schema: older
  }
}

/** The name of one that was put aside before. */
async function putAside(database: string, cleanedAtMs: number): Promise<string | undefined> {
  const folder = path.dirname(database)
  const names = (await readdir(folder)).filter((name) => name.startsWith(`${path.basename(database)}.damaged-`))
  for (const name of names.toSorted()) {
    const facts = await stat(path.join(folder, name)).catch(ifThere)
    if (facts && facts.mtimeMs <= cleanedAtMs) return name
  }
  return undefined
}

const isThere = async (file: string): Promise<boolean> => (await stat(file).catch(ifThere)) !== undefined

function ifThere(error: unknown): undefined {
  if (errnoOf(error) !== 'ENOENT') throw error
  return undefined
}
