// All recordings there are, for who looks at the whole.
// Never reads a file.

import type { Database } from '../adapters/sqlite.ts'
import { findRecording } from '../capture/recording-store.ts'
import type { Recording } from '../capture/recording.ts'

export function listRecordings(db: Database): Recording[] {
  return db.all('select id from recording order by starts_at_ms').flatMap((row) => findRecording(db, String(row['id'])) ?? [])
}
