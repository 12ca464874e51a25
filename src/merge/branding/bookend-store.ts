// The intro and outro of a recording's film as rows: what was taken when its merge began, and what was made of it.
// Never reads a file: who fixes them hands in what was found and made.

import { z } from 'zod'
import { bookendSlots, type BookendSlot } from '../../../config/picture-words.ts'
import { addEvent } from '../../adapters/log-tables.ts'
import type { Database } from '../../adapters/sqlite.ts'
import { u32 } from '../boxes.ts'
import { bookendFragment, type BookendFilm, type BookendFragment } from './bookend-film.ts'

/** Also in a manifest. `sha256` is of the file as it was taken; `fault` says why it is not in the film. */
export const bookendRow = z
  .object({
    slot: z.enum(bookendSlots),
    file: z.string(),
    sha256: z.string().nullable(),
    frames: z.int().positive().nullable(),
    bytes: z.int().positive().nullable(),
    payloadBytes: z.int().positive().nullable(),
    madeSha256: z.string().nullable(),
    fault: z.string().nullable(),
  })
  .readonly()

export type BookendRow = z.infer<typeof bookendRow>

/** Below the recording's folder. */
export const bookendFile = (slot: BookendSlot): string => `chunks/${slot}.mp4`

export type BookendState = 'begun' | 'fixed' | undefined

/** `fixed`: nothing about them changes any more but that one is left out after all. */
export function bookendState(db: Database, recordingId: string): BookendState {
  const state = db.get('select bookends from recording where id = ?', recordingId)?.['bookends']
  return state === 'begun' || state === 'fixed' ? state : undefined
}

/** What was set and found, before anything is made of it. */
export function beginBookends(
  db: Database,
  recordingId: string,
  taken: readonly Pick<BookendRow, 'slot' | 'file' | 'sha256' | 'fault'>[],
): void {
  db.transaction(() => {
    if (bookendState(db, recordingId) !== undefined) return
    for (const { slot, file, sha256, fault } of taken)
      db.run('insert into bookend (recording_id, slot, file, sha256, fault) values (?, ?, ?, ?, ?)', recordingId, slot, file, sha256, fault)
    db.run("update recording set bookends = 'begun' where id = ?", recordingId)
  })
}

export const fixBookends = (db: Database, recordingId: string): void =>
  void db.run("update recording set bookends = 'fixed' where id = ?", recordingId)

/** A whole row as a manifest tells it, of a film that is published. */
export function addBookend(db: Database, recordingId: string, row: BookendRow): void {
  db.run(
    "insert or replace into bookend (recording_id, slot, file, sha256, frames, bytes, payload_bytes, made_sha256, fault, fragments) values (?, ?, ?, ?, ?, ?, ?, ?, ?, '[]')",
    ...[recordingId, row.slot, row.file, row.sha256, row.frames, row.bytes, row.payloadBytes, row.madeSha256, row.fault],
  )
}

/** They are taken anew when the merge begins. */
export function forgetBookends(db: Database, recordingId: string): void {
  db.transaction(() => {
    db.run('delete from bookend where recording_id = ?', recordingId)
    db.run('update recording set bookends = null where id = ?', recordingId)
  })
}

/** The same files are made into bookends anew: of a recording that is merged once more, perhaps on another canvas. */
export function reopenBookends(db: Database, recordingId: string): void {
  db.transaction(() => {
    db.run('delete from bookend where recording_id = ? and fault is not null', recordingId)
    db.run(
      'update bookend set tries = 0, frames = null, bytes = null, payload_bytes = null, made_sha256 = null, description_sha256 = null, fragments = null where recording_id = ?',
      recordingId,
    )
    db.run("update recording set bookends = 'begun' where id = ?", recordingId)
  })
}

/** How often it was tried to make it, this try included: noted before, so that what ends the worker is known by its next one. */
export function noteBookendTry(db: Database, recordingId: string, slot: BookendSlot): number {
  db.run('update bookend set tries = tries + 1 where recording_id = ? and slot = ?', recordingId, slot)
  return Number(db.get('select tries from bookend where recording_id = ? and slot = ?', recordingId, slot)?.['tries'] ?? 0)
}

/** Its file is durable. */
export function noteBookendMade(db: Database, recordingId: string, slot: BookendSlot, made: BookendFilm): void {
  db.run(
    'update bookend set frames = ?, bytes = ?, payload_bytes = ?, made_sha256 = ?, description_sha256 = ?, fragments = ? where recording_id = ? and slot = ?',
    ...[made.frames, made.bytes.length, made.payloadBytes, made.sha256, made.descriptionSha256, JSON.stringify(made.fragments)],
    ...[recordingId, slot],
  )
}

