// A film's intro and outro: taken when its merge begins, made with its own parameters or found made, and fixed before its first chunk lands.
// Never holds a film up for long, never touches a venue's file: one that cannot be had is left out, and told.

import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { bookendSlots, type BookendSlot } from '../../../config/picture-words.ts'
import type { BrandingSettings } from '../../../config/settings.ts'
import type { EncodeOptions } from '../../adapters/ffmpeg.ts'
import { ffmpegVersion } from '../../adapters/ffmpeg-version.ts'
import type { Database } from '../../adapters/sqlite.ts'
import type { Clock } from '../../base/clock.ts'
import { EzrecError, messageOf } from '../../base/errors.ts'
import { writeDurably } from '../../base/files.ts'
import type { Logger } from '../../base/logger.ts'
import { mergedUntil, readInit } from '../chunk-store.ts'
import { keepCached, bookendKey, readCached } from './bookend-cache.ts'
import { hashBookendFile, probeBookend, unfit } from './bookend-file.ts'
import { readBookend, type BookendFilm } from './bookend-film.ts'
import {
  beginBookends,
  bookendFile,
  bookendState,
  fixBookends,
  listBookends,
  noteBookendFault,
  noteBookendMade,
  noteBookendTry,
  type BookendRow,
} from './bookend-store.ts'
import { makeBookend } from './make-bookend.ts'
import { faultOf } from './venue-file.ts'

export type FixBookendsOptions = {
  readonly db: Database
  readonly clock: Clock
  readonly logger: Logger
  readonly recordingId: string
  /** Absolute: the recording's folder. */
  readonly folder: string
  /** Where what was made is kept for the films to come. */
  readonly cacheFolder: string
  readonly branding: Pick<BrandingSettings, 'intro' | 'outro'>
  readonly encode: EncodeOptions
  readonly sound: boolean
  /** The film begins without what is not ready by then. */
  readonly patienceMs: number
  /** What is made too late for this film goes on for those to come, until `signal` aborts: whoever closes waits for it. */
  readonly onLate: (work: Promise<unknown>) => void
}

/** More, and it is it that ends its maker, not the machine. */
const mostTries = 3

/** Resolves when all that is to be told of them is told: each is ready beside the chunks, or left out with its reason. Rejects when `signal` aborts. */
export async function decideBookends(options: FixBookendsOptions, signal: AbortSignal): Promise<void> {
  const { db, clock, logger, recordingId, branding, patienceMs } = options
  if (bookendState(db, recordingId) === 'fixed') return
  const late = AbortSignal.timeout(patienceMs)
  if (bookendState(db, recordingId) === undefined) {
    const begun = mergedUntil(db, recordingId).chunks > 0 || readInit(db, recordingId) !== undefined // by a version without any
    beginBookends(db, recordingId, begun ? [] : await take(branding, { signal, late }))
  }
  for (const row of listBookends(db, recordingId)) {
    const fault = row.fault ?? (row.frames === null ? await decide(row, options, { signal, late }) : undefined)
    signal.throwIfAborted()
    if (fault === undefined) continue
    noteBookendFault(db, recordingId, row.slot, fault, clock.nowMs())
    logger.warn({ recording: recordingId, slot: row.slot, file: row.file, fault }, `the film has no ${row.slot}`)
  }
  fixBookends(db, recordingId)
}

async function take(
  branding: FixBookendsOptions['branding'],
  { signal, late }: { readonly signal: AbortSignal; readonly late: AbortSignal },
): Promise<Pick<BookendRow, 'slot' | 'file' | 'sha256' | 'fault'>[]> {
  const rows: Pick<BookendRow, 'slot' | 'file' | 'sha256' | 'fault'>[] = []
  for (const slot of bookendSlots) {
    const file = branding[slot]
    if (file === undefined) continue
    const hashed = hashBookendFile(file, signal).catch((error: unknown) => {
      if (signal.aborted || isOfMachine(error)) throw error
      return { fault: faultOf(error) }
    })
    const sha256 = (await unless(late, hashed)) ?? { fault: 'it could not be read in time' } // a share that hangs
    rows.push(typeof sha256 === 'string' ? { slot, file, sha256, fault: null } : { slot, file, sha256: null, ...sha256 })
  }
  return rows
}

