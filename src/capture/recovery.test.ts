import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { before, test } from 'node:test'
import fc from 'fast-check'
import { framesOf, transportStream } from '../../tests/media/test-films.ts'
import { temporaryFolder, type TemporaryFolder } from '../../tests/temporary-folder.ts'
import { bootId, systemClock } from '../base/clock.ts'
import { newId } from '../base/ids.ts'
import { processStartTicks, startChild } from '../base/process.ts'
import { openJournal, parseJournal, type JournalLine } from './journal.ts'
import { ticksModulus } from './mpegts/reader.ts'
import { firstContinuity, packetize } from './mpegts/writer.ts'
import { adoptSegment, endAbandonedTake } from './recovery.ts'
import { openSegmentLog, takeFolder } from './segment-log.ts'
import { segmentFile } from './segment-writer.ts'
import type { Take } from './take.ts'

let real: Buffer
before(async () => {
  real = await transportStream(3)
})

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** A stream of pictures at these times, each of three packets, the first a key frame. */
function streamOf(times: readonly number[]): Buffer {
  let continuity = firstContinuity
  return Buffer.concat(
    times.map((ptsTicks, n) => {
      const written = packetize({ data: Buffer.alloc(500, 7), ptsTicks, keyFrame: n === 0 }, continuity)
      continuity = written.continuity
      return written.packets
    }),
  )
}

test('a file that was cut anywhere is adopted with whole pictures only, and its row tells the file as it then is', async () => {
  using folder = temporaryFolder()
  const file = folder.file('000000.ts')
  const whole = await framesOf(real)
  const cuts = fc.integer({ min: 0, max: real.length })
  const tails = fc.constantFrom(
    Buffer.alloc(0),
    Buffer.alloc(100),
    Buffer.alloc(4_096),
    Buffer.alloc(500, 0x47),
    Buffer.concat([Buffer.alloc(188), real]),
  )
  await fc.assert(
    fc.asyncProperty(cuts, tails, async (at, tail) => {
      const torn = Buffer.concat([real.subarray(0, at), tail])
      writeFileSync(file, torn)
      const adopted = await adoptSegment(file, 7, 0)
      const now = readFileSync(file)
      if (!adopted) return assert.ok(now.equals(torn))
      assert.deepEqual([adopted.number, adopted.bytes, adopted.sha256], [7, now.length, sha256(now)])
      assert.ok(now.equals(real.subarray(0, now.length)))
      assert.equal(adopted.lastTicks - adopted.firstTicks, (adopted.frames - 1) * 3_600)
    }),
    { numRuns: 60 },
  )
  writeFileSync(file, real.subarray(0, real.length - 1_000))
  const adopted = await adoptSegment(file, 0, 0)
  assert.ok(adopted && adopted.frames > 60)
  const hash = (line: string): string | undefined => line.split(',').at(-1)
  assert.deepEqual((await framesOf(readFileSync(file))).map(hash), whole.slice(0, adopted.frames).map(hash))
})

test('a tail of zeros, as a power cut leaves it, costs no picture before it', async () => {
  using folder = temporaryFolder()
  writeFileSync(folder.file('a.ts'), Buffer.concat([streamOf([0, 3_600, 7_200, 10_800]), Buffer.alloc(8_192)]))
  const adopted = await adoptSegment(folder.file('a.ts'), 0, 0)
  assert.deepEqual([adopted?.frames, adopted?.lastTicks], [3, 7_200])
})

test('a file without a whole picture, an empty one, a foreign one and a missing one give nothing and are left as they are', async () => {
  using folder = temporaryFolder()
  const file = folder.file('a.ts')
  for (const content of [Buffer.alloc(0), Buffer.alloc(10_000, 1), streamOf([0]), Buffer.from('G')]) {
    writeFileSync(file, content)
    assert.equal(await adoptSegment(file, 0, 0), undefined)
    assert.deepEqual(readFileSync(file), content)
  }
  assert.equal(await adoptSegment(folder.file('none.ts'), 0, 0), undefined)
})

const begun = (takeId: string, pid: number, startTicks: number): JournalLine => ({
  is: 'begun',
  version: 1,
  takeId,
  rigId: 'rig',
  camera: 'left',
  bootId: bootId(),
  atMs: Date.now(),
  pid,
  startTicks,
})

/** A take on disk as its journal tells it. */
async function takeOnDisk(home: TemporaryFolder, lines: readonly JournalLine[], files: readonly Buffer[]): Promise<Take> {
  const takeId = newId()
  const folder = takeFolder(home.path, takeId, 'left', Date.now())
  mkdirSync(folder, { recursive: true })
  const journal = await openJournal(path.join(folder, 'journal.ndjson'))
  for (const line of [
    lines[0]?.is === 'begun' ? { ...lines[0], takeId } : begun(takeId, 1, 0),
    ...lines.filter(({ is }) => is !== 'begun'),
  ])
    await journal.add(line)
  await journal.close()
  for (const [n, bytes] of files.entries()) writeFileSync(path.join(folder, segmentFile(n)), bytes)
  return mustSee(home)
}

