// One instance of a thing at a time, held by the kernel: a lock that dies with its process and never goes stale.
// A SQLite file in exclusive mode carries it; the holder's name stands in a file beside it, for the message only.

import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { EzrecError } from '../base/errors.ts'

/** Held until disposed. Errors: conflict, naming the holder. */
export function takeInstanceLock(folder: string, name: string): Disposable {
  const file = path.join(folder, `.${name}.lock`)
  const holder = `${file}.holder`
  const db = new DatabaseSync(file, { timeout: 0 })
  try {
    db.exec('pragma locking_mode = exclusive; begin exclusive')
  } catch (cause) {
    db.close()
    const who = nameOf(holder)
    throw new EzrecError('conflict', `another EZREC already uses ${folder}${who}`, {
      hint: 'stop that one first, or give this one a home of its own with --home',
      facts: { home: folder },
      cause,
    })
  }
  writeFileSync(holder, `process ${process.pid}, since ${new Date().toISOString()}\n`)
  return { [Symbol.dispose]: () => db.close() }
}

function nameOf(holder: string): string {
  try {
    return `: ${readFileSync(holder, 'utf8').trim()}`
  } catch {
    return '' // it has the lock but not yet told its name
  }
}