/** From now on it is not in the film. What was made of it stays noted: the times of chunks that landed already count from behind it. */
export function noteBookendFault(db: Database, recordingId: string, slot: BookendSlot, fault: string, nowMs: number): void {
  db.transaction(() => {
    const changed = db.run('update bookend set fault = ? where recording_id = ? and slot = ? and fault is null', fault, recordingId, slot)
    if (changed > 0)
      addEvent(db, { atMs: Math.round(nowMs), kind: 'recording.degraded', subjectId: recordingId, facts: { asked: slot, fault } })
  })
}

/** One whose pictures are described otherwise than the film's: nothing counts it, no chunk has landed yet. */
export const dropBookend = (db: Database, recordingId: string, slot: BookendSlot): void =>
  void db.run('update bookend set frames = null, fragments = null where recording_id = ? and slot = ?', recordingId, slot)

const row = z
  .object({
    slot: z.enum(bookendSlots),
    file: z.string(),
    sha256: z.string().nullable(),
    frames: z.int().nullable(),
    bytes: z.int().nullable(),
    payload_bytes: z.int().nullable(),
    made_sha256: z.string().nullable(),
    fault: z.string().nullable(),
  })
  .transform(({ payload_bytes: payloadBytes, made_sha256: madeSha256, ...told }): BookendRow => ({ ...told, payloadBytes, madeSha256 }))

/** In the order in which they are shown. */
export const listBookends = (db: Database, recordingId: string): BookendRow[] =>
  db
    .all('select slot, file, sha256, frames, bytes, payload_bytes, made_sha256, fault from bookend where recording_id = ?', recordingId)
    .map((found) => row.parse(found))
    .toSorted((a, b) => bookendSlots.indexOf(a.slot) - bookendSlots.indexOf(b.slot))

/** Those that differ from the film in what its header says of its samples. */
export const misfits = (db: Database, recordingId: string, descriptionSha256: string): BookendSlot[] =>
  db
    .all(
      'select slot from bookend where recording_id = ? and fault is null and fragments is not null and description_sha256 <> ?',
      recordingId,
      descriptionSha256,
    )
    .map((found) => z.enum(bookendSlots).parse(found['slot']))

/** One that is in the film. */
export type ShownBookend = {
  readonly frames: number
  readonly payloadBytes: number
  readonly sha256: string
  readonly fragments: readonly BookendFragment[]
}

const made = z.object({ frames: z.int(), payload_bytes: z.int(), made_sha256: z.string(), fragments: z.string() })

/** `undefined` when the film has none. */
export function findBookend(db: Database, recordingId: string, slot: BookendSlot): ShownBookend | undefined {
  const found = db.get(
    'select frames, payload_bytes, made_sha256, fragments from bookend where recording_id = ? and slot = ? and fault is null and frames is not null',
    recordingId,
    slot,
  )
  if (!found) return undefined
  const { frames, payload_bytes: payloadBytes, made_sha256: sha256, fragments } = made.parse(found)
  return { frames, payloadBytes, sha256, fragments: z.array(bookendFragment).parse(JSON.parse(fragments)) }
}

/** Frames of the film's file before the match and behind it. */
export function bookendFrames(db: Database, recordingId: string): Readonly<Record<BookendSlot, number>> {
  const shown = listBookends(db, recordingId).filter(({ fault }) => fault === null)
  const of = (slot: BookendSlot): number => shown.find((each) => each.slot === slot)?.frames ?? 0
  return { intro: of('intro'), outro: of('outro') }
}

/** As chunks of the film's ledger. */
export const bookendLedger = (shown: ShownBookend | undefined) =>
  (shown?.fragments ?? []).map(({ payloadBytes, runs }) => ({
    payloadBytes,
    runs: runs.map((run) => ({ ...run, sampleSizes: u32(...run.sampleSizes) })),
  }))

/** Where each track of the match begins in the live stream: behind the intro that its first chunk was placed behind, also when that is left out since. */
export function leadTicks(db: Database, recordingId: string): ReadonlyMap<number, number> {
  const text = db.get("select fragments from bookend where recording_id = ? and slot = 'intro'", recordingId)?.['fragments']
  return typeof text === 'string' ? ticksOf(z.array(bookendFragment).parse(JSON.parse(text))) : new Map()
}

export function ticksOf(fragments: readonly Pick<BookendFragment, 'runs'>[]): ReadonlyMap<number, number> {
  const ticks = new Map<number, number>()
  for (const { track, sampleSizes, sampleTicks } of fragments.flatMap(({ runs }) => runs))
    ticks.set(track, (ticks.get(track) ?? 0) + sampleSizes.length * sampleTicks)
  return ticks
}