async function mustSee(home: TemporaryFolder): Promise<Take> {
  const log = openSegmentLog({ takesFolder: home.path, rigId: 'rig', sinceMs: Date.now() })
  await log.refresh()
  const [take] = log.takes
  assert.ok(take)
  return take
}

const journalOf = (take: Take): JournalLine[] => parseJournal(readFileSync(path.join(take.folder, 'journal.ndjson'), 'utf8'))

test('a take that was killed in the middle ends with its open file adopted and its closed ones untouched', async () => {
  using home = temporaryFolder()
  const first = streamOf([0, 3_600])
  const closed: JournalLine = {
    is: 'closed',
    number: 0,
    firstTicks: 0,
    lastTicks: 3_600,
    frames: 2,
    bytes: first.length,
    sha256: sha256(first),
  }
  const take = await takeOnDisk(
    home,
    [{ is: 'opened', number: 0, firstTicks: 0 }, closed, { is: 'opened', number: 1, firstTicks: 7_200 }],
    [first, streamOf([7_200, 10_800, 14_400]).subarray(0, -50)],
  )
  await endAbandonedTake(take, 'killed')
  const now = await mustSee(home)
  assert.deepEqual(now.ended?.cause, 'killed')
  assert.deepEqual(
    now.segments.map(({ number, frames, firstTicks, lastTicks }) => [number, frames, firstTicks, lastTicks]),
    [
      [0, 2, 0, 3_600],
      [1, 2, 7_200, 10_800],
    ],
  )
  assert.deepEqual(readFileSync(path.join(take.folder, segmentFile(0))), first)
  assert.equal(now.segments[1]?.sha256, sha256(readFileSync(path.join(take.folder, segmentFile(1)))))
})

test('a take that ran past the wrap of its time stamps is adopted where it was', async () => {
  using home = temporaryFolder()
  const late = 3 * ticksModulus + 90_000
  const take = await takeOnDisk(home, [{ is: 'opened', number: 0, firstTicks: late }], [streamOf([late, late + 3_600, late + 7_200])])
  const lost: Take = { ...take, opened: [{ number: 0, firstTicks: late }] }
  await endAbandonedTake({ ...lost, opened: [{ number: 9, firstTicks: 0 }, ...lost.opened] }, 'killed')
  assert.equal((await mustSee(home)).segments[0]?.firstTicks, late)
})

test('a take that ended by itself while it was being looked at is left as it is', async () => {
  using home = temporaryFolder()
  const bytes = streamOf([0, 3_600, 7_200])
  const stale = await takeOnDisk(home, [{ is: 'opened', number: 0, firstTicks: 0 }], [bytes])
  const journal = await openJournal(path.join(stale.folder, 'journal.ndjson'))
  await journal.add({ is: 'closed', number: 0, firstTicks: 0, lastTicks: 7_200, frames: 3, bytes: bytes.length, sha256: sha256(bytes) })
  await journal.add({ is: 'ended', cause: 'stopped', atMs: 1 })
  await journal.close()
  const before = journalOf(stale)
  await endAbandonedTake(stale, 'killed')
  assert.deepEqual(journalOf(stale), before)
  assert.deepEqual(readFileSync(path.join(stale.folder, segmentFile(0))), bytes)
})

test('its camera is ended, but never another program that has its process id by now', async () => {
  using home = temporaryFolder()
  await using camera = await startChild(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  await using stranger = await startChild(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  const take = await takeOnDisk(
    home,
    [begun('x', stranger.pid, 1), { is: 'source', pid: camera.pid, startTicks: processStartTicks(camera.pid) ?? 0 }],
    [],
  )
  await endAbandonedTake(take, 'killed', systemClock)
  assert.notEqual((await camera.exited).signal, null)
  assert.notEqual(processStartTicks(stranger.pid), undefined)
})

test('a journal whose last line was torn still gets its end', async () => {
  using home = temporaryFolder()
  const take = await takeOnDisk(home, [{ is: 'opened', number: 0, firstTicks: 0 }], [streamOf([0, 3_600])])
  const file = path.join(take.folder, 'journal.ndjson')
  writeFileSync(file, `${readFileSync(file, 'utf8')}{"is":"anchor","ticks":12`)
  await endAbandonedTake(take, 'killed')
  const now = await mustSee(home)
  assert.deepEqual([now.segments.length, now.ended?.cause], [1, 'killed'])
})
