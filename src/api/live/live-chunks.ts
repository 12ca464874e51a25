// The chunks of the films that people watch live, remembered: players ask every two seconds, and only what is new is read.
// Never believes its memory alone: the last chunk known must still be that row, else it reads anew.

import type { Database } from '../../adapters/sqlite.ts'
import { listChunks, type Chunk } from '../../merge/chunk-store.ts'

/** All chunks of a recording, in order. */
export type LiveChunks = (recordingId: string) => readonly Chunk[]

export function openLiveChunks(db: Database, mostRecordings = 4): LiveChunks {
  const known = new Map<string, Chunk[]>()
  const stillTrue = (recordingId: string, { number, sha256 }: Chunk): boolean =>
    db.get('select sha256 from chunk where recording_id = ? and number = ?', recordingId, number)?.['sha256'] === sha256
  return (recordingId) => {
    const remembered = known.get(recordingId) ?? []
    const last = remembered.at(-1)
    const chunks = last && stillTrue(recordingId, last) ? remembered : []
    chunks.push(...listChunks(db, recordingId, last && chunks.length > 0 ? last.number + 1 : 0))
    known.delete(recordingId)
    known.set(recordingId, chunks)
    const [oldest] = known.keys()
    if (known.size > mostRecordings && oldest !== undefined) known.delete(oldest)
    return chunks
  }
}
