// `bench publish --store s3`: real sessions whose films go to a real S3 server, over a network as fast as it goes and over uplinks that are
// a little wider and much narrower than the film; the original's order beside it. What the rows and the answer say is judged.

import path from 'node:path'
import { mkdir } from 'node:fs/promises'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { z } from 'zod'
import { readDatabase } from '../../src/adapters/sqlite.ts'
import { systemClock } from '../../src/base/clock.ts'
import { EzrecError } from '../../src/base/errors.ts'
import { openBucket } from '../../src/publish/stores/s3/bucket.ts'
import { uploadStats } from '../../src/publish/uplink/backlog.ts'
import type { Context, Point } from '../harness.ts'
import { round } from '../run-job.ts'
import { cannotServeS3, startS3Server, type S3Server } from '../s3-server.ts'
import { startSession, type SessionAnswer } from '../session-run.ts'
import { cannotNarrow, openNarrowUplink } from '../uplink/narrow-uplink.ts'
import { etaError, etaFaults, leftAtEnd, percentile, publishLimit, type SentPart, type Told } from './judge-uplink.ts'
import { originalOrder } from './original-order.ts'

const bucket = 'films'
const partBytes = 5 * 1_024 * 1_024
const longestSeconds = 2

/** Films of each length, as many as ten minutes hold: what publishing takes shows in short ones as well. */
const usualLengths = [...Array<number>(5).fill(20), ...Array<number>(3).fill(60), 300]

/** Long enough that a film has some parts. */
const narrowSeconds = 120

type Ended = { readonly home: string; readonly code: number | null; readonly answer: SessionAnswer; readonly told: readonly Told[] }

export async function* publishToBucket(context: Context): AsyncGenerator<Point> {
  if (cannotServeS3 !== false) throw new EzrecError('not_found', cannotServeS3, { hint: 'sudo apt-get install -y python3-swift' })
  await using uplink = cannotNarrow === false ? await openNarrowUplink(context.signal) : undefined
  const swiftFolder = path.join(context.folder, 'swift')
  await mkdir(swiftFolder)
  await using server = await startS3Server(swiftFolder, uplink)
  await makeBucket(server)
  const lengths = context.seconds ?? usualLengths
  const took = new Map<number, number[]>()
  let longest: Ended | undefined
  for (const [n, seconds] of lengths.entries()) {
    context.say(`recording ${seconds} s`)
    const ended = await record(context, server, `free-${n}`, seconds)
    took.set(seconds, [...(took.get(seconds) ?? []), ended.answer.publishSeconds ?? Number.NaN])
    if (!longest || bytesOf(ended) > bytesOf(longest)) longest = ended
    yield { name: `${seconds} s over a free network`, faults: wholeFaults(ended, seconds), figures: figuresOf(ended, seconds) }
  }
  for (const [seconds, all] of took) {
    const p95 = percentile(all, 0.95)
    yield {
      name: `published after the end of ${seconds} s, over a free network`,
      faults: p95 <= longestSeconds ? [] : [`p95 is ${p95} s`],
      figures: { p95, count: all.length, limitSeconds: longestSeconds },
    }
  }
  if (!longest) return
  yield await originalPoint(context, server, path.join(context.folder, 'free-0'), lengths[0] ?? 0)
  if (!uplink) {
    yield { name: 'narrow uplinks', faults: [], figures: { skipped: cannotNarrow } }
    return
  }
  const filmRate = (bytesOf(longest) - headerBytes(longest.home)) / seconds(longest.answer)
  const length = Math.min(narrowSeconds, Math.max(...lengths))
  for (const share of [1.2, 0.5]) {
    const bytesPerSecond = filmRate * share
    context.say(`recording ${length} s over ${Math.round(bytesPerSecond / 1_000)} kB/s`)
    await uplink.narrow(bytesPerSecond)
    const ended = await record(context, server, `uplink-${share}`, length)
    await uplink.narrow(undefined)
    yield share > 1 ? wider(ended, length, bytesPerSecond, share) : narrower(ended, length, bytesPerSecond, share)
  }
}

/** The film goes as fast as it is made: after its end only that is left which S3's rules leave. */
function wider(ended: Ended, length: number, bytesPerSecond: number, share: number): Point {
  const left = leftAtEnd(sentParts(ended.home), Date.parse(ended.answer.endsAt), partBytes)
  const limitSeconds = round(publishLimit(left.bytes, bytesPerSecond))
  const took = ended.answer.publishSeconds ?? Number.NaN
  return {
    name: `an uplink of ${share} of the film`,
    faults: [
      ...wholeFaults(ended, length),
      ...(left.bytes <= left.limit ? [] : [`${left.bytes} bytes were left at the end, not at most ${left.limit}`]),
      ...(took <= limitSeconds ? [] : [`it was published after ${took} s, not ${limitSeconds} s`]),
    ],
    figures: { ...figuresOf(ended, length), bytesPerSecond: Math.round(bytesPerSecond), leftBytes: left.bytes, limitSeconds },
  }
}

