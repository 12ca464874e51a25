// Companions of a published film as rows: each names a file in the store that stands beside it, with its size and hash.
// Never touches a file. The row is written after the file.

import { z } from 'zod'
import { addEvent } from '../../adapters/log-tables.ts'
import type { Database } from '../../adapters/sqlite.ts'
import type { Video } from '../video.ts'

export const companionKinds = ['preview', 'thumbnails', 'sheet', 'rendition'] as const
export type CompanionKind = (typeof companionKinds)[number]

export type Companion = {
  readonly kind: CompanionKind
  /** Of a sheet, from 1; else 0. */
  readonly number: number
  readonly objectKey: string
  /** In pixels; null of what is no picture. */
  readonly width: number | null
  readonly height: number | null
  readonly bytes: number
  readonly sha256: string
}

/** Where a companion lies in the store: in a folder of the film's own, beside it. */
export function companionKey({ objectKey }: Pick<Video, 'objectKey'>, kind: CompanionKind, number = 0): string {
  const names = { preview: 'preview.jpg', thumbnails: 'thumbnails.vtt', sheet: sheetName(number), rendition: 'rendition.mp4' } as const
  return `${objectKey.replace(/\.mp4$/, '')}/${names[kind]}`
}

/** As the thumbnails' list names them, too. */
export const sheetName = (number: number): string => `thumbnails-${number}.jpg`

/** Names that may stand there while it is being made. */
export const companionPattern = (video: Pick<Video, 'objectKey'>, what: 'previews' | 'rendition'): RegExp => {
  const folder = RegExp.escape(video.objectKey.replace(/\.mp4$/, ''))
  const name = what === 'previews' ? '(preview\\.jpg|thumbnails\\.vtt|thumbnails-\\d+\\.jpg)' : 'rendition\\.mp4'
  return new RegExp(`^${folder}/${name}(\\.[\\w.]+\\.tmp)?$`)
}

const row = z
  .object({
    kind: z.enum(companionKinds),
    number: z.int(),
    object_key: z.string(),
    width: z.int().nullable(),
    height: z.int().nullable(),
    bytes: z.int(),
    sha256: z.string(),
  })
  .transform(({ object_key: objectKey, ...r }): Companion => ({ ...r, objectKey }))

export const listCompanions = (db: Database, videoId: string): Companion[] =>
  db
    .all('select kind, number, object_key, width, height, bytes, sha256 from companion where video_id = ? order by kind, number', videoId)
    .map((found) => row.parse(found))

export const findCompanion = (db: Database, videoId: string, kind: CompanionKind, number = 0): Companion | undefined =>
  listCompanions(db, videoId).find((each) => each.kind === kind && each.number === number)

/** Those of a kind are told together, as one event: the manifest follows. */
export function addCompanions(db: Database, video: Video, companions: readonly Companion[], nowMs: number): void {
  db.transaction(() => {
    if (db.get('select 1 from video where id = ? and removed_at_ms is not null', video.id)) return // its files go with it
    for (const each of companions) insertCompanion(db, video.id, each, nowMs)
    addEvent(db, {
      atMs: nowMs,
      kind: 'video.companions',
      subjectId: video.id,
      facts: { recording: video.recordingId, kinds: [...new Set(companions.map(({ kind }) => kind))].join(' ') },
    })
  })
}

/** Leaves no event. */
export function insertCompanion(db: Database, videoId: string, companion: Companion, nowMs: number): void {
  const { kind, number, objectKey, width, height, bytes, sha256 } = companion
  db.run(
    'insert or replace into companion (video_id, kind, number, object_key, width, height, bytes, sha256, made_at_ms) values (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ...[videoId, kind, number, objectKey, width, height, bytes, sha256, nowMs],
  )
}
