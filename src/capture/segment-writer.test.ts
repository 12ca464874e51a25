import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { before, test } from 'node:test'
import { framesOf, transportStream } from '../../tests/media/test-films.ts'
import { soundStream } from '../../tests/media/test-sound.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { systemClock, type Clock } from '../base/clock.ts'
import { EzrecError } from '../base/errors.ts'
import { openJournal, parseJournal, type Journal, type JournalLine } from './journal.ts'
import { firstContinuity, packetize } from './mpegts/writer.ts'
import { packetBytes } from './mpegts/reader.ts'
import { openSegmentWriter, segmentFile, type SegmentWriter, type SegmentWriterOptions } from './segment-writer.ts'

let real: Buffer
before(async () => {
  real = await transportStream(7)
})

type Written = { journal: JournalLine[]; files: ReadonlyMap<string, Buffer>; failures: unknown[]; frames: number }

/** A stream written in pieces of `pieceBytes` into a folder of its own. */
async function write(
  stream: Buffer,
  {
    pieceBytes = 20_000,
    prepare,
    ...options
  }: Partial<SegmentWriterOptions> & { pieceBytes?: number; prepare?: (folder: string) => void } = {},
): Promise<Written> {
  using home = temporaryFolder()
  const folder = home.file('take')
  mkdirSync(folder)
  prepare?.(folder)
  const journal = await openJournal(home.file('journal'))
  const failures: unknown[] = []
  const writer = openSegmentWriter({
    folder,
    journal,
    clock: systemClock,
    segmentMs: 4_000,
    onFailure: (error) => failures.push(error),
    ...options,
  })
  for (let at = 0; at < stream.length; at += pieceBytes) writer.push(stream.subarray(at, at + pieceBytes))
  await writer.close()
  await journal.close()
  const names = readdirSync(folder, { withFileTypes: true }).filter((each) => each.isFile())
  return {
    journal: parseJournal(readFileSync(home.file('journal'), 'utf8')),
    files: new Map(names.map(({ name }) => [name, readFileSync(path.join(folder, name))])),
    failures,
    frames: writer.frames,
  }
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

const only = <K extends JournalLine['is']>(lines: readonly JournalLine[], is: K): Extract<JournalLine, { is: K }>[] =>
  lines.filter((line): line is Extract<JournalLine, { is: K }> => line.is === is)

const pictures = (times: readonly { ticks: number; key: boolean }[]): Buffer => {
  let continuity = firstContinuity
  return Buffer.concat(
    times.map(({ ticks, key }) => {
      const written = packetize({ data: Buffer.alloc(300, 9), ptsTicks: ticks, keyFrame: key }, continuity)
      continuity = written.continuity
      return written.packets
    }),
  )
}

test('each segment decodes alone, the pictures sum up, and the journal tells of each file what is in it', async () => {
  const { journal, files, failures } = await write(real)
  const closed = only(journal, 'closed')
  assert.deepEqual(failures, [])
  assert.deepEqual([...files.keys()].toSorted(), ['000000.ts', '000001.ts'])
  const all = await framesOf(real)
  const decoded: string[] = []
  for (const segment of closed) {
    const bytes = files.get(segmentFile(segment.number))
    assert.ok(bytes)
    assert.equal(bytes.length, segment.bytes)
    assert.equal(sha256(bytes), segment.sha256)
    const frames = await framesOf(bytes)
    assert.equal(frames.length, segment.frames)
    decoded.push(...frames)
  }
  const hashes = (lines: readonly string[]): (string | undefined)[] => lines.map((line) => line.split(',').at(-1))
  assert.deepEqual(hashes(decoded), hashes(all))
  assert.deepEqual(
    closed.map(({ frames }) => frames),
    [100, 75],
  )
  assert.deepEqual(
    closed.map(({ firstTicks, lastTicks }) => lastTicks - firstTicks),
    [99 * 3_600, 74 * 3_600],
  )
})

test('the files are the same, however the stream arrives', async () => {
  const [one, other] = [await write(real, { pieceBytes: 1_000_000 }), await write(real, { pieceBytes: 777 })]
  const bodies = ({ files }: Written): Buffer[] => [...files.values()].map((bytes) => bytes.subarray(2 * packetBytes)) // the repeated tables are the newest
  assert.deepEqual(bodies(other), bodies(one))
  const told = ({ journal }: Written): unknown[] => only(journal, 'closed').map((line) => ({ ...line, sha256: '' }))
  assert.deepEqual(told(other), told(one))
})

test('each file begins with the tables and a key frame, and no byte of the stream from the first key frame on is lost', async () => {
  const { files } = await write(real)
  let rest = real
  for (const bytes of [...files.keys()].toSorted().map((name) => files.get(name) ?? Buffer.alloc(0))) {
    assert.deepEqual([bytes.readUInt16BE(1) & 0x1fff, bytes.readUInt16BE(packetBytes + 1) & 0x1fff], [0, 0x1000])
    const body = bytes.subarray(2 * packetBytes)
    const at = rest.indexOf(body.subarray(0, 1_000))
    assert.ok(at >= 0)
    assert.ok(body.equals(rest.subarray(at, at + body.length)))
    rest = rest.subarray(at + body.length)
  }
  assert.equal(rest.length, 0)
})

test('a segment is told as opened before it is told as closed, and each in order', async () => {
  const { journal } = await write(real)
  const told = (is: 'opened' | 'closed'): number[] => journal.flatMap((line) => (line.is === is ? [line.number] : []))
  assert.deepEqual(
    [told('opened'), told('closed')],
    [
      [0, 1],
      [0, 1],
    ],
  )
  for (const number of [0, 1])
    assert.ok(
      journal.findIndex((line) => line.is === 'opened' && line.number === number) <
        journal.findIndex((line) => line.is === 'closed' && line.number === number),
    )
})

test('of each second the soonest arrival becomes an anchor', async () => {
  const lateUs = [9_000, 2_000, 5_000, 7_000]
  let picture = 0
  const clock: Clock = {
    ...systemClock,
    monotonicUs: () => 1_000_000 + picture * 250_000 + (lateUs[picture % 4] ?? 0),
    nowMs: () => 50_000 + picture,
  }
  const times = Array.from({ length: 9 }, (_, n) => ({ ticks: 90_000 + n * 22_500, key: n % 4 === 0 }))
  const stream = pictures(times)
  using home = temporaryFolder()
  const journal = await openJournal(home.file('journal'))
  const writer = openSegmentWriter({
    folder: home.path,
    journal,
    clock,
    segmentMs: 4_000,
    onFailure: (error) => assert.fail(String(error)),
  })
  let at = 0
  for (const time of times) {
    const bytes = pictures([time]).length
    writer.push(stream.subarray(at, at + bytes))
    at += bytes
    picture += 1
  }
  await writer.close()
  await journal.close()
  assert.deepEqual(only(parseJournal(readFileSync(home.file('journal'), 'utf8')), 'anchor'), [
    { is: 'anchor', ticks: 112_500, monotonicUs: 1_252_000, utcMs: 50_001, frames: 5 },
    { is: 'anchor', ticks: 202_500, monotonicUs: 2_252_000, utcMs: 50_005, frames: 9 },
  ])
})

test('a take of less than a second still tells when it was', async () => {
  const { journal } = await write(pictures([0, 1, 2].map((n) => ({ ticks: 9_000 + n * 3_600, key: n === 0 }))))
  assert.deepEqual(only(journal, 'anchor').length, 1)
  assert.equal(only(journal, 'closed')[0]?.frames, 3)
})

test('nothing is written before the first key frame; without pictures there is no file', async () => {
  const early = await write(pictures([false, false, true, false].map((key, n) => ({ ticks: n * 3_600, key }))))
  assert.equal(only(early.journal, 'closed')[0]?.frames, 2)
  assert.equal(only(early.journal, 'opened')[0]?.firstTicks, 7_200)
  assert.equal(early.frames, 2)
  const none = await write(Buffer.alloc(10_000))
  assert.deepEqual([none.journal, none.files.size, none.frames], [[], 0, 0])
})

test('a segment is cut at the first key frame after its length, not at any other picture', async () => {
  const times = Array.from({ length: 24 }, (_, n) => ({ ticks: n * 45_000, key: n % 3 === 0 }))
  const { journal } = await write(pictures(times), { segmentMs: 2_000 })
  assert.deepEqual(
    only(journal, 'opened').map(({ firstTicks }) => firstTicks),
    [0, 270_000, 540_000, 810_000],
  )
})

test('a camera whose second is a little short still gives segments of whole seconds', async () => {
  const times = Array.from({ length: 9 }, (_, n) => ({ ticks: n * 89_900, key: true }))
  const { journal } = await write(pictures(times), { segmentMs: 4_000 })
  assert.deepEqual(
    only(journal, 'closed').map(({ frames }) => frames),
    [4, 4, 1],
  )
})

test('time that jumps back begins a new segment', async () => {
  const times = [0, 3_600, 900_000, 3_600, 7_200].map((ticks, n) => ({ ticks, key: n === 0 || n === 3 }))
  const { journal } = await write(pictures(times))
  assert.deepEqual(
    only(journal, 'closed').map(({ firstTicks, lastTicks }) => [firstTicks, lastTicks]),
    [
      [0, 900_000],
      [3_600, 7_200],
    ],
  )
})

test('a camera whose clock is set under way ends its take before the first picture of the other time', async () => {
  const clockSet = [0, 3_600, 7_200, 900_000_000, 900_003_600].map((ticks, n) => ({ ticks, key: n % 3 === 0 }))
  let jumps = 0
  const { journal } = await write(pictures(clockSet), { onJump: () => (jumps += 1) })
  assert.equal(jumps, 1)
  assert.deepEqual(
    only(journal, 'closed').map(({ firstTicks, lastTicks, frames }) => [firstTicks, lastTicks, frames]),
    [[0, 7_200, 3]],
  )
})

test('a folder that is gone ends the take once, with the reason, and closing still works', async () => {
  using home = temporaryFolder()
  const journal = await openJournal(home.file('journal'))
  const failures: unknown[] = []
  const folder = home.file('gone')
  const writer = openSegmentWriter({ folder, journal, clock: systemClock, segmentMs: 4_000, onFailure: (error) => failures.push(error) })
  for (let at = 0; at < real.length; at += 50_000) writer.push(real.subarray(at, at + 50_000))
  await writer.close()
  await journal.close()
  assert.equal(failures.length, 1)
  assert.match(String(failures[0]), /ENOENT/)
  assert.equal(readFileSync(home.file('journal'), 'utf8'), '')
})

test('no earlier file is ever overwritten: one that stands there ends the take', async () => {
  const { failures, files, journal } = await write(real, { prepare: (folder) => writeFileSync(path.join(folder, '000001.ts'), 'footage') })
  assert.equal(failures.length, 1)
  assert.equal(files.get('000001.ts')?.toString(), 'footage')
  assert.deepEqual(
    only(journal, 'closed').map(({ number }) => number),
    [0],
  )
})

test('a disk that is too slow for the memory there is ends the take instead of the box, and what had room is written', async () => {
  const { failures, journal, files } = await write(real, { pieceBytes: 10_000, maxQueuedBytes: 50_000 })
  const [failure] = failures
  assert.equal(failures.length, 1)
  assert.ok(failure instanceof EzrecError && failure.code === 'disk_full')
  const [closed] = only(journal, 'closed')
  const bytes = files.get('000000.ts')
  assert.ok(closed && bytes && bytes.length > 50_000 && bytes.length < real.length)
  assert.equal(sha256(bytes), closed.sha256)
  assert.equal((await framesOf(bytes)).length, closed.frames, 'the last picture is whole')
})

test('a stream without pictures does not fill the memory either', async () => {
  const start = pictures([{ ticks: 0, key: true }])
  const filler = Buffer.from(start.subarray(-188))
  filler[1] = 0x1f // no unit begins in it, and it belongs to nothing
  const flood = await write(Buffer.concat([start, ...Array<Buffer>(60_000).fill(filler)]), { pieceBytes: 1_000_000, maxQueuedBytes: 1_000 })
  assert.equal(flood.failures.length, 1)
})

type ByHand = AsyncDisposable & {
  readonly writer: SegmentWriter
  readonly clock: { us: number }
  readonly journal: { readonly syncs: number }
  /** Of the first segment, on the disk. */
  bytes(): number
}

/** A writer on a clock that stands still until it is set; the journal only counts. */
function writerByHand(folder: string): ByHand {
  const clock = { us: 1_000_000 }
  const journal = { syncs: 0 }
  const writer = openSegmentWriter({
    folder,
    journal: { add: async () => undefined, sync: async () => void (journal.syncs += 1), close: async () => undefined },
    clock: { ...systemClock, monotonicUs: () => clock.us },
    segmentMs: 4_000,
    onFailure: (error) => assert.fail(String(error)),
  })
  const file = path.join(folder, segmentFile(0))
  return {
    writer,
    clock,
    journal,
    bytes: () => (existsSync(file) ? statSync(file).size : 0),
    [Symbol.asyncDispose]: async () => void (await writer.close()),
  }
}

async function comesTrue(what: () => boolean): Promise<boolean> {
  for (let waited = 0; waited < 10_000 && !what(); waited += 1) await new Promise((resolve) => setTimeout(resolve, 1))
  return what()
}

test('pictures that come close together are written together, within a tenth of a second; when none comes any more, by word', async () => {
  using home = temporaryFolder()
  await using byHand = writerByHand(home.path)
  const { writer, clock, journal, bytes } = byHand
  const times = Array.from({ length: 4 }, (_, n) => ({ ticks: n * 3_600, key: n === 0 }))
  const stream = pictures(times)
  const ends = times.map((_, n) => pictures(times.slice(0, n + 1)).length)
  const show = (n: number): void => writer.push(stream.subarray(ends[n - 1] ?? 0, ends[n]))
  clock.us += 900_000
  show(0)
  assert.ok(await comesTrue(() => journal.syncs === 1))
  assert.equal(bytes(), ends[0], 'the first one at once, and its write is over')
  clock.us += 40_000
  show(1)
  await new Promise((resolve) => setTimeout(resolve, 20))
  assert.equal(bytes(), ends[0])
  clock.us += 40_000
  show(2)
  assert.ok(await comesTrue(() => bytes() === ends[2]), 'two in one stroke')
  clock.us += 40_000
  show(3)
  writer.flush()
  assert.ok(await comesTrue(() => bytes() === ends[3]), 'the last one by word')
})

test('much at once waits for nothing', async () => {
  using home = temporaryFolder()
  await using byHand = writerByHand(home.path)
  const { writer, clock, journal, bytes } = byHand
  const [first, second] = [0, 3_600].map((ticks) =>
    packetize({ data: Buffer.alloc(200_000), ptsTicks: ticks, keyFrame: true }, firstContinuity),
  )
  assert.ok(first && second)
  clock.us += 900_000
  writer.push(first.packets.subarray(0, 10 * packetBytes))
  assert.ok(await comesTrue(() => journal.syncs === 1), 'the first write is over')
  writer.push(Buffer.concat([first.packets.subarray(10 * packetBytes), second.packets]))
  assert.ok(await comesTrue(() => bytes() === first.packets.length + second.packets.length))
})

test('a round of syncs that is nearly due begins with the bytes that were just written, so that none waits for the next one', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] }) // no round by the clock
  using home = temporaryFolder()
  await using byHand = writerByHand(home.path)
  const { writer, clock, journal, bytes } = byHand
  const stream = pictures([0, 1, 2].map((n) => ({ ticks: n * 3_600, key: n === 0 })))
  writer.push(stream.subarray(0, stream.length - packetBytes))
  assert.ok(await comesTrue(() => bytes() > 0))
  assert.equal(journal.syncs, 0)
  clock.us += 850_000
  writer.push(stream.subarray(-packetBytes))
  assert.ok(await comesTrue(() => journal.syncs === 1))
})

