// A day of eight matches on a disk that holds less than two of them: all are accepted, filmed, published to a bucket and swept, and stand in the end.
// A real disk, the real segment writer, worker and S3 server; 24 GB and 90 minutes are scaled to some MB and seconds: in full it is
// `./ezrec lab small-disk`. The cameras alone are left out.

import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { judgeSettings } from '../../config/settings.ts'
import { readFootage, type Footage } from '../../lab/crash/footage.ts'
import { fastClock } from '../../lab/crash/fast-clock.ts'
import { playTakes } from '../../lab/crash/play-takes.ts'
import { bookMatches, liveDay, sweptOf, type Day, type Lived } from '../../lab/small-disk/day.ts'
import { openApp, ratesOf } from '../../src/app.ts'
import { freeBytes } from '../../src/base/files.ts'
import { runChild } from '../../src/base/process.ts'
import { bytesPerHour, reservedBytes } from '../../src/capture/disk-forecast.ts'
import { cardDisk } from '../happened/failing-disk.ts'
import { cannotMount } from '../machine.ts'
import { cannotServeS3, startSwift, type Swift } from '../swift.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const noon = Date.UTC(2026, 4, 2, 12)
const hourMs = 3_600_000
const [matchMs, everyMs, matches] = [6_000, hourMs, 8]
/** 24 GB hold so much of what two cameras of 5 Mbit/s and a film of 6 write in 90 minutes. */
const share = (24e9 - reservedBytes) / ((22e6 / 8) * 5_400)

const variables = {
  CAMERA_LEFT: 'simulated:left',
  CAMERA_RIGHT: 'simulated:right',
  RESOLUTION: '640x360',
  CAMERA_SEGMENT_SECONDS: '1',
  CAMERA_LEAD_IN_SECONDS: '1',
  CAMERA_TAIL_SECONDS: '1',
  MERGE_PRESET: 'ultrafast',
}

test(
  'eight matches on a disk that holds less than two of them are all filmed, sent and swept, and stand',
  { skip: cannotMount || cannotServeS3 },
  async (t) => {
    using folder = temporaryFolder()
    await using swift = await startSwift()
    await using disk = await cardDisk(400)
    const footage = await makeFootage(folder.file('footage.ts'))
    const home = path.join(disk.path, 'home')
    const { settings } = judgeSettings({ ...variables, ...(await openBucketOn(swift)) }, { home, cwd: home })
    const clock = fastClock(noon - hourMs, 4)
    using app = await openApp(settings, { service: 'video_worker', clock })

    const oneBytes = (bytesPerHour(ratesOf(settings)) * (matchMs + 2_000)) / hourMs
    const roomBytes = Math.round(oneBytes * share)
    await writeFile(path.join(disk.path, 'ballast'), randomBytes((await freeBytes(home)) - reservedBytes - roomBytes))
    const hours = (await app.room.hoursLeft()) ?? 0
    assert.ok(hours * hourMs < 2 * matchMs + 4_000, `${hours} hours are told while nothing leaves: less than two matches`)

    const day: Day = {
      ...{ app, clock, firstMs: noon, matches, matchMs, everyMs, leadInMs: 1_000, limitMs: 120_000, signal: t.signal },
      say: (line) => t.diagnostic(line),
      play: (options) =>
        playTakes({ ...options, footage }, { takes: [], refresh: () => Promise.resolve(), unbegun: () => [], journalBytes: () => 0 }),
    }
    const ids = await bookMatches(day)
    assert.deepEqual(await app.room.hangingOnNetwork(), ids.slice(1), 'all but the first hang on the network, and that is told')

    const lived: Lived[] = []
    for await (const one of liveDay(day, ids)) lived.push(one)
    const leastFree = Math.min(...lived.map(({ leastFreeBytes }) => leastFreeBytes))
    assert.ok(leastFree >= reservedBytes, `${leastFree} bytes were free at the least`)

    const written = lived.reduce((sum, { video: { published } }) => sum + (published?.bytes ?? 0), 0)
    assert.ok(written > roomBytes, `${written} bytes of films alone went through ${roomBytes}`)
    const swept: string[] = []
    for (const { bookingId, video } of lived) {
      const { published, objectKey } = video
      assert.equal(published?.frames, (matchMs / 1_000) * 25, bookingId)
      assert.equal(published.status, 'complete', bookingId)
      const answer = await fetch((await app.bucket?.sign(objectKey, { seconds: 600 })) ?? '')
      const digest = createHash('sha256')
        .update(Buffer.from(await answer.arrayBuffer()))
        .digest('hex')
      assert.equal(digest, published.sha256, 'the bucket has it')
      swept.push(sweptOf(app, video).join(' '))
    }
    assert.ok(
      swept.filter((what) => what === 'chunks film').length >= matches - 2,
      `what it was made of and our own copy went: ${swept.join(', ')}`,
    )
  },
)

/** Both cameras' pictures, at nearly the rate that the forecast counts with. */
async function makeFootage(file: string): Promise<Footage> {
  const source = 'testsrc2=size=640x360:rate=25:duration=9,noise=alls=40:allf=t'
  const encode =
    '-c:v libx264 -preset ultrafast -bf 0 -g 25 -keyint_min 25 -sc_threshold 0 -b:v 4500k -maxrate 4500k -bufsize 1000k -pix_fmt yuv420p'
  const args = [
    '-v',
    'error',
    '-f',
    'lavfi',
    '-i',
    source,
    ...encode.split(' '),
    '-mpegts_flags',
    '+pat_pmt_at_frames',
    '-f',
    'mpegts',
    file,
  ]
  const { code, stderr } = await runChild('ffmpeg', args, { timeoutMs: 120_000 })
  assert.equal(code, 0, stderr)
  return readFootage(file)
}

async function openBucketOn(swift: Swift): Promise<Record<string, string>> {
  const name = `films-${randomBytes(4).toString('hex')}`
  const { accessKeyId, secretAccessKey, endpoint = '', region } = swift.options(name)
  const client = new S3Client({ endpoint, region, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } })
  await client.send(new CreateBucketCommand({ Bucket: name }))
  client.destroy()
  return {
    S3_BUCKET: name,
    S3_ENDPOINT: endpoint,
    S3_FORCE_PATH_STYLE: 'true',
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  }
}
