// One instance of a thing at a time, held by the kernel: a lock that dies with its process and never goes stale.
// A SQLite file in exclusive mode carries it; the holder's name stands in a file beside it, for the message only.

import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { EzrecError } from '../base/errors.ts'
import { ownIdentity, type ProcessIdentity } from '../base/process-identity.ts'

/** Held until disposed. Errors: conflict, naming the holder; forbidden when the folder cannot be written. */
export function takeInstanceLock(folder: string, name: string): Disposable {
  const file = path.join(folder, `.${name}.lock`)
  const holder = `${file}.holder`
  let db: DatabaseSync | undefined
  try {
    db = new DatabaseSync(file, { timeout: 0 })
    db.exec('pragma locking_mode = exclusive; begin exclusive')
  } catch (cause) {
    if (db?.isOpen === true) db.close()
    if (!isBusy(cause))
      throw new EzrecError('forbidden', `may not write ${file}`, {
        hint: 'give this user the right to write there and look at the disk, or give this one a home of its own with --home',
        facts: { home: folder },
        cause,
      })
    const who = nameOf(holder)
    throw new EzrecError('conflict', `another EZREC already uses ${folder}${who}`, {
      hint: 'stop that one first, or give this one a home of its own with --home',
      facts: { home: folder },
      cause,
    })
  }
  writeFileSync(holder, `${JSON.stringify({ ...ownIdentity(), since: new Date().toISOString() })}\n`)
  const held = db
  return { [Symbol.dispose]: () => held.close() }
}

/** SQLITE_BUSY: https://www.sqlite.org/rescode.html */
const isBusy = (error: unknown): boolean => error instanceof Error && 'errcode' in error && error.errcode === 5

const holderFile = z.object({ pid: z.int(), startTicks: z.int(), since: z.string() })

/** Who took a lock last: it may have ended since. `undefined` when nobody ever did. */
export function lockHolder(folder: string, name: string): ProcessIdentity | undefined {
  return readHolder(`${path.join(folder, `.${name}.lock`)}.holder`)
}

function nameOf(file: string): string {
  const holder = readHolder(file)
  return holder ? `: process ${holder.pid}, since ${holder.since}` : '' // it has the lock but not yet told its name
}

function readHolder(file: string): z.infer<typeof holderFile> | undefined {
  try {
    return holderFile.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return undefined
  }
}
