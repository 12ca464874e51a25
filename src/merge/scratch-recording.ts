// A recording that is merged once more, beside the home: a database of its own with copies of the rows that its merge goes by.
// Never writes into the home's database, and copies nothing that the merge makes: chunks, gaps and what was shown are made anew.

import type { Database, Value } from '../adapters/sqlite.ts'
import type { Arrangement } from '../capture/arrangement.ts'
import { arrangementColumns } from '../capture/recording-store.ts'

/** What a merge makes, and what comes after it. */
const madeAnew: ReadonlySet<string> = new Set([
  'chunk',
  'chunk_run',
  'clip',
  'exposure',
  'gap',
  'marker',
  'phone_clip',
  'picture_fault',
  'rig_look',
  'shown',
  'small_picture',
  'step',
  'video',
  'share_link',
])

/** Fills an empty database. What was fixed for the recording when it was merged first, its origin for one, stays fixed. */
export function copyRecording(from: Database, to: Database, recordingId: string, arrangement: Arrangement): void {
  to.transaction(() => {
    const recording = from.get('select * from recording where id = ?', recordingId)
    copyRows(to, 'booking', from.all('select * from booking where id = ?', asValue(recording?.['booking_id'])))
    copyRows(to, 'recording', recording ? [{ ...recording, init_segment: null, encoder: null }] : [])
    to.run(
      'update recording set layout = ?, left_rotation = ?, right_rotation = ?, left_flip = ?, right_flip = ?, main_camera = ?, inset_corner = ?',
      ...arrangementColumns(arrangement),
    )
    for (const table of tablesOfRecordings(from))
      copyRows(to, table, from.all(`select * from ${table} where recording_id = ?`, recordingId))
    to.run('delete from sync where number >= 0') // what the lead-in told stays: its footage may be erased
    copyRows(
      to,
      'logo_file',
      from.all('select * from logo_file where sha256 in (select sha256 from logo where recording_id = ?)', recordingId),
    )
  })
}

/** Tables that hold something of a recording for its merge to go by. */
const tablesOfRecordings = (db: Database): string[] =>
  db
    .all(
      "select m.name from sqlite_master m where m.type = 'table' and exists (select 1 from pragma_table_info(m.name) c where c.name = 'recording_id')",
    )
    .map(({ name }) => String(name))
    .filter((name) => /^[a-z_]+$/.test(name) && !madeAnew.has(name))

function copyRows(to: Database, table: string, rows: readonly Readonly<Record<string, unknown>>[]): void {
  for (const row of rows) {
    const columns = Object.keys(row)
    const places = columns.map(() => '?').join(', ')
    to.run(`insert into ${table} (${columns.join(', ')}) values (${places})`, ...columns.map((column) => asValue(row[column])))
  }
}

function asValue(value: unknown): Value {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return value
  return value instanceof Uint8Array ? value : null
}
