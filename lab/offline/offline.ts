// `lab offline`: a box without a network is booked ten times, switched off and on between, and gets its network back in the end.
// Each match must have been recorded and published once, in order, byte for byte. A real box and a real S3 server; short bookings.

import { createHash } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { CreateBucketCommand, GetObjectCommand, ListMultipartUploadsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { z } from 'zod'
import { openDatabase, readDatabase, type Database } from '../../src/adapters/sqlite.ts'
import { createKey } from '../../src/api/people/key-store.ts'
import { systemClock } from '../../src/base/clock.ts'
import { EzrecError } from '../../src/base/errors.ts'
import { startBox } from '../edits/start-box.ts'
import type { Context, Point, Scenario } from '../harness.ts'
import { cannotServeS3, startS3Server } from '../s3-server.ts'
import { openUploadProxy } from '../upload/proxy.ts'
import { judgeBacklog, type SentFilm } from './judge-backlog.ts'

const bucket = 'films'

/** Of a match, and from one's end to the next one's start. */
const [matchMs, restMs] = [8_000, 4_000]

export const offlineScenario: Scenario = {
  kind: 'lab',
  name: 'offline',
  summary: 'a box without a network is booked ten times and restarted; then each film is in the bucket once, in order (--runs: bookings)',
  usualRuns: 10,
  run: async function* run(context) {
    if (cannotServeS3 !== false) throw new EzrecError('not_found', cannotServeS3, { hint: 'sudo apt-get install -y python3-swift' })
    yield await stayOffline(context)
  },
}

async function stayOffline(context: Context): Promise<Point> {
  const { folder, signal, runs, say } = context
  const swiftFolder = path.join(folder, 'swift')
  await mkdir(swiftFolder)
  await using server = await startS3Server(swiftFolder)
  await using proxy = await openUploadProxy(server.port, [], () => undefined)
  const { accessKeyId, secretAccessKey, region, endpoint = '' } = server.options(bucket)
  const client = new S3Client({ endpoint, region, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } })
  await client.send(new CreateBucketCommand({ Bucket: bucket }))
  proxy.shut(true)
  const home = path.join(folder, 'box')
  const variables = {
    S3_BUCKET: bucket,
    S3_ENDPOINT: server.options(bucket, proxy.port).endpoint ?? '',
    S3_FORCE_PATH_STYLE: 'true',
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  }
  const database = path.join(home, 'ezrec.sqlite')
  let booked = 0
  for (const until of [Math.ceil(runs / 2), runs]) {
    await using box = await startBox(home, context, variables)
    const ask = openDesk(home, box.url, signal)
    const firstMs = systemClock.nowMs() + 8_000
    for (let n = 0; booked < until; booked += 1, n += 1)
      await ask(firstMs + n * (matchMs + restMs), firstMs + n * (matchMs + restMs) + matchMs)
    say(`${booked} matches are booked, the network is away`)
    await holds(() => countOf(database, madeSql) === booked, 'all that was played is a film on the box', signal)
    if (countOf(database, sentSql) > 0) throw new EzrecError('internal', 'a film was published without a network', { hint: 'report this' })
    if (booked < runs) continue
    say('the network is back')
    proxy.shut(false)
    await holds(() => countOf(database, sentSql) === booked, 'every film is in the bucket', signal)
  }
  const objects = (await client.send(new ListObjectsV2Command({ Bucket: bucket }))).Contents?.map(({ Key = '' }) => Key) ?? []
  const films = await Promise.all(
    filmsOf(database).map(async ({ key, ...film }): Promise<SentFilm> => {
      const there = objects.includes(key)
        ? await (await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }))).Body?.transformToByteArray()
        : undefined
      const isSame = there !== undefined && hash(there) === hash(await readFile(path.join(home, 'store', key)))
      return { ...film, key, isSame }
    }),
  )
  const open = (await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads?.length ?? 0
  client.destroy()
  const begun = Array.from(proxy.parts.values()).reduce((sum, times) => sum + times, 0)
  const expected = { bookings: runs, frames: (matchMs / 1_000) * 25 }
  const faults = judgeBacklog(films, expected, { objects, openUploads: open, partsBegun: begun, parts: proxy.parts.size })
  return { name: `${runs} matches without a network`, faults, figures: { films: films.length, partsBegun: begun, parts: proxy.parts.size } }
}

/** Films that are whole on the box, and those that the bucket has proven to hold. */
const madeSql = "select count(*) as n from step where name = 'merge' and state = 'done'"
const sentSql = 'select count(*) as n from video where published_at_ms is not null'

const counted = z.object({ n: z.int() })

function countOf(database: string, sql: string): number {
  using db = readDatabase(database)
  return counted.parse(db.get(sql)).n
}

const filmRow = z
  .object({ booking_id: z.string(), object_key: z.string(), starts_at_ms: z.int(), frames: z.int(), confirmed_at_ms: z.int() })
  .transform((r) => ({
    bookingId: r.booking_id,
    key: r.object_key,
    startsAtMs: r.starts_at_ms,
    frames: r.frames,
    confirmedAtMs: r.confirmed_at_ms,
  }))

function filmsOf(database: string) {
  using db: Database = readDatabase(database)
  return db
    .all(
      `select r.booking_id, u.object_key, r.starts_at_ms, u.confirmed_at_ms,
        (select coalesce(sum(c.frames), 0) from chunk c where c.recording_id = r.id) as frames
      from recording r join video v on v.recording_id = r.id join upload u on u.film_key = v.object_key and u.state = 'confirmed'
      order by r.starts_at_ms`,
    )
    .map((found) => filmRow.parse(found))
}

function openDesk(home: string, url: string, signal: AbortSignal): (startsAtMs: number, endsAtMs: number) => Promise<void> {
  using db = openDatabase(path.join(home, 'ezrec.sqlite'))
  const { key } = createKey(db, systemClock, { name: 'lab', role: 'operator' })
  return async (startsAtMs, endsAtMs) => {
    const answer = await fetch(`${url}/bookings`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ start_time: new Date(startsAtMs).toISOString(), end_time: new Date(endsAtMs).toISOString() }),
      signal,
    })
    if (!answer.ok)
      throw new EzrecError('internal', `a booking was answered ${answer.status}: ${await answer.text()}`, { hint: 'report this' })
  }
}

/** Bounded: a film takes a minute at most on any machine that may be called a box. */
async function holds(isSo: () => boolean, what: string, signal: AbortSignal): Promise<void> {
  for (let waitedMs = 0; !isSo(); waitedMs += 500) {
    signal.throwIfAborted()
    if (waitedMs > 600_000) throw new EzrecError('timeout', `not within ten minutes: ${what}`, { hint: 'look into the logs of its home' })
    await systemClock.sleep(500, signal)
  }
}

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
