// The logos of a recording's film as rows: fixed once, with the bytes of their files, when its merge begins.
// Never reads a file: who fixes them hands in what was found.

import { z } from 'zod'
import { logoPositions, logoSlots } from '../../../config/picture-words.ts'
import type { Database } from '../../adapters/sqlite.ts'
import { logoForms, type LogoFile } from './logo-file.ts'

/** Also in a manifest. */
export const logoRow = z
  .object({
    slot: z.enum(logoSlots),
    file: z.string(),
    sha256: z.string().nullable(),
    position: z.enum(logoPositions),
    width: z.int(),
    height: z.int(),
    margin: z.int(),
    opacity: z.number(),
    fault: z.string().nullable(),
  })
  .readonly()

/** `sha256` is null when the file could not be taken, `fault` says why a logo is not in the film. */
export type LogoRow = z.infer<typeof logoRow>

export const isBranded = (db: Database, recordingId: string): boolean =>
  db.get('select branded from recording where id = ?', recordingId)?.['branded'] === 1

/** Fixes a film's logos, unless they are. */
export function fixLogos(db: Database, recordingId: string, logos: readonly (LogoRow & { readonly taken?: LogoFile })[]): void {
  db.transaction(() => {
    if (isBranded(db, recordingId)) return
    for (const { taken, ...logo } of logos) {
      addLogo(db, recordingId, logo)
      if (taken) keepLogoFile(db, taken)
    }
    db.run('update recording set branded = 1 where id = ?', recordingId)
    sweepLogoFiles(db)
  })
}

/** Bytes that no film names any more: a film was forgotten, or brought back with other logos. */
export const sweepLogoFiles = (db: Database): void =>
  void db.run('delete from logo_file where sha256 not in (select sha256 from logo where sha256 is not null)')

/** The bytes of a logo that a row names. */
export const keepLogoFile = (db: Database, { sha256, form, bytes }: LogoFile): void =>
  void db.run('insert or ignore into logo_file (sha256, form, bytes) values (?, ?, ?)', sha256, form, bytes)

export function addLogo(db: Database, recordingId: string, logo: LogoRow): void {
  db.run(
    'insert or ignore into logo (recording_id, slot, file, sha256, position, width, height, margin, opacity, fault) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ...[recordingId, logo.slot, logo.file, logo.sha256, logo.position],
    ...[logo.width, logo.height, logo.margin, logo.opacity, logo.fault],
  )
}

/** In the order in which they take their places. */
export const listLogos = (db: Database, recordingId: string): LogoRow[] =>
  db
    .all('select slot, file, sha256, position, width, height, margin, opacity, fault from logo where recording_id = ?', recordingId)
    .map((found) => logoRow.parse(found))
    .toSorted((a, b) => logoSlots.indexOf(a.slot) - logoSlots.indexOf(b.slot))

/** They are fixed anew when the merge begins. */
export function forgetLogos(db: Database, recordingId: string): void {
  db.transaction(() => {
    db.run('delete from logo where recording_id = ?', recordingId)
    db.run('update recording set branded = 0 where id = ?', recordingId)
  })
}

/** From now on this logo is not in the film. */
export const noteLogoFault = (db: Database, recordingId: string, { slot }: Pick<LogoRow, 'slot'>, fault: string): void =>
  void db.run('update logo set fault = ? where recording_id = ? and slot = ?', fault, recordingId, slot)

export function readTakenLogo(db: Database, sha256: string): Pick<LogoFile, 'form' | 'bytes'> | undefined {
  const found = db.get('select form, bytes from logo_file where sha256 = ?', sha256)
  const taken = z.object({ form: z.enum(logoForms), bytes: z.instanceof(Uint8Array) }).safeParse(found)
  return taken.success ? { form: taken.data.form, bytes: Buffer.from(taken.data.bytes) } : undefined
}
