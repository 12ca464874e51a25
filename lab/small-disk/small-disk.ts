// `lab small-disk`: eight bookings of 90 minutes in a day on a disk of 24 GB, which holds less than two of them, at the rates of a real match.
// All must be accepted, filmed, published to a real S3 server and swept, and stand there in the end. Some 60 GB of room for everything.

import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { judgeSettings } from '../../config/settings.ts'
import { openApp, type App } from '../../src/app.ts'
import { EzrecError } from '../../src/base/errors.ts'
import { freeBytes } from '../../src/base/files.ts'
import { runChild } from '../../src/base/process.ts'
import { reservedBytes } from '../../src/capture/disk-forecast.ts'
import { fastClock } from '../crash/fast-clock.ts'
import type { Context, Point, Scenario } from '../harness.ts'
import { cannotServeS3, startS3Server, type S3Server } from '../s3-server.ts'
import { bookMatches, liveDay, sweptOf, type Day, type Lived } from './day.ts'
import { playFile } from './play-file.ts'

const diskBytes = 24e9
const [matchSeconds, everySeconds] = [90 * 60, 2 * 3_600]
/** Small pictures, at the cameras' usual rate: the disk counts bytes. */
const [width, height, fps] = [320, 180, 10]
const [leadInSeconds, tailSeconds] = [10, 2]
const dawn = Date.UTC(2026, 4, 2, 6)

/** Beside the disk: the films in the bucket, and the footage. */
const besideBytes = (matches: number): number => matches * 4.2e9 + 4e9

export const smallDiskScenario: Scenario = {
  kind: 'lab',
  name: 'small-disk',
  summary: 'eight matches of 90 minutes in a day on a disk of 24 GB: all filmed, sent and swept (--runs: matches; about an hour, 60 GB)',
  usualRuns: 8,
  run: smallDiskRun,
}

async function* smallDiskRun(context: Context): AsyncGenerator<Point> {
  const { folder, runs, say, signal } = context
  if (cannotServeS3 !== false) throw new EzrecError('not_found', cannotServeS3, { hint: 'sudo apt-get install -y python3-swift' })
  const [free, needed] = [await freeBytes(folder), diskBytes + besideBytes(runs)]
  if (free < needed)
    throw new EzrecError('disk_full', `it needs ${inGb(needed)} and ${inGb(free)} are free`, {
      hint: 'TMPDIR on another disk, or fewer --runs',
    })
  say(`footage of ${matchSeconds / 60} minutes is made`)
  const footage = path.join(folder, 'footage.ts')
  await makeFootage(folder, footage, signal)
  await mkdir(path.join(folder, 'swift'))
  await using server = await startS3Server(path.join(folder, 'swift'))
  await using disk = await mountDisk(folder)
  const home = path.join(disk.path, 'home')
  const { settings } = judgeSettings(
    {
      CAMERA_LEFT: 'simulated:left',
      CAMERA_RIGHT: 'simulated:right',
      RESOLUTION: `${width}x${height}`,
      RECORDING_FPS: String(fps),
      CAMERA_LEAD_IN_SECONDS: String(leadInSeconds),
      CAMERA_TAIL_SECONDS: String(tailSeconds),
      MERGE_PRESET: 'ultrafast',
      ...(await openBucket(server)),
    },
    { home, cwd: home },
  )
  const clock = fastClock(dawn - 3_600_000, 1)
  using app = await openApp(settings, { service: 'video_worker', clock })
  const day: Day = {
    ...{ app, clock, firstMs: dawn, matches: runs, matchMs: matchSeconds * 1_000, everyMs: everySeconds * 1_000 },
    ...{ leadInMs: leadInSeconds * 1_000, limitMs: 1_800_000, say, signal },
    play: (options) => playFile(footage, 25, options, signal),
  }
  const hours = (await app.room.hoursLeft()) ?? 0
  const ids = await bookMatches(day)
  const hanging = (await app.room.hangingOnNetwork()).length
  yield {
    name: `${runs} matches of 90 minutes are accepted`,
    faults: [
      ...(hours * 3_600 < 2 * matchSeconds ? [] : [`${hours} hours are told while nothing leaves: that is no small disk`]),
      ...(hanging === runs - 1 ? [] : [`${hanging} of them are told to hang on the network, not ${runs - 1}`]),
    ],
    figures: { diskGb: Number(inGb(diskBytes).split(' ')[0]), hoursLeftOffline: round(hours), hangingOnNetwork: hanging },
  }
  const lived: Lived[] = []
  for await (const one of liveDay(day, ids)) {
    lived.push(one)
    yield judgeMatch(lived.length, one)
  }
  yield await judgeDay(app, lived)
}

function judgeMatch(n: number, { video: { published }, leastFreeBytes, workedMs }: Lived): Point {
  const frames = matchSeconds * fps
  return {
    name: `match ${n}`,
    faults: [
      ...(published?.frames === frames ? [] : [`the film has ${published?.frames ?? 0} frames, not ${frames}`]),
      ...(published?.status === 'complete' ? [] : [`the film is told to be ${published?.status ?? 'nothing'}`]),
      ...(leastFreeBytes >= reservedBytes ? [] : [`${leastFreeBytes} bytes were free at the least`]),
    ],
    figures: {
      frames: published?.frames,
      filmGb: round((published?.bytes ?? 0) / 1e9),
      leastFreeGb: round(leastFreeBytes / 1e9),
      workedSeconds: Math.round(workedMs / 1_000),
    },
  }
}