/** The film cannot keep up; the cameras must not notice, and people must know when it will be there. */
function narrower(ended: Ended, length: number, bytesPerSecond: number, share: number): Point {
  const { answer, told, home } = ended
  const error = etaError(told, Date.parse(answer.endsAt), Date.parse(answer.publishedAt ?? ''))
  const left = leftAtEnd(sentParts(home), Date.parse(answer.endsAt), partBytes)
  return {
    name: `an uplink of ${share} of the film`,
    faults: [...wholeFaults(ended, length), ...etaFaults(error)],
    figures: {
      ...figuresOf(ended, length),
      bytesPerSecond: Math.round(bytesPerSecond),
      leftBytes: left.bytes,
      etaError: round(error.worst),
      etasJudged: error.count,
    },
  }
}

async function originalPoint(context: Context, server: S3Server, home: string, length: number): Promise<Point> {
  context.say(`the original's order on the same ${length} s`)
  const store = openBucket(server.options(bucket))
  try {
    const took = await originalOrder(path.join(home, 'takes'), context.folder, store, context.signal)
    return { name: `the original's order after ${length} s`, faults: [], figures: took }
  } finally {
    store.close()
  }
}

/** One session to its end; meanwhile what people are told of when the film will be there. */
async function record(context: Context, server: S3Server, name: string, length: number): Promise<Ended> {
  const home = path.join(context.folder, name)
  const { accessKeyId, secretAccessKey, endpoint = '', region } = server.options(bucket)
  const variables = {
    S3_BUCKET: bucket,
    S3_ENDPOINT: endpoint,
    S3_FORCE_PATH_STYLE: 'true',
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  }
  const run = await startSession({ ...context, home, seconds: length, mark: context.folder, variables })
  const told: Told[] = []
  const over = new AbortController()
  const listening = listen(path.join(home, 'ezrec.sqlite'), told, over.signal)
  try {
    const { code, answer } = await run.ended
    return { home, code, answer, told }
  } finally {
    over.abort()
    await listening
  }
}

/** Asks the rows once a second, as `./ezrec uploads` and `GET /status` do. */
async function listen(database: string, told: Told[], signal: AbortSignal): Promise<void> {
  for (; !signal.aborted; await systemClock.sleep(1_000, signal)) {
    const atMs = systemClock.nowMs()
    const etaMs = askEta(database, atMs)
    if (etaMs !== undefined) told.push({ atMs, etaMs })
  }
}

/** No place: nobody asks for clips here. */
const freeRules = { maxRateKbps: undefined, windows: [], pauseWhileRecording: false, viewerRateKbps: 1_000, timeZone: 'UTC', place: '' }

function askEta(database: string, nowMs: number): number | undefined {
  try {
    using db = readDatabase(database)
    return uploadStats(db, freeRules, nowMs).etaMs ?? undefined
  } catch {
    return undefined // not yet made, or being made
  }
}

const partRow = z.object({ bytes: z.int(), sent_at_ms: z.int() }).transform((r): SentPart => ({ bytes: r.bytes, sentAtMs: r.sent_at_ms }))

function sentParts(home: string): SentPart[] {
  using db = readDatabase(path.join(home, 'ezrec.sqlite'))
  return db.all('select bytes, sent_at_ms from upload_part').map((found) => partRow.parse(found))
}

/** The room for the index of the longest film: of a short one it is the most, and goes at the end, whatever the rate of its pictures. */
function headerBytes(home: string): number {
  using db = readDatabase(path.join(home, 'ezrec.sqlite'))
  return z.object({ header_bytes: z.int() }).parse(db.get('select header_bytes from video')).header_bytes
}

async function makeBucket(server: S3Server): Promise<void> {
  const { accessKeyId, secretAccessKey, endpoint = '', region } = server.options(bucket)
  const client = new S3Client({ endpoint, region, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } })
  await client.send(new CreateBucketCommand({ Bucket: bucket }))
  client.destroy()
}

const bytesOf = ({ answer }: Ended): number => answer.video.bytes ?? 0
const seconds = ({ startsAt, endsAt }: SessionAnswer): number => (Date.parse(endsAt) - Date.parse(startsAt)) / 1_000

function wholeFaults({ code, answer }: Ended, length: number): string[] {
  const expected = length * (answer.video.fps ?? 0)
  return [
    ...(code === 0 ? [] : [`it ended with ${code}`]),
    ...(answer.status === 'complete' ? [] : [`it is ${answer.status}`]),
    ...answer.gaps.map((gap) => `${gap.camera} lost ${gap.seconds} s: ${gap.cause}`),
    ...(Math.abs((answer.video.frames ?? 0) - expected) <= 1 ? [] : [`it has ${answer.video.frames} frames, not ${expected}`]),
  ]
}

const figuresOf = ({ answer }: Ended, length: number) => ({
  seconds: length,
  publishSeconds: answer.publishSeconds,
  frames: answer.video.frames,
  bytes: answer.video.bytes,
  status: answer.status,
})
