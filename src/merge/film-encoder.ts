// Who encodes a film, as its row has it: fixed when the merge begins; and the film begun anew by x264 when a device gives up.
// Never mixes two encoders in one film: players would stop where the description of its pictures changes.

import { rm } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { addEvent } from '../adapters/log-tables.ts'
import { encoderKinds, type EncoderKind } from '../adapters/ffmpeg.ts'
import type { Database } from '../adapters/sqlite.ts'
import type { SpareEncoder } from '../capture/drivers/board-plan.ts'
import type { RigFormat } from '../capture/pitch/rig-format.ts'
import { forgetChunks, readInit } from './chunk-store.ts'
import { chooseEncoder } from './encoder-policy.ts'

export type FixEncoderOptions = {
  readonly db: Database
  /** MERGE_ENCODER: x264 unless it says otherwise. */
  readonly encoder?: 'auto' | 'x264' | undefined
  readonly qp?: number | undefined
  /** An intro and outro that are set are made by x264, and must be described as the film is. */
  readonly branding?: { readonly intro?: string | undefined; readonly outro?: string | undefined } | undefined
  /** What the cameras leave of the board's encoder; nothing, where nobody looks. */
  readonly findSpareEncoder?: (() => Promise<SpareEncoder | undefined>) | undefined
}

/** Once for a recording; afterwards what was fixed. A film that was begun before this was asked is x264's. */
export async function fixEncoder(options: FixEncoderOptions, recordingId: string, canvas: RigFormat): Promise<EncoderKind> {
  const { db, encoder: wanted = 'x264', qp, branding, findSpareEncoder } = options
  const fixed = encoderOf(db, recordingId)
  if (fixed) return fixed.encoder
  const begun = readInit(db, recordingId) !== undefined
  const spare = begun || wanted === 'x264' ? undefined : await findSpareEncoder?.()
  const { encoder, because } = begun
    ? { encoder: 'x264' as const, because: 'the film was begun by an earlier version' }
    : chooseEncoder({ wanted, qp, bookends: (branding?.intro ?? branding?.outro) !== undefined, spare, canvas })
  db.run('update recording set encoder = ?, encoder_because = ? where id = ? and encoder is null', encoder, because, recordingId)
  return encoder
}

const fixedRow = z.object({ encoder: z.enum(encoderKinds), encoder_because: z.string().nullable() })

/** `undefined` until the merge has begun. */
export function encoderOf(
  db: Database,
  recordingId: string,
): { readonly encoder: EncoderKind; readonly because: string | null } | undefined {
  const found = db.get('select encoder, encoder_because from recording where id = ? and encoder is not null', recordingId)
  const row = found && fixedRow.parse(found)
  return row && { encoder: row.encoder, because: row.encoder_because }
}

/** So many lives of the merge in a row may end by the device without a chunk. */
export const deviceLives = 3

/** The device gave up: its chunks are forgotten, and the film begins anew from its tracks, which are kept until it is published. What x264
 *  would add to them could not be played with them. The files go after their rows: that is the caller's. */
export function beginAnew(db: Database, recordingId: string, because: string, nowMs: number): void {
  db.transaction(() => {
    forgetChunks(db, recordingId)
    db.run(
      "update recording set encoder = 'x264', encoder_because = ?, film_begun = film_begun + 1 where id = ?",
      `the board's encoder gave up: ${because}`,
      recordingId,
    )
    addEvent(db, { atMs: Math.round(nowMs), kind: 'recording.begunAnew', subjectId: recordingId, facts: { encoder: 'x264', because } })
  })
}

/** Once no row names them any more. */
export const removeChunks = (folder: string): Promise<void> => rm(path.join(folder, 'chunks'), { recursive: true, force: true })

/** How often the film was begun anew: what was taken of it before is of another film. */
export const timesBegun = (db: Database, recordingId: string): number =>
  z.object({ film_begun: z.int() }).parse(db.get('select film_begun from recording where id = ?', recordingId)).film_begun
