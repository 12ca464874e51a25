// Watches <home>/api/local_data/bookings.json: what was written there is booked, once it is whole and nobody has touched it for a second.
// Never writes the file and never cancels what has vanished from it; a broken one is told and changes nothing.

import { constants } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import path from 'node:path'
import { EzrecError, errnoOf } from '../base/errors.ts'
import { makeFolder } from '../base/files.ts'
import type { Logger } from '../base/logger.ts'
import { parseBookingsFile } from './bookings-file.ts'
import { faultOfFile, faultsNow, faultsOfEntries, type FileFault } from './bookings-file-faults.ts'
import { importBookings, type EntryReport, type ImportOptions } from './import-bookings.ts'

export type KeepBookingsFileOptions = ImportOptions & {
  /** Absolute. */
  readonly file: string
  readonly logger: Logger
  /** Called with all that is wrong with the file, when that is known and whenever it is something else than before. */
  readonly onFaults: (faults: readonly FileFault[]) => Promise<void>
  /** How often it is looked at (default 250 ms). */
  readonly lookMs?: number
}

/** A writer that pauses for longer than this has finished. */
const quietUs = 1_000_000
const mostBytes = 4 * 1024 * 1024
/** After a fault that is the box's own: so long at first, twice as long each time, at most so long. */
const againMs = { first: 10_000, most: 600_000 } as const
const reportsLogged = 100

/** Resolves when the signal has aborted. */
export async function keepBookingsFile(options: KeepBookingsFileOptions, signal: AbortSignal): Promise<void> {
  const { file, clock, logger, onFaults, lookMs = 250 } = options
  await makeFolder(path.dirname(file)).catch((err: unknown) => logger.warn({ err }, 'the folder of bookings.json could not be made'))
  let done: string | undefined
  let seen: string | undefined
  let sinceUs = clock.monotonicUs()
  let failures = 0
  let notBeforeUs = 0
  let faults: readonly FileFault[] | undefined
  let told: string | undefined
  const tell = async (): Promise<void> => {
    if (faults === undefined) return
    const now = faultsNow(faults, clock.nowMs())
    if (told === JSON.stringify(now)) return
    await onFaults(now)
    told = JSON.stringify(now)
  }
  const later = (): void => {
    notBeforeUs = clock.monotonicUs() + Math.min(againMs.most, againMs.first * 2 ** failures) * 1_000
    failures += 1
  }
  for (; !signal.aborted; await clock.sleep(lookMs, signal)) {
    const version = await versionOf(file)
    if (version !== seen) [seen, sinceUs, failures, notBeforeUs] = [version, clock.monotonicUs(), 0, 0]
    if (seen === undefined) faults = []
    await tell().catch((err: unknown) => logger.warn({ err }, 'what is wrong with bookings.json could not be kept'))
    if (seen === undefined || seen === done || clock.monotonicUs() < Math.max(sinceUs + quietUs, notBeforeUs)) continue
    try {
      const text = await readWhole(file)
      if ((await versionOf(file)) !== seen) continue // somebody writes again
      const reports = await importText(text, options)
      faults = faultsOfEntries(reports)
      if (reports.some(isTheBoxs)) later()
      else done = seen
    } catch (err) {
      if (isTheFiles(err)) done = seen
      else later()
      faults = [faultOfFile(err)]
      logger.warn({ err, file: path.basename(file) }, 'bookings.json could not be read: nothing was changed')
    }
  }
}

async function importText(text: string, options: KeepBookingsFileOptions): Promise<readonly EntryReport[]> {
  const { logger } = options
  const entries = text.trim() === '' ? [] : parseBookingsFile(text)
  const { bookings, changed, reports } = await importBookings(entries, options)
  const told = reports.filter(({ is }) => is !== 'passed')
  for (const { is, entry, id, message, code, mend } of told.slice(0, reportsLogged))
    logger.warn(
      { entry, id: id?.slice(0, 100) ?? null, message: mend === undefined ? message : `${message} (${mend})`, code },
      is === 'refused' ? 'an entry of bookings.json was refused' : 'an entry of bookings.json was read otherwise',
    )
  const count = (kind: EntryReport['is']): number => reports.filter(({ is }) => is === kind).length
  logger.info(
    { entries: entries.length, standing: bookings.length, changed, passed: count('passed'), refused: count('refused') },
    'bookings.json was read',
  )
  return reports
}

/** A fault of the box kept an entry out that may be let in later. */
const isTheBoxs = ({ is, code }: EntryReport): boolean => is === 'refused' && code !== 'invalid' && code !== 'conflict'

/** The same as long as nobody wrote; `undefined` when there is no such file. */
async function versionOf(file: string): Promise<string | undefined> {
  try {
    const { ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true })
    return `${ino}-${size}-${mtimeNs}-${ctimeNs}`
  } catch {
    return undefined // not there, or not to be looked at: the reading would tell why
  }
}

async function readWhole(file: string): Promise<string> {
  await using handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK) // a pipe of that name must not hold us up
  const facts = await handle.stat()
  if (!facts.isFile()) throw new EzrecError('invalid', 'bookings.json is no file', { hint: 'remove what is there' })
  if (facts.size > mostBytes)
    throw new EzrecError('invalid', `bookings.json has more than ${mostBytes / 1024 / 1024} MiB`, { hint: 'remove bookings that are over' })
  return handle.readFile('utf8')
}

/** What only another version of the file can mend. */
const isTheFiles = (error: unknown): boolean =>
  (error instanceof EzrecError && error.code === 'invalid') || ['EACCES', 'EISDIR', 'ENXIO'].includes(errnoOf(error) ?? '')
