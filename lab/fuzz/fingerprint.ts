// All that only those who may can change: every row and every file of a home, by table and by file, so that what changed has a name.
// Never asks the API: rows and files are the truth.

import { createHash } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { readDatabase, type Row } from '../../src/adapters/sqlite.ts'
import { systemClock } from '../../src/base/clock.ts'

/** Name of a table or a file to what is in it. */
export type Fingerprint = ReadonlyMap<string, string>

/** What changes by itself: signs of life, samples, alerts, the last use of a key or session. */
const volatileTables = new Set(['heartbeat', 'status_sample', 'live_viewer', 'service_start', 'alert'])
const volatileColumns = new Set(['used_at_ms', 'doing'])
const ownNews = /^(health|alert|service|board|disk)\b/
const ownFiles = /(^|\/)(logs(\/|$)|ezrec\.sqlite(-wal|-shm)?$|api\.json$|heartbeat|.*\.lock$|clock)/

export function fingerprint(home: string): Fingerprint {
  using db = readDatabase(path.join(home, 'ezrec.sqlite'))
  const tables = db.all("select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name")
  return new Map([
    ...tables
      .map(({ name }) => String(name))
      .filter((table) => !volatileTables.has(table))
      .map((table): [string, string] => [table, hashOf(db.all(`select * from "${table}"`).filter(isTheirs))]),
    ...filesOf(home),
  ])
}

/** Names of what is another in one of both; empty when nothing changed. */
export const changesBetween = (before: Fingerprint, after: Fingerprint): string[] =>
  [...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name))

/** When two looks in a row saw the same: somebody who went away before the answer may still have something done. After twenty seconds what is seen then. */
export async function settledFingerprint(home: string, signal: AbortSignal): Promise<Fingerprint> {
  let last = fingerprint(home)
  for (let looks = 0; looks < 50 && !signal.aborted; looks += 1) {
    await systemClock.sleep(400, signal)
    const now = fingerprint(home)
    if (changesBetween(last, now).length === 0) return now
    last = now
  }
  return last
}

/** Not what the box tells of itself. */
const isTheirs = ({ kind, subject }: Row): boolean => !ownNews.test(String(kind)) && !ownNews.test(String(subject))

function hashOf(rows: readonly Row[]): string {
  const hash = createHash('sha256')
  for (const row of rows) {
    const values = Object.entries(row).filter(([name]) => !volatileColumns.has(name))
    hash.update(
      `${JSON.stringify(values.map(([, value]) => (value instanceof Uint8Array ? Buffer.from(value).toString('hex') : String(value))))}\n`,
    )
  }
  return hash.digest('hex')
}

const filesOf = (home: string): [string, string][] =>
  readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map(({ name, parentPath }) => path.relative(home, path.join(parentPath, name)))
    .filter((file) => !ownFiles.test(file))
    .map((file) => [file, String(statSync(path.join(home, file), { throwIfNoEntry: false })?.size ?? -1)])
