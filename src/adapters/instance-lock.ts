// One instance of a thing at a time, held by the kernel: a lock that dies with its process and never goes stale.
// A SQLite file in exclusive mode carries it; the holder's name stands in a file beside it, for the message only.

import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { EzrecError } from '../base/errors.ts'

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
  writeFileSync(holder, `process ${process.pid}, since ${new Date().toISOString()}\n`)
  const held = db
  return { [Symbol.dispose]: () => held.close() }
}

/** SQLITE_BUSY: https://www.sqlite.org/rescode.html */
const isBusy = (error: unknown): boolean => error instanceof Error && 'errcode' in error && error.errcode === 5

function nameOf(holder: string): string {
  try {
    return `: ${readFileSync(holder, 'utf8').trim()}`
  } catch {
    return '' // it has the lock but not yet told its name
  }
}