/** An intro or outro as it is set and found now, for films that have no rows. Errors: invalid and others, with the reason in `facts.fault`. */
export async function bookendForFilm(file: string, making: Obtaining, signal: AbortSignal): Promise<BookendFilm> {
  const sha256 = await hashBookendFile(file, signal)
  return await obtain({ file, sha256 }, making, signal)
}

/** Why it is left out; `undefined` when it is ready. */
async function decide(
  row: BookendRow,
  options: FixBookendsOptions,
  { signal, late }: { readonly signal: AbortSignal; readonly late: AbortSignal },
): Promise<string | undefined> {
  const { db, clock, logger, recordingId } = options
  for (let tries = 0; tries < mostTries;) {
    tries = noteBookendTry(db, recordingId, row.slot)
    if (tries > mostTries) break
    try {
      const onUnkept = (fault: string): void => logger.warn({ fault }, 'an intro or outro is not kept for the films to come')
      const obtained = obtain(row, { ...options, onUnkept }, signal)
      const made = await unless(late, obtained)
      if (!made) {
        options.onLate(obtained.catch(() => undefined)) // why will be told by the film that takes it next
        return 'it was not ready when the film began: the films to come have it'
      }
      noteBookendMade(db, recordingId, row.slot, await laidBeside(row.slot, made, options))
      return undefined
    } catch (error) {
      signal.throwIfAborted()
      if (!isOfMachine(error)) return faultOf(error)
      logger.warn({ recording: recordingId, slot: row.slot, err: error }, 'an intro or outro could not be made, trying again')
      await clock.sleep(1_000, signal)
    }
  }
  return `it could not be made in ${mostTries} tries`
}

/** What the work gives, or nothing once it is late. */
async function unless<T>(late: AbortSignal, work: Promise<T>): Promise<T | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const give = (): void => resolve(undefined)
  if (late.aborted) give()
  late.addEventListener('abort', give, { once: true })
  work.catch(() => undefined) // what comes too late is not asked for
  try {
    return await Promise.race([work, promise])
  } finally {
    late.removeEventListener('abort', give)
  }
}

type Obtaining = Pick<FixBookendsOptions, 'encode' | 'sound' | 'cacheFolder'> & {
  /** What was made could not be kept for the films to come. */
  readonly onUnkept: (fault: string) => void
}

/** What was made of it for the films before, or is made now. */
async function obtain(
  { file, sha256 }: Pick<BookendRow, 'file' | 'sha256'>,
  { encode, sound, cacheFolder, onUnkept }: Obtaining,
  signal: AbortSignal,
): Promise<BookendFilm> {
  const key = bookendKey(sha256 ?? '', encode, { sound, ffmpeg: await ffmpegVersion() })
  const cached = await readCached(cacheFolder, key).catch(() => undefined) // a cache that cannot be read is none
  if (cached) return cached
  const made = await madeNow({ file, sha256, encode, sound }, signal)
  await keepCached(cacheFolder, key, made).catch((error: unknown) => onUnkept(messageOf(error)))
  return made
}

async function madeNow(
  {
    file,
    sha256,
    encode,
    sound,
  }: { readonly file: string; readonly sha256: string | null; readonly encode: EncodeOptions; readonly sound: boolean },
  signal: AbortSignal,
): Promise<BookendFilm> {
  const same = async (): Promise<void> => {
    if ((await hashBookendFile(file, signal)) !== sha256)
      throw unfit(file, 'it was changed after the film had taken it: the films to come have the new one')
  }
  await same()
  const made = readBookend(await makeBookend({ source: await probeBookend(file, signal), encode, sound }, signal))
  await same() // while it was read
  return made
}

/** File before row. */
async function laidBeside(slot: BookendSlot, made: BookendFilm, { folder }: FixBookendsOptions): Promise<BookendFilm> {
  const file = path.join(folder, bookendFile(slot))
  await mkdir(path.dirname(file), { recursive: true })
  await writeDurably(file, made.bytes)
  return made
}

/** What says nothing of the file: it will be had when the machine has room again. */
const isOfMachine = (error: unknown): boolean => !(error instanceof EzrecError) || !['invalid', 'media_unreadable'].includes(error.code)
