import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { streamOf } from '../../tests/media/made-stream.ts'
import { temporaryFolder, type TemporaryFolder } from '../../tests/temporary-folder.ts'
import { bootId, systemClock, type Clock } from '../base/clock.ts'
import { newId } from '../base/ids.ts'
import { startChild } from '../base/process.ts'
import { processStartTicks } from '../base/process-look.ts'
import { openJournal, parseJournal, type JournalLine } from './journal.ts'
import { ticksModulus } from './mpegts/reader.ts'
import { closeTake, endAbandonedTake, endAbandonedTakes } from './recovery.ts'
import { openSegmentLog, takeFolder } from './segment-log.ts'
import { segmentFile } from './segment-writer.ts'
import type { Take } from './take.ts'

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

const begun = (takeId: string, pid: number, startTicks: number, boot = bootId()): JournalLine => ({
  is: 'begun',
  version: 1,
  takeId,
  rigId: 'rig',
  camera: 'left',
  bootId: boot,
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
  return mustSee(home, takeId)
}

async function mustSee(home: TemporaryFolder, takeId?: string): Promise<Take> {
  const log = openSegmentLog({ takesFolder: home.path, rigId: 'rig', sinceMs: Date.now() })
  await log.refresh()
  const take = log.takes.find(({ id }) => takeId === undefined || id === takeId)
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

test('a segment that the journal does not even tell as opened is adopted like any other', async () => {
  using home = temporaryFolder()
  const times = [0, 3_600, 7_200]
  const take = await takeOnDisk(
    home,
    [{ is: 'opened', number: 0, firstTicks: 0 }],
    [streamOf(times), streamOf(times.map((t) => t + 10_800))],
  )
  await endAbandonedTake(take, 'killed')
  const now = await mustSee(home)
  assert.deepEqual(
    now.segments.map(({ number, frames, firstTicks }) => [number, frames, firstTicks]),
    [
      [0, 3, 0], // complete: the next one was begun
      [1, 2, 10_800],
    ],
  )
  assert.deepEqual(
    now.opened.map(({ number }) => number),
    [0, 1],
  )
})

test('after a power cut nothing says that a file is complete', async () => {
  using home = temporaryFolder()
  const times = [0, 3_600, 7_200]
  const lines: JournalLine[] = [begun('x', 1, 0, 'another boot'), { is: 'opened', number: 0, firstTicks: 0 }]
  const take = await takeOnDisk(home, lines, [streamOf(times), streamOf(times.map((t) => t + 10_800))])
  await endAbandonedTake(take, 'killed')
  assert.deepEqual(
    (await mustSee(home)).segments.map(({ frames }) => frames),
    [2, 2],
  )
})

test('adopting and telling are tried apart, so that telling it again costs no picture more; and the first end stands', async () => {
  using home = temporaryFolder()
  const take = await takeOnDisk(home, [{ is: 'opened', number: 0, firstTicks: 0 }], [streamOf([0, 3_600, 7_200, 10_800])])
  let tries = 0
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    tries += 1
    return work()
  }
  await closeTake(take.folder, 'disk', { clock: systemClock, detail: 'no space left', attempt })
  const now = await mustSee(home)
  assert.deepEqual([now.ended?.cause, now.ended?.detail, now.segments[0]?.frames, tries], ['disk', 'no space left', 3, 2])
  await closeTake(take.folder, 'killed', { clock: systemClock })
  assert.equal((await mustSee(home)).ended?.cause, 'disk')
})

test('one take that cannot be ended is told, and stops neither the others nor the recorder', async () => {
  using home = temporaryFolder()
  const broken = await takeOnDisk(home, [{ is: 'opened', number: 0, firstTicks: 0 }], [])
  const other = await takeOnDisk(home, [], [])
  const file = path.join(broken.folder, 'journal.ndjson')
  rmSync(file)
  mkdirSync(file)
  const failed: string[] = []
  await endAbandonedTakes([broken, other], { clock: systemClock, living: 'end', onFailure: ({ id }) => failed.push(id) })
  assert.deepEqual(failed, [broken.id])
  assert.equal(journalOf(other).at(-1)?.is, 'ended')
})

test('while the recorder runs, a take is ended only when its chain is gone and nobody has touched it for a while', async () => {
  using home = temporaryFolder()
  const take = await takeOnDisk(home, [begun('x', process.pid, processStartTicks(process.pid) ?? 0)], [])
  const inAMinute: Clock = { ...systemClock, nowMs: () => Date.now() + 60_000 }
  const look = (clock: Clock, which = take): Promise<void> =>
    endAbandonedTakes([which], { clock, living: 'leave', onFailure: (_, error) => assert.fail(String(error)) })
  await look(inAMinute)
  const gone = { ...take, chain: { pid: process.pid, startTicks: 1 } }
  await look(systemClock, gone)
  assert.equal(journalOf(take).at(-1)?.is, 'begun')
  await look(inAMinute, gone)
  assert.equal(journalOf(take).at(-1)?.is, 'ended')
})
