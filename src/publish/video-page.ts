// Published films a page at a time: filtered, sorted, going on behind a place.
// Never tells of a film that was removed.

import type { Database } from '../adapters/sqlite.ts'
import { findVideo, type Video, type VideoStatus } from './video.ts'

export const videoSorts = ['published', '-published', 'starts', '-starts', 'bytes', '-bytes'] as const
export type VideoSort = (typeof videoSorts)[number]

export type VideoPage = {
  readonly status?: VideoStatus
  readonly userId?: string
  /** Those that touch `[fromMs, toMs)`. */
  readonly fromMs?: number
  readonly toMs?: number
  readonly sort: VideoSort
  /** The film that the page before ended with: what its list is sorted by, and its id. */
  readonly after?: { readonly ms: number; readonly id: string }
  readonly limit: number
}

const columnOf = { published: 'v.published_at_ms', starts: 'r.starts_at_ms', bytes: 'v.bytes' } as const

/** `next`: where the next page goes on, if there may be one. */
export function pageVideos(
  db: Database,
  page: VideoPage,
): { readonly videos: Video[]; readonly next: { ms: number; id: string } | undefined } {
  const isDown = page.sort.startsWith('-')
  const column = columnOf[page.sort.endsWith('published') ? 'published' : page.sort.endsWith('starts') ? 'starts' : 'bytes']
  const after = page.after ?? { ms: isDown ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER, id: '' }
  const rows = db.all(
    `select v.id as id, ${column} as place from video v join recording r on r.id = v.recording_id join booking b on b.id = r.booking_id
     where v.published_at_ms is not null and v.removed_at_ms is null and v.status = coalesce(?, v.status) and b.user_id = coalesce(?, b.user_id)
     and r.ends_at_ms > ? and r.starts_at_ms < ? and (${column}, v.id) ${isDown ? '<' : '>'} (?, ?)
     order by ${column} ${isDown ? 'desc' : 'asc'}, v.id ${isDown ? 'desc' : 'asc'} limit ?`,
    page.status ?? null,
    page.userId ?? null,
    page.fromMs ?? Number.MIN_SAFE_INTEGER,
    page.toMs ?? Number.MAX_SAFE_INTEGER,
    after.ms,
    after.id,
    page.limit,
  )
  const last = rows.length < page.limit ? undefined : rows.at(-1)
  return {
    videos: rows.flatMap((row) => findVideo(db, String(row['id'])) ?? []),
    next: last && { ms: Number(last['place']), id: String(last['id']) },
  }
}
