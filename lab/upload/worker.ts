// A process that sends one film as the worker does, and may be killed at any instant: its one argument is the order as JSON.
// Goes on where rows and files say. Says the object's key on stdout when the bucket has proven it and nothing of it is left open.

import path from 'node:path'
import { z } from 'zod'
import { openDatabase } from '../../src/adapters/sqlite.ts'
import { systemClock } from '../../src/base/clock.ts'
import { readIfPresent, writeDurably } from '../../src/base/files.ts'
import { silentLogger } from '../../src/base/logger.ts'
import { localFolderStore } from '../../src/publish/stores/local-folder.ts'
import { openBucket } from '../../src/publish/stores/s3/bucket.ts'
import { bucketStore } from '../../src/publish/stores/s3/bucket-store.ts'
import { listUnwanted } from '../../src/publish/stores/s3/upload-ledger.ts'
import { openUplink } from '../../src/publish/uplink/uplink.ts'
import { headerBytes, headerOf, pieceOf } from './film.ts'

const order = z
  .object({
    folder: z.string(),
    key: z.string(),
    seed: z.string(),
    pieces: z.int(),
    bucket: z.looseObject({
      bucket: z.string(),
      region: z.string(),
      endpoint: z.string(),
      forcePathStyle: z.boolean(),
      accessKeyId: z.string(),
      secretAccessKey: z.string(),
      timeoutSeconds: z.number(),
    }),
  })
  .parse(JSON.parse(process.argv[2] ?? ''))

const { folder, key, seed, pieces } = order
using db = openDatabase(path.join(folder, 'box.sqlite'))
const uplink = openUplink(
  { db, clock: systemClock },
  { maxRateKbps: undefined, windows: [], pauseWhileRecording: false, viewerRateKbps: 1_000, timeZone: 'UTC', first: 'oldest' },
)
const bucket = openBucket({ ...order.bucket, uplink })
const store = bucketStore({
  db,
  clock: systemClock,
  logger: silentLogger(),
  local: localFolderStore(path.join(folder, 'store')),
  bucket,
  uplink,
  partMebibytes: 5,
  checksum: 'supported',
  quickTries: 5,
  patience: { baseMs: 20, quickTries: 5, quickCapMs: 100, capMs: 300, permanentCapMs: 300 },
})

/** As the row of a video tells how much of its body is durable. */
const rowFile = path.join(folder, 'body.json')
const row = z.object({ bytes: z.int(), pieces: z.int() })
let body = row.parse(JSON.parse((await readIfPresent(rowFile)) ?? '{"bytes":0,"pieces":0}'))
const deposit = await store.deposit(key, { headerBytes, bodyBytes: body.bytes })
if (deposit.bodyBytes !== body.bytes) body = { bytes: 0, pieces: 0 }
while (body.pieces < pieces) {
  const piece = pieceOf(seed, body.pieces)
  await deposit.append(piece)
  body = { bytes: body.bytes + piece.length, pieces: body.pieces + 1 }
  await writeDurably(rowFile, Buffer.from(JSON.stringify(body)))
}
const { objectKey = key } = await deposit.finish(headerOf(seed))
await deposit.close()
const stop = new AbortController()
const tidy = store.tidy(stop.signal)
while (listUnwanted(db, bucket.place).length > 0) await systemClock.sleep(20)
stop.abort()
await tidy
bucket.close()
process.stdout.write(`${objectKey}\n`)