test('a journal whose disk stands still holds up no footage, and is written when it can be', async () => {
  using home = temporaryFolder()
  const journal = await openJournal(home.file('journal'))
  const gate = Promise.withResolvers<void>()
  const waiting: Journal = {
    add: (line) => gate.promise.then(() => journal.add(line)),
    sync: () => gate.promise.then(() => journal.sync()),
    close: () => journal.close(),
  }
  const writer = openSegmentWriter({
    folder: home.path,
    journal: waiting,
    clock: systemClock,
    segmentMs: 1_000,
    onFailure: (error) => assert.fail(String(error)),
  })
  writer.push(real)
  for (let waited = 0; waited < 1_000 && !existsSync(home.file(segmentFile(6))); waited += 1)
    await new Promise((resolve) => setTimeout(resolve, 10))
  const seen = { footage: existsSync(home.file(segmentFile(6))), journal: readFileSync(home.file('journal'), 'utf8') }
  gate.resolve()
  const unfinished = await writer.close()
  await journal.close()
  assert.deepEqual({ ...seen, unfinished }, { footage: true, journal: '', unfinished: undefined })
  const lines = parseJournal(readFileSync(home.file('journal'), 'utf8'))
  assert.deepEqual(
    only(lines, 'closed').map(({ number }) => number),
    [0, 1, 2, 3, 4, 5, 6],
  )
})

