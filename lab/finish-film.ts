// The program that is watched: publishes one recording whose merge is done, by the worker's own step, and says how long that took.
// Its one argument is the home as JSON.

import { z } from 'zod'
import { openDatabase } from '../src/adapters/sqlite.ts'
import { systemClock } from '../src/base/clock.ts'
import { silentLogger } from '../src/base/logger.ts'
import { localFolderStore } from '../src/publish/stores/local-folder.ts'
import { publishRecording } from '../src/publish/upload-manager.ts'
import { findVideoOf } from '../src/publish/video.ts'

const homeSchema = z.object({ database: z.string(), recordingsFolder: z.string(), storeFolder: z.string(), recordingId: z.string() })

const { database, recordingsFolder, storeFolder, recordingId } = homeSchema.parse(JSON.parse(process.argv[2] ?? ''))
using db = openDatabase(database)
const startedMs = Date.now()
await publishRecording(
  {
    db,
    clock: systemClock,
    logger: silentLogger(),
    store: localFolderStore(storeFolder),
    recordingsFolder,
    chunkSeconds: 2,
    longestMs: 43_200_000,
  },
  recordingId,
  new AbortController().signal,
)
const publishedMs = findVideoOf(db, recordingId)?.published?.atMs ?? Number.NaN
process.stdout.write(`${JSON.stringify({ seconds: (publishedMs - startedMs) / 1_000 })}\n`)
