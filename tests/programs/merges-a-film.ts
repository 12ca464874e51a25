// Merges the recording of a database to its end, in a process that a test may stand still: `node merges-a-film.ts OPTIONS`, as JSON.
// Never tries again: the test has to see what went wrong.

import { openDatabase } from '../../src/adapters/sqlite.ts'
import { systemClock } from '../../src/base/clock.ts'
import { silentLogger } from '../../src/base/logger.ts'
import { noBranding } from '../../src/merge/branding/branding.ts'
import { mergeRecording, type MergeOptions } from '../../src/merge/video-processor.ts'

type Order = {
  readonly database: string
  readonly recordingId: string
  readonly options: Omit<MergeOptions, 'db' | 'clock' | 'logger' | 'findBranding'>
}

const { database, recordingId, options }: Order = JSON.parse(process.argv[2] ?? '')
using db = openDatabase(database)
const own = { db, clock: systemClock, logger: silentLogger(), findBranding: async () => noBranding }
await mergeRecording({ ...options, ...own }, recordingId, AbortSignal.timeout(120_000))
