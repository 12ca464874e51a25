// The intro in front of a film's body and the outro behind it: their samples go to the store as they were made, their rows into its index.
// Never holds a film up: one whose file is no longer what was made is left out, and told.

import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { BookendSlot } from '../../config/picture-words.ts'
import type { Database } from '../adapters/sqlite.ts'
import { isShortage } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import { payloadsOf } from '../merge/branding/bookend-film.ts'
import { bookendFile, findBookend, noteBookendFault } from '../merge/branding/bookend-store.ts'

export type FilmBookendsOptions = { readonly db: Database; readonly clock: { nowMs(): number }; readonly logger: Logger }

/** The samples of an intro or outro, end to end; `undefined` when the film has none. Errors: those of a machine that is short of something. */
export async function readBookendPayload(
  { db, clock, logger }: FilmBookendsOptions,
  recordingId: string,
  folder: string,
  slot: BookendSlot,
): Promise<Buffer | undefined> {
  const shown = findBookend(db, recordingId, slot)
  if (!shown) return undefined
  const file = path.join(folder, bookendFile(slot))
  const bytes = await readFile(file).catch((error: unknown) => {
    if (isShortage(error)) throw error
    return undefined
  })
  if (bytes && createHash('sha256').update(bytes).digest('hex') === shown.sha256) return Buffer.concat(payloadsOf(bytes))
  const fault = bytes ? 'what was made of it is damaged' : 'what was made of it is gone'
  noteBookendFault(db, recordingId, slot, fault, clock.nowMs())
  logger.warn({ recording: recordingId, slot, file, fault }, `the film has no ${slot}`)
  return undefined
}
