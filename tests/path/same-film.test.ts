// The same pictures make the same film, encoded too: while they are captured, long afterwards, and by a merge that was ended in the middle.
// And a film whose preset changed in the middle is one film: nothing breaks at the seam.

import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { before, test } from 'node:test'
import { openDatabase, type Database } from '../../src/adapters/sqlite.ts'
import { systemClock } from '../../src/base/clock.ts'
import { runChild, startChild } from '../../src/base/process.ts'
import { openLogger, silentLogger } from '../../src/base/logger.ts'
import { fixOrigin, openRecording } from '../../src/capture/recording-store.ts'
import { noBranding } from '../../src/merge/branding/branding.ts'
import { listChunks } from '../../src/merge/chunk-store.ts'
import { mergeRecording, type MergeOptions } from '../../src/merge/video-processor.ts'
import { addBooking } from '../a-booking.ts'
import { framesOf } from '../media/test-films.ts'
import { rigEnvironment } from '../real-session.ts'
import { openRigTake, type RigTake } from '../rig-take.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { until } from '../until.ts'

const format = { width: 640, height: 360, fps: 25 }
const seconds = 4
const startsAtMs = Date.UTC(2026, 4, 2, 12)
const originUs = 500_000_000

/** Both cameras, from ten scene frames before the film until after its end. */
const takes = (takesFolder: string): Promise<RigTake[]> =>
  Promise.all(
    (['left', 'right'] as const).map((camera) =>
      openRigTake({
        ...{ camera, format, takesFolder, cacheFolder: rigEnvironment.CACHE_DIR, segments: 2 },
        ...{ fromMs: startsAtMs - 400, fromUs: originUs - 400_000, fromScene: 490 },
      }),
    ),
  )

/** Whatever is left of them, a segment of both at a time. */
const writeAll = (all: readonly RigTake[]): boolean => all.map((take) => take.next()).some(Boolean)

const home = temporaryFolder()
const written = home.file('written')
before(async () => {
  const both = await takes(written)
  while (writeAll(both));
  return () => home[Symbol.dispose]()
})

type Film = Disposable & { readonly db: Database; readonly folder: string }

const mergesAFilm = path.join(import.meta.dirname, '../programs/merges-a-film.ts')

function openFilm(name: string, database = ':memory:'): Film {
  const db = openDatabase(database)
  const times = { startsAtMs, endsAtMs: startsAtMs + seconds * 1_000 }
  addBooking(db, times)
  const size = { fps: 25, cameraWidth: format.width, cameraHeight: format.height }
  openRecording(db, { id: 'r', bookingId: 'b', rigId: 'rig', folder: name, ...times, ...size, layout: 'side-by-side' }, startsAtMs)
  fixOrigin(db, 'r', { bootId: 'boot', us: originUs })
  return { db, folder: home.file(name), [Symbol.dispose]: () => db.close() }
}

const constant = {
  rigWatch: 'live',
  preset: 'superfast',
  crf: 30,
  maxRateKbps: 6_000,
  chunkSeconds: 1,
  qp: 28,
  findBranding: async () => noBranding,
} as const

async function merge({ db }: Film, changes: Partial<MergeOptions> = {}, signal = AbortSignal.timeout(120_000)): Promise<void> {
  const places = { home: home.path, takesFolder: written, recordingsFolder: home.path, cacheFolder: home.file('cache') }
  await mergeRecording({ db, clock: systemClock, logger: silentLogger(), mostTroubles: 1, ...constant, ...places, ...changes }, 'r', signal)
}

const chunksOf = ({ folder }: Film): Buffer[] =>
  readdirSync(path.join(folder, 'chunks'))
    .filter((name) => name.endsWith('.m4s'))
    .toSorted()
    .map((name) => readFileSync(path.join(folder, 'chunks', name)))

/** Init segment and chunks, end to end: what a player of the live stream is given. */
const streamOf = (film: Film): Buffer => Buffer.concat([readFileSync(path.join(film.folder, 'chunks', 'init.mp4')), ...chunksOf(film)])

