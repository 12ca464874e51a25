// `lab upload`: films are sent through a network that cuts, resets, stalls, slows, flips and swallows, by a process that is killed now and then.
// Each must be in the store byte for byte, once, with no upload left open, at most one part of those that the store had
// sent again for each fault, and no more begun again than the faults had interrupted.

import { createHash, randomBytes } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { EzrecError } from '../../src/base/errors.ts'
import { newId } from '../../src/base/ids.ts'
import { startChild, type Child } from '../../src/base/process.ts'
import { maxParts, partCount } from '../../src/publish/stores/s3/part-policy.ts'
import type { Context, Point, Scenario } from '../harness.ts'
import { cannotServeS3, startS3Server, type S3Server } from '../s3-server.ts'
import { chooseFaults, heldAgainBy, interruptedBy, resentBy, type UploadFault } from './faults.ts'
import { filmOf } from './film.ts'
import { openUploadProxy } from './proxy.ts'

const worker = path.join(import.meta.dirname, 'worker.ts')
const partBytes = 5 * 1_048_576
const mostLives = 20

export const uploadScenario: Scenario = {
  kind: 'lab',
  name: 'upload',
  summary: 'disturbs uploads and kills who sends them; films must arrive whole, once, with little sent twice (--runs, --seed)',
  usualRuns: 20,
  run: async function* run(context) {
    if (cannotServeS3 !== false) throw new EzrecError('not_found', cannotServeS3, { hint: 'sudo apt-get install -y python3-swift' })
    const swiftFolder = path.join(context.folder, 'swift')
    await mkdir(swiftFolder)
    await using server = await startS3Server(swiftFolder)
    const sums = { runs: 0, faults: 0, kills: 0, films: 0, resentParts: 0, heldAgain: 0, interruptedParts: 0, mostLives: 0 }
    for (let n = 1; n <= context.runs && !context.signal.aborted; n += 1) {
      const pieces = 6 + Math.floor(context.random() * 16)
      const point = await runOnce(context, server, n, pieces)
      yield point
      sums.runs += 1
      sums.films += point.faults.length === 0 ? 1 : 0
      sums.faults += Number(point.figures['struck'])
      sums.kills += Number(point.figures['kills'])
      sums.resentParts += Number(point.figures['resentParts'])
      sums.heldAgain += Number(point.figures['heldAgain'])
      sums.interruptedParts += Number(point.figures['interruptedParts'])
      sums.mostLives = Math.max(sums.mostLives, Number(point.figures['lives']))
    }
    yield { name: 'all of them', faults: [], figures: sums }
  },
}

async function runOnce(context: Context, server: S3Server, n: number, pieces: number): Promise<Point> {
  const seed = `${context.seed} ${n}`
  const film = filmOf(seed, pieces)
  return disturb(context, server, { n, seed, pieces, film, faults: chooseFaults(context.random, film.length) })
}

export type Disturbed = {
  readonly n: number
  readonly seed: string
  readonly pieces: number
  readonly film: Buffer
  readonly faults: readonly UploadFault[]
}

