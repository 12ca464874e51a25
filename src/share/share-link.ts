// placeholder being replaced by the owner of src/share
// temporary
import type { Database } from '../adapters/sqlite.ts'
import type { Clock } from '../base/clock.ts'
export function createShareLink(_db: Database, _clock: Clock, _o: { recordingId: string; days: number }): { token: string } { return { token: 'tmp' } }
