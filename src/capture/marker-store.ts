// Moments of a match that somebody marked, as rows. They belong to the recording and are told with its film.
// Never moves a film: a marker is a word beside it.

import { z } from 'zod'
import { addEvent } from '../adapters/log-tables.ts'
import type { Database } from '../adapters/sqlite.ts'
import { EzrecError } from '../base/errors.ts'
import { newId } from '../base/ids.ts'
import type { Recording } from './recording.ts'

export type Marker = {
  readonly id: string
  readonly recordingId: string
  readonly atMs: number
  readonly label: string | null
  readonly setBy: string
  readonly setAtMs: number
}

export const mostMarkers = 1_000

/** Errors: invalid (not within what has been played), conflict (there are too many). */
export function setMarker(
  db: Database,
  recording: Recording,
  { atMs, label, setBy }: Pick<Marker, 'atMs' | 'label' | 'setBy'>,
  nowMs: number,
): Marker {
  const playedMs = Math.min(nowMs, recording.endsAtMs)
  if (!(atMs >= recording.startsAtMs && atMs <= playedMs))
    throw new EzrecError('invalid', 'that moment is not within what has been played', {
      hint: 'mark a moment between the start of the recording and now',
    })
  return db.transaction(() => {
    if (listMarkers(db, recording.id).length >= mostMarkers)
      throw new EzrecError('conflict', `a recording has at most ${mostMarkers} markers`, { hint: 'it has that many' })
    const marker: Marker = { id: newId(), recordingId: recording.id, atMs: Math.floor(atMs), label, setBy, setAtMs: Math.floor(nowMs) }
    insertMarker(db, marker)
    addEvent(db, {
      atMs: marker.setAtMs,
      kind: 'marker.set',
      subjectId: recording.id,
      facts: { recording: recording.id, marker: marker.id, fromSeconds: (marker.atMs - recording.startsAtMs) / 1_000 },
    })
    return marker
  })
}

/** As it is: for what comes back from a manifest, too. */
export function insertMarker(db: Database, { id, recordingId, atMs, label, setBy, setAtMs }: Marker): void {
  db.run(
    'insert into marker (id, recording_id, at_ms, label, set_by, set_at_ms) values (?, ?, ?, ?, ?, ?) on conflict (id) do nothing',
    ...[id, recordingId, atMs, label, setBy, setAtMs],
  )
}

/** In the order of time. */
export const listMarkers = (db: Database, recordingId: string): Marker[] =>
  db
    .all('select id, recording_id, at_ms, label, set_by, set_at_ms from marker where recording_id = ? order by at_ms, id', recordingId)
    .map((found) => row.parse(found))

const row = z
  .object({
    id: z.string(),
    recording_id: z.string(),
    at_ms: z.int(),
    label: z.string().nullable(),
    set_by: z.string(),
    set_at_ms: z.int(),
  })
  .transform((r): Marker => ({
    id: r.id,
    recordingId: r.recording_id,
    atMs: r.at_ms,
    label: r.label,
    setBy: r.set_by,
    setAtMs: r.set_at_ms,
  }))
