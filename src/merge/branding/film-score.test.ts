import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { z } from 'zod'
import { noon, smallRecording } from '../../../tests/small-recording.ts'
import { temporaryFolder } from '../../../tests/temporary-folder.ts'
import type { Database } from '../../adapters/sqlite.ts'
import { systemClock } from '../../base/clock.ts'
import { openLogger, silentLogger } from '../../base/logger.ts'
import { runChild } from '../../base/process.ts'
import { forgetChunks } from '../chunk-store.ts'
import { pictureBytes } from '../picture.ts'
import { openFilmScore, type FilmScore } from './film-score.ts'
import { readScoreFile } from './score-file.ts'
import { listScore } from './score-store.ts'

const canvas = { width: 320, height: 180 }
const startsAtMs = noon

/** A clock that stands where it is put; nobody sleeps by it. */
function handClock() {
  let nowMs = startsAtMs - 5_000
  const sleep = (_ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => (signal?.aborted === true ? resolve() : signal?.addEventListener('abort', () => resolve(), { once: true })))
  return { clock: { ...systemClock, nowMs: () => nowMs, sleep }, to: (seconds: number) => void (nowMs = startsAtMs + seconds * 1_000) }
}

function open(
  db: Database,
  file: string,
  clock: typeof systemClock,
  height = 20,
  read = readScoreFile,
  logger = silentLogger(),
): FilmScore {
  const set = { file, position: 'top-center', height } as const
  const options = {
    db,
    clock,
    logger,
    recordingId: 'r',
    startsAtMs,
    fps: 25,
    set,
    margin: 10,
    frames: () => 1_000,
    read,
  }
  return openFilmScore(options) ?? assert.fail('there is no score')
}

/** What is drawn at a frame, as a picture. */
async function drawn(score: FilmScore, frame: number): Promise<Buffer> {
  const out = Buffer.alloc(pictureBytes(canvas), 100)
  await score.drawOn(out, frame, canvas)
  return out
}

const notes = (db: Database): unknown[] => listScore(db, 'r').map(({ firstFrame, text }) => [firstFrame, text])

test('a text stands from the frame of the instant at which it was seen, and a later merge draws the same without the file', async () => {
  using home = temporaryFolder()
  using recording = await smallRecording(home.path)
  forgetChunks(recording.db, 'r')
  const { clock, to } = handClock()
  const file = home.file('score.txt')
  writeFileSync(file, 'A 0:0 B')
  const pictures: Buffer[] = []
  {
    await using score = open(recording.db, file, clock)
    to(1)
    pictures.push(await drawn(score, 0), await drawn(score, 24))
    to(4)
    writeFileSync(file, 'A 1:0 B')
    for (const frame of [75, 99, 100, 125]) {
      if (frame === 125) to(6)
      pictures.push(await drawn(score, frame))
    }
    assert.deepEqual(notes(recording.db), [
      [0, 'A 0:0 B'],
      [100, 'A 1:0 B'],
    ])
  }
  assert.deepEqual(pictures[0], pictures[3], 'at frame 99 the old one stands')
  assert.notDeepEqual(pictures[3], pictures[4], 'at frame 100 the new one')
  rmSync(file)
  const { clock: later, to: toLater } = handClock()
  toLater(3_600)
  await using again = open(recording.db, file, later, 99)
  const same: Buffer[] = []
  for (const frame of [0, 24, 75, 99, 100, 125]) same.push(await drawn(again, frame))
  assert.deepEqual(same, pictures, 'another size that is set since changes nothing')
  assert.equal(notes(recording.db).length, 2)
})

test('a frame that is composed late shows what stood at its instant, not what stands now', async () => {
  using home = temporaryFolder()
  using recording = await smallRecording(home.path)
  forgetChunks(recording.db, 'r')
  const { clock, to } = handClock()
  const file = home.file('score.txt')
  writeFileSync(file, '0:0')
  await using score = open(recording.db, file, clock)
  to(10)
  const before = await drawn(score, 200) // the merge is two seconds behind
  writeFileSync(file, '1:0')
  to(11)
  await drawn(score, 270)
  assert.deepEqual(notes(recording.db), [
    [0, '0:0'],
    [275, '1:0'],
  ])
  assert.deepEqual(await drawn(score, 274), before)
  assert.notDeepEqual(await drawn(score, 275), before)
})

test('what stood in the file before a merge that begins late stands from the frame since which it stood there', async () => {
  for (const [seconds, expected] of [
    [-60, 0],
    [2.5, 63],
    [20, 125],
  ] as const) {
    using home = temporaryFolder()
    using recording = await smallRecording(home.path)
    forgetChunks(recording.db, 'r')
    const { clock, to } = handClock()
    to(5)
    const file = home.file('score.txt')
    writeFileSync(file, '0:0')
    utimesSync(file, startsAtMs / 1_000 + seconds, startsAtMs / 1_000 + seconds)
    await using score = open(recording.db, file, clock)
    const plain = Buffer.alloc(pictureBytes(canvas), 100)
    assert.equal((await drawn(score, 0)).equals(plain), expected > 0, `written at ${seconds} s`)
    assert.deepEqual(notes(recording.db), [[expected, '0:0']])
  }
})

