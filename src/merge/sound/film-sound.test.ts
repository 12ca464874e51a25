import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { before, test } from 'node:test'
import { soundStream } from '../../../tests/media/test-sound.ts'
import { temporaryFolder } from '../../../tests/temporary-folder.ts'
import { systemClock, type Clock } from '../../base/clock.ts'
import { runChild } from '../../base/process.ts'
import { rawSoundArguments } from '../../capture/drivers/sound-arguments.ts'
import { silentLogger } from '../../base/logger.ts'
import type { SegmentLog } from '../../capture/segment-log.ts'
import type { Take } from '../../capture/take.ts'
import { openFilmSound, type FilmSound } from './film-sound.ts'
import { silentUnit } from './sound-track.ts'
import { readSoundUnits } from './sound-units.ts'

const startsAtMs = 1_000_000_000
const grid = { bootId: 'boot', originUs: 500_000_000, startsAtMs, fps: 25 }
const unitUs = (1_024 * 1e6) / 48_000

let stream: Buffer
let units: Buffer[]
before(async () => {
  stream = await soundStream(3)
  units = readSoundUnits()
    .push(stream)
    .map(({ data }) => data)
})

/** A take whose first unit plays `atUnit` of the film; its arrivals are three units later, as an encoder's are. */
function takeAt(folder: string, atUnit: number, over: Partial<Take> = {}): Take {
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}/000000.ts`, stream)
  const firstUs = grid.originUs + (atUnit + 3) * unitUs
  const anchors = [0, 1, 2].map((second) => {
    const monotonicUs = Math.round(firstUs + second * 1e6)
    return {
      ticks: second * 90_000,
      monotonicUs,
      utcMs: startsAtMs + Math.round((monotonicUs - grid.originUs) / 1_000),
      frames: second * 47,
    }
  })
  const segment = {
    number: 0,
    firstTicks: 0,
    lastTicks: (units.length - 1) * 1_920,
    frames: units.length,
    bytes: stream.length,
    sha256: '',
  }
  return {
    id: folder,
    rigId: 'rig',
    camera: 'sound',
    folder,
    bootId: 'boot',
    begunAtMs: startsAtMs + Math.round((atUnit * unitUs) / 1_000),
    chain: { pid: 1, startTicks: 1 },
    source: undefined,
    segments: [segment],
    opened: [{ number: 0, firstTicks: 0 }],
    anchors,
    ended: { cause: 'microphone-ended', detail: '', atMs: startsAtMs + 10_000 },
    ...over,
  }
}

const logOf = (...takes: Take[]): SegmentLog => ({ takes, refresh: () => Promise.resolve(), unbegun: () => [], journalBytes: () => 0 })

async function hear<T>(log: SegmentLog, clock: Clock, work: (sound: FilmSound) => Promise<T>, fromUnit = 0): Promise<T> {
  const sound = openFilmSound({ grid, fromUnit, log, clock, logger: silentLogger(), signal: new AbortController().signal })
  try {
    return await work(sound)
  } finally {
    await sound.close()
  }
}

test('units stand in the film where their samples were captured; before and behind them it is silent, and that is told', async () => {
  using folder = temporaryFolder()
  const log = logOf(takeAt(folder.file('a'), 10))
  const { units: heard, gaps } = await hear(log, systemClock, (sound) => sound.between(0, 250))
  assert.deepEqual(
    heard.slice(0, 10),
    Array.from({ length: 10 }, () => silentUnit),
  )
  assert.deepEqual(heard.slice(10, 10 + units.length), units)
  assert.ok(heard.slice(10 + units.length).every((unit) => unit === silentUnit))
  const silent = new Set(gaps.flatMap(({ firstFrame, frames }) => Array.from({ length: frames }, (_, n) => firstFrame + n)))
  const behind = Math.floor(((10 + units.length) * 25) / 46.875)
  assert.deepEqual([...silent], [0, 1, 2, 3, 4, ...Array.from({ length: Math.floor((250 * 25) / 46.875) - behind }, (_, n) => behind + n)])
  assert.deepEqual([gaps[0]?.cause, gaps.at(-1)?.cause], ['late-start', 'microphone-ended'])
})

test('a film that is gone on with has the same sound as one made at once', async () => {
  using folder = temporaryFolder()
  const log = logOf(takeAt(folder.file('a'), -20))
  const whole = await hear(log, systemClock, (sound) => sound.between(0, 100))
  for (const seam of [1, 37, 99]) {
    const first = await hear(log, systemClock, (sound) => sound.between(0, seam))
    const second = await hear(log, systemClock, (sound) => sound.between(seam, 100), seam)
    assert.deepEqual([...first.units, ...second.units], whole.units)
    assert.deepEqual([...first.gaps, ...second.gaps], whole.gaps)
  }
})

test('a microphone that stands still and whose take never ends holds the film up for some seconds, once', async () => {
  using folder = temporaryFolder()
  const log = logOf(takeAt(folder.file('a'), 0, { ended: undefined, segments: [] }))
  let passedMs = 0
  const clock: Clock = {
    nowMs: () => startsAtMs + 3_000 + passedMs,
    monotonicUs: () => grid.originUs + 3e6 + passedMs * 1_000,
    sleep: async (ms) => {
      await systemClock.sleep(2)
      passedMs += ms
    },
  }
  const { units: heard, gaps } = await hear(log, clock, async (sound) => {
    await sound.between(0, 100)
    return sound.between(100, 400)
  })
  assert.equal(heard.length, 300)
  assert.ok(heard.slice(60).every((unit) => unit === silentUnit))
  assert.ok(gaps.length > 100)
})

test('a place on the film that lies in the middle of a unit belongs to the next one', () =>
  hear(logOf(), systemClock, (sound) => {
    assert.deepEqual(
      [0, 1, 25, 50, 800].map((frame) => sound.unitAt(frame)),
      [0, 2, 47, 94, 1_500],
    )
    assert.deepEqual(sound.damaged(0, 94), [{ camera: 'sound', firstFrame: 0, frames: 50, cause: 'sound-damaged' }])
    return Promise.resolve()
  }))

test('a microphone that gives nothing but zeros for ten seconds is told as silent', async () => {
  using folder = temporaryFolder()
  const zeros = (await runChild('ffmpeg', rawSoundArguments, { input: Buffer.alloc(15 * 96_000) })).stdout
  const count = readSoundUnits().push(zeros).length
  const [segment] = takeAt(folder.file('a'), 0).segments
  const take = takeAt(folder.file('a'), 0, {
    segments: [{ ...(segment ?? assert.fail()), lastTicks: (count - 1) * 1_920, frames: count, bytes: zeros.length }],
  })
  writeFileSync(folder.file('a', '000000.ts'), zeros)
  const { gaps } = await hear(logOf(take), systemClock, (sound) => sound.between(0, count - 5))
  const frames = gaps.reduce((sum, gap) => sum + gap.frames, 0)
  assert.deepEqual([...new Set(gaps.map(({ cause }) => cause))], ['silent'])
  assert.ok(frames > 110 && frames < 130, `${frames} frames`)
})