/** Field 3 of proc_pid_stat(5): T for one that was stopped. */
const stateOf = (pid: number): string | undefined => readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.[0]

test('with one quantiser the encoded film is the same live, offline, after a merge that was ended and went on, and after one that stood still', async () => {
  using offline = openFilm('offline')
  await merge(offline)
  const expected = await framesOf(streamOf(offline))
  assert.equal(expected.length, seconds * 25)

  using ended = openFilm('ended')
  const stop = new AbortController()
  const first = merge(ended, {}, stop.signal)
  while (listChunks(ended.db, 'r').length < 1) await systemClock.sleep(5)
  stop.abort()
  await first
  const landed = listChunks(ended.db, 'r').length
  assert.ok(landed < seconds, 'it was ended in the middle')
  await merge(ended)
  assert.deepEqual(await framesOf(streamOf(ended)), expected)

  using live = openFilm('live')
  const growing = home.file('growing')
  const both = await takes(growing)
  const writing = (async (): Promise<void> => {
    for (; writeAll(both);) await systemClock.sleep(300)
  })()
  await merge(live, { takesFolder: growing })
  await writing
  assert.deepEqual(await framesOf(streamOf(live)), expected)
  assert.deepEqual(chunksOf(live), chunksOf(offline), 'to the byte, where no encoder was started in between')

  using stood = openFilm('stood', home.file('stood.sqlite'))
  const late = home.file('late')
  const rest = await takes(late)
  writeAll(rest)
  const order = {
    database: home.file('stood.sqlite'),
    recordingId: 'r',
    options: {
      mostTroubles: 1,
      ...constant,
      home: home.path,
      takesFolder: late,
      recordingsFolder: home.path,
      cacheFolder: home.file('cache'),
    },
  }
  await using follower = await startChild(process.execPath, [mergesAFilm, JSON.stringify(order)])
  await until(() => listChunks(stood.db, 'r').length > 0, 'a first chunk')
  process.kill(follower.pid, 'SIGSTOP')
  await until(() => stateOf(follower.pid) === 'T', 'that it stands')
  const landedBefore = listChunks(stood.db, 'r').length
  assert.ok(landedBefore < seconds, 'it stands in the middle')
  while (writeAll(rest)); // the rest of the match, while it stands still
  await systemClock.sleep(10_000)
  assert.deepEqual([stateOf(follower.pid), listChunks(stood.db, 'r').length], ['T', landedBefore], 'it stood all the while')
  process.kill(follower.pid, 'SIGCONT')
  assert.equal((await follower.exited).code, 0, follower.stderrTail())
  assert.deepEqual(chunksOf(stood), chunksOf(offline), 'nor does a follower that stood still change a byte')
})

test('a film whose preset changed in the middle decodes without a word, every picture of it', async () => {
  using film = openFilm('changed')
  const logs = home.file('logs')
  const logger = openLogger({ service: 'changed', level: 'WARN', folder: logs, stderr: false })
  await merge(film, { preset: 'veryfast', qp: undefined, isStrained: () => true, logger })
  assert.match(readFileSync(path.join(logs, 'changed.log'), 'utf8'), /"preset":"superfast".*the merge goes on with another preset/)
  const decode = ['-v', 'warning', '-xerror', '-err_detect', 'explode', '-i', 'pipe:0', '-f', 'framemd5', 'pipe:1']
  const { code, stdout, stderr } = await runChild('ffmpeg', decode, { input: streamOf(film) })
  assert.deepEqual([code, stderr], [0, ''])
  const times = stdout
    .toString('latin1')
    .split('\n')
    .filter((line) => line.startsWith('0,'))
    .map((line) => Number(line.split(',')[2]))
  assert.deepEqual(
    times,
    Array.from({ length: seconds * 25 }, (_, n) => (times[1] === undefined ? -1 : n * times[1])),
  )
})