/** One film through these faults, judged by what the store then holds. */
export async function disturb(
  { folder, signal }: Pick<Context, 'folder' | 'signal'>,
  server: S3Server,
  { n, seed, pieces, film, faults: planned }: Disturbed,
): Promise<Point> {
  const home = path.join(folder, `run-${n}`)
  await mkdir(home)
  const options = server.options(`films-${n}-${randomBytes(3).toString('hex')}`)
  const { accessKeyId, secretAccessKey, region, endpoint = '', bucket: Bucket } = options
  const client = new S3Client({ endpoint, region, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } })
  await client.send(new CreateBucketCommand({ Bucket }))
  const key = `u/2026-05-02/${newId()}.mp4`
  let running: Child | undefined
  let kills = 0
  await using proxy = await openUploadProxy(server.port, planned, () => {
    kills += 1
    if (running) process.kill(running.pid, 'SIGKILL')
  })
  const order = JSON.stringify({ folder: home, key, seed, pieces, bucket: { ...server.options(Bucket, proxy.port), timeoutSeconds: 2 } })
  let lives = 0
  let objectKey = ''
  let said = ''
  while (objectKey === '' && lives < mostLives && !signal.aborted) {
    lives += 1
    if (lives > 1) proxy.hold(await heldParts(client, Bucket))
    await using child = await startChild(process.execPath, ['--disable-warning=ExperimentalWarning', worker, order], {
      stdout: 'pipe',
      signal,
    })
    running = child
    child.stdout?.on('data', (piece: Buffer) => (objectKey += piece.toString('utf8').trim()))
    const { code } = await child.exited
    running = undefined
    if (code !== 0) said = child.stderrTail()
    if (code !== null && code !== 0) break // it failed by itself
  }
  const objects = (await client.send(new ListObjectsV2Command({ Bucket }))).Contents?.map(({ Key = '' }) => Key) ?? []
  const open = (await client.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads ?? []
  const back = objects.includes(objectKey) ? await readBack(client, Bucket, objectKey) : undefined
  const sent = Array.from(proxy.parts.values()).reduce((sum, times) => sum + times, 0)
  const resentParts = proxy.resent()
  const interruptedParts = sent - partCount(film.length, partBytes) - resentParts
  const sumOf = (of: (fault: UploadFault) => number): number => proxy.struck.reduce((sum, fault) => sum + of(fault), 0)
  const [mayResend, mayInterrupt, mayHoldAgain] = [sumOf(resentBy), sumOf(interruptedBy), sumOf(heldAgainBy)]
  const heldAgain = proxy.heldAgain()
  const faults = [
    ...(objectKey === '' ? [`the film was not sent within ${lives} lives: ${said.slice(-300)}`] : []),
    ...(back !== undefined && !back.equals(film) ? [`what the store holds is not the film: ${hash(back)}`] : []),
    ...(objects.length === 1 ? [] : [`${objects.length} objects: ${objects.join(', ')}`]),
    ...(open.length === 0 ? [] : [`${open.length} uploads left open`]),
    ...(resentParts <= mayResend ? [] : [`${resentParts} parts that the store had were sent again, at most ${mayResend} might be`]),
    ...(heldAgain <= mayHoldAgain ? [] : [`${heldAgain} parts that the store held when a life began were sent again in it`]),
    ...(interruptedParts + resentParts <= mayInterrupt && sent <= maxParts
      ? []
      : [`${interruptedParts + resentParts} parts were begun again, ${mayInterrupt} were interrupted at most`]),
  ]
  client.destroy()
  if (faults.length === 0) await rm(home, { recursive: true, force: true })
  const told = planned.map(({ kind, when }) => `${kind}@${when}`).join(' ')
  return {
    name: `run ${n}: ${told}`,
    faults,
    figures: {
      bytes: film.length,
      struck: proxy.struck.length,
      kills,
      lives,
      resentParts,
      mayResend,
      heldAgain,
      interruptedParts,
      mayInterrupt,
    },
  }
}

/** Asked past the proxy, of every upload that is open. */
async function heldParts(client: S3Client, Bucket: string): Promise<{ uploadId: string; number: number }[]> {
  const held: { uploadId: string; number: number }[] = []
  for (const { Key, UploadId } of (await client.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads ?? [])
    for (const { PartNumber } of (await client.send(new ListPartsCommand({ Bucket, Key, UploadId }))).Parts ?? [])
      if (UploadId !== undefined && PartNumber !== undefined) held.push({ uploadId: UploadId, number: PartNumber })
  return held
}

async function readBack(client: S3Client, Bucket: string, Key: string): Promise<Buffer> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }))
  return Buffer.from((await Body?.transformToByteArray()) ?? [])
}

const hash = (bytes: Buffer): string => `${bytes.length} bytes, ${createHash('sha256').update(bytes).digest('hex')}`