async function judgeDay(app: App, lived: readonly Lived[]): Promise<Point> {
  const faults: string[] = []
  let filmBytes = 0
  for (const [n, { video }] of lived.entries()) {
    filmBytes += video.published?.bytes ?? 0
    const url = (await app.bucket?.sign(video.objectKey, { seconds: 3_600 })) ?? ''
    if ((await sha256Of(url)) !== video.published?.sha256) faults.push(`film ${n + 1} is not in the bucket as it was made`)
    const pictures = await picturesIn(url)
    if (pictures !== matchSeconds * fps) faults.push(`film ${n + 1} has ${pictures} pictures in the bucket`)
    if (n < lived.length - 2 && !sweptOf(app, video).toSorted().join(' ').startsWith('chunks film'))
      faults.push(`behind match ${n + 1} only this was swept: ${sweptOf(app, video).join(', ')}`)
  }
  // No more goes than the next match needs: of the last two something is still there.
  const swept = dawn + (lived.length - 2) * everySeconds * 1_000 - leadInSeconds * 1_000
  const left = countOf(
    app,
    'select count(*) as n from segment s join take t on t.id = s.take_id where s.erased_at_ms is null and t.begun_at_ms < ?',
    swept,
  )
  if (left > 0) faults.push(`${left} segments of matches before the last two are still there`)
  const footageBytes = countOf(app, 'select sum(bytes) as n from segment')
  const throughBytes = footageBytes + 2 * filmBytes // chunks and the film that is made of them
  if (lived.length === 8 && throughBytes < 3 * diskBytes) faults.push(`only ${inGb(throughBytes)} went through the disk`)
  const databaseBytes = countOf(app, 'select page_count * page_size as n from pragma_page_count(), pragma_page_size()')
  return {
    name: 'the day',
    faults,
    figures: {
      films: lived.length,
      filmsGb: round(filmBytes / 1e9),
      throughGb: round(throughBytes / 1e9),
      databaseMb: round(databaseBytes / 1e6),
    },
  }
}

const countOf = ({ db }: App, sql: string, ...values: readonly number[]): number => Number(db.get(sql, ...values)?.['n'] ?? 0)

/** Counted by another program than the one that says how many there are. */
async function picturesIn(url: string): Promise<number> {
  const args = ['-v', 'error', '-count_packets', '-select_streams', 'v', '-show_entries', 'stream=nb_read_packets', '-of', 'csv=p=0', url]
  return Number.parseInt((await runChild('ffprobe', args, { timeoutMs: 600_000 })).stdout.toString('utf8'), 10)
}

async function sha256Of(url: string): Promise<string> {
  const answer = await fetch(url)
  const hash = createHash('sha256')
  for await (const piece of answer.body ?? []) hash.update(piece)
  return hash.digest('hex')
}

/** Some seconds of noise, filled up to nearly the highest rate of a camera as cameras do, over and over. */
async function makeFootage(folder: string, file: string, signal: AbortSignal): Promise<void> {
  const loop = path.join(folder, 'loop.mp4')
  const source = `testsrc2=size=${width}x${height}:rate=${fps}:duration=20,noise=alls=14:allf=t`
  const encode = `-c:v libx264 -preset ultrafast -bf 0 -g ${fps} -keyint_min ${fps} -sc_threshold 0 -b:v 4700k -maxrate 4700k -bufsize 1000k -x264-params nal-hrd=cbr:filler=1 -pix_fmt yuv420p`
  const seconds = leadInSeconds + matchSeconds + tailSeconds + 1
  await ffmpeg(['-f', 'lavfi', '-i', source, ...encode.split(' '), loop], signal)
  await ffmpeg(
    ['-stream_loop', '-1', '-i', loop, '-t', String(seconds), '-c', 'copy', '-mpegts_flags', '+pat_pmt_at_frames', '-f', 'mpegts', file],
    signal,
  )
}

async function ffmpeg(args: readonly string[], signal: AbortSignal): Promise<void> {
  const { code, stderr } = await runChild('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...args], { signal, timeoutMs: 600_000 })
  if (code !== 0)
    throw new EzrecError('internal', `no footage could be made: ${stderr.slice(-300)}`, { hint: 'see that ffmpeg has libx264' })
}

/** ext4 in a sparse file, as on a card. Errors: forbidden, without root. */
async function mountDisk(folder: string): Promise<AsyncDisposable & { readonly path: string }> {
  const [image, at] = [path.join(folder, 'card.img'), path.join(folder, 'card')]
  await mkdir(at)
  await must('truncate', ['-s', String(diskBytes), image])
  await must('mkfs.ext4', ['-q', '-F', '-m', '0', image])
  await must('mount', ['-o', 'loop', image, at])
  return { path: at, [Symbol.asyncDispose]: () => must('umount', ['--lazy', at]) }
}

async function must(program: string, args: readonly string[]): Promise<void> {
  const { code, stderr } = await runChild(program, args, { timeoutMs: 60_000 })
  if (code !== 0)
    throw new EzrecError('forbidden', `${program}: ${stderr.slice(-300)}`, { hint: 'run it as root, where a disk can be mounted' })
}

async function openBucket(server: S3Server): Promise<Record<string, string>> {
  const { accessKeyId, secretAccessKey, endpoint = '', region } = server.options('films')
  const client = new S3Client({ endpoint, region, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } })
  await client.send(new CreateBucketCommand({ Bucket: 'films' }))
  client.destroy()
  return {
    S3_BUCKET: 'films',
    S3_ENDPOINT: endpoint,
    S3_FORCE_PATH_STYLE: 'true',
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  }
}

const inGb = (bytes: number): string => `${round(bytes / 1e9)} GB`

const round = (value: number): number => Math.round(value * 100) / 100