test('after a failure the writer hands back what is not told, and touches it no more', async () => {
  using home = temporaryFolder()
  const journal = await openJournal(home.file('journal'))
  writeFileSync(home.file(segmentFile(3)), 'footage')
  const writer = openSegmentWriter({ folder: home.path, journal, clock: systemClock, segmentMs: 1_000, onFailure: () => undefined })
  writer.push(real)
  const unfinished = await writer.close()
  await journal.close()
  assert.ok(unfinished)
  const told = only(parseJournal(readFileSync(home.file('journal'), 'utf8')), 'closed').map(({ number }) => number)
  assert.deepEqual([...told, ...unfinished.map(({ number }) => number)], [0, 1, 2])
})

test('a journal that cannot be written ends the take', async () => {
  using home = temporaryFolder()
  const journal = await openJournal(home.file('journal'))
  await journal.close()
  const failures: unknown[] = []
  const writer = openSegmentWriter({
    folder: home.path,
    journal,
    clock: systemClock,
    segmentMs: 4_000,
    onFailure: (error) => failures.push(error),
  })
  writer.push(real)
  await writer.close()
  assert.equal(failures.length, 1)
})

test('sound is cut like pictures: at the first access unit after the length, each file whole in itself', async () => {
  const { journal, files, frames } = await write(await soundStream(10))
  const closed = journal.filter(({ is }) => is === 'closed')
  assert.deepEqual(
    closed.map((line) => line.is === 'closed' && line.frames),
    [188, 188, frames - 376],
  )
  for (const [name, bytes] of files) assert.equal((await framesOf(bytes, '0:a:0')).length > 90, true, name)
  const [first, second] = closed
  assert.ok(first?.is === 'closed' && second?.is === 'closed' && second.firstTicks - first.lastTicks === 1_920)
})