test('what is put into its place later stands from the frame at which it was seen, whatever it says of its age', async () => {
  using home = temporaryFolder()
  using recording = await smallRecording(home.path)
  forgetChunks(recording.db, 'r')
  const { clock, to } = handClock()
  const file = home.file('score.txt')
  await using score = open(recording.db, file, clock)
  await drawn(score, 0)
  to(4)
  writeFileSync(file, '3:3')
  utimesSync(file, startsAtMs / 1_000 - 60, startsAtMs / 1_000 - 60)
  await drawn(score, 100)
  assert.deepEqual(notes(recording.db), [[100, '3:3']])
})

test('nothing is decided twice: what changes behind a frame that was drawn stands from the next one on', async () => {
  using home = temporaryFolder()
  using recording = await smallRecording(home.path) // fifty frames have landed
  recording.db.run(
    'update recording set score = ?',
    JSON.stringify({ file: home.file('score.txt'), position: 'top-left', height: 20, margin: 0 }),
  )
  const { clock, to } = handClock()
  to(-3)
  writeFileSync(home.file('score.txt'), 'NEW')
  await using score = open(recording.db, home.file('score.txt'), clock)
  to(1)
  await drawn(score, 50)
  assert.deepEqual(notes(recording.db), [[50, 'NEW']])
})

test('a file that is emptied for a moment takes nothing off the film; one that stays empty does', async () => {
  using home = temporaryFolder()
  using recording = await smallRecording(home.path)
  forgetChunks(recording.db, 'r')
  const { clock, to } = handClock()
  const file = home.file('score.txt')
  writeFileSync(file, '1:1')
  await using score = open(recording.db, file, clock)
  to(0)
  await drawn(score, 0)
  writeFileSync(file, '')
  to(1)
  await drawn(score, 25)
  writeFileSync(file, '1:1')
  to(2)
  await drawn(score, 50)
  assert.deepEqual(notes(recording.db), [[0, '1:1']])
  rmSync(file)
  for (const seconds of [3, 4]) {
    to(seconds)
    await drawn(score, seconds * 25)
  }
  assert.deepEqual(notes(recording.db), [
    [0, '1:1'],
    [100, ''],
  ])
  assert.deepEqual(await drawn(score, 110), Buffer.alloc(pictureBytes(canvas), 100))
})

test('a share that hangs holds no frame up for longer than once, and takes nothing off the film', async () => {
  using home = temporaryFolder()
  using recording = await smallRecording(home.path)
  forgetChunks(recording.db, 'r')
  let reads = 0
  const read = (): Promise<{ text: string }> => {
    reads += 1
    return reads === 1 ? Promise.resolve({ text: '1:0' }) : new Promise(() => undefined)
  }
  const waits: number[] = []
  let nowMs = startsAtMs
  const sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
    if (ms === 1_000) return new Promise((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true })) // the looks are ours
    await new Promise((resolve) => setImmediate(resolve))
    waits.push(ms)
  }
  await using score = open(recording.db, '/share/score.txt', { ...systemClock, nowMs: () => nowMs, sleep }, 20, read)
  for (let seconds = 0; seconds < 20; seconds += 1) {
    nowMs = startsAtMs + seconds * 1_000
    await drawn(score, seconds * 25)
  }
  assert.equal(reads, 2)
  assert.ok(waits.length <= 2, 'it was waited for once')
  assert.deepEqual(notes(recording.db), [[0, '1:0']])
})

test('letters that cannot be drawn are told in the log, once for a text and not again with each figure beside them', async () => {
  using home = temporaryFolder()
  using recording = await smallRecording(home.path)
  forgetChunks(recording.db, 'r')
  const { clock, to } = handClock()
  const logger = openLogger({ service: 'score', level: 'WARN', folder: home.path, stderr: false })
  const file = home.file('score.txt')
  const names = ['\u0391\u0395\u039a', '\u0391\u0395\u039a', '\u05de\u05db', 'LIONS']
  {
    await using score = open(recording.db, file, clock, 20, readScoreFile, logger)
    for (const [n, name] of names.entries()) {
      writeFileSync(file, `${name} ${n}:0`)
      to(n)
      await drawn(score, n * 25)
    }
  }
  const lines = readFileSync(home.file('score.log'), 'utf8').trim().split('\n')
  assert.deepEqual(
    lines.map((line) => z.object({ undrawn: z.string(), msg: z.string() }).parse(JSON.parse(line))),
    ['\u0391\u0395\u039a', '\u05de\u05db'].map((undrawn) => ({ undrawn, msg: 'letters of the score cannot be drawn and are left out' })),
  )
})

test('a pipe, a folder, a link and a large file are no score, and are told', async () => {
  using home = temporaryFolder()
  writeFileSync(home.file('real.txt'), 'SECRET')
  symlinkSync(home.file('real.txt'), home.file('link.txt'))
  writeFileSync(home.file('large.txt'), 'X'.repeat(5_000))
  mkdirSync(home.file('folder.txt'))
  assert.equal((await runChild('mkfifo', [home.file('pipe.txt')])).code, 0)
  const told = {
    'link.txt': /a link, which is not followed/,
    'large.txt': /larger than 4096/,
    'folder.txt': /no regular file/,
    'pipe.txt': /no regular file/,
  }
  for (const [name, fault] of Object.entries(told)) {
    const read = await readScoreFile(home.file(name))
    assert.equal(read.text, '')
    assert.match(read.fault ?? '', fault, name)
  }
  assert.deepEqual(await readScoreFile(home.file('none.txt')), { text: '' })
})
