// Bookings on a running box: back to back, extended while it runs, cancelled, and a power cut of the parent in the middle.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openSettings } from '../../config/settings.ts'
import { openDatabase } from '../../src/adapters/sqlite.ts'
import { findRecordingOf } from '../../src/capture/recording-store.ts'
import { localFolderStore } from '../../src/publish/stores/local-folder.ts'
import { apart, examineFilm, kill, openHome, pause, untilRecording, type Home } from '../real-session.ts'
import { booking, published } from '../running-box.ts'

/** What the simulated scene shows at an instant: it goes by the machine's monotonic clock, 25 frames a second, in a loop of 500. */
function sceneFrameAt(ms: number): number {
  const monotonicUs = Number(process.hrtime.bigint() / 1_000n) + (ms - Date.now()) * 1_000
  return Math.floor((monotonicUs * 25) / 1e6) % 500
}

test('back-to-back bookings lose no frame at the seam, an extended one grows, a cancelled one is never made', async () => {
  await using home = await openHome()
  const up = await home.start(['up'])
  const startMs = Date.now() + 13_000
  const at = (ms: number): string => new Date(startMs + ms).toISOString()
  const first = await booking(home, 'add', '--start', at(0), '--end', at(4_000), '--id', 'first')
  const second = await booking(home, 'add', '--start', at(4_000), '--end', at(12_000))
  const third = await booking(home, 'add', '--start', at(30_000), '--end', at(40_000))
  assert.equal((await booking(home, 'add', '--start', at(0), '--end', at(4_000), '--id', 'first')).id, first.id)
  const refused = await home.run(['booking', 'add', '--start', at(3_000), '--end', at(5_000), '--json'])
  assert.equal(refused.code, 1)
  assert.match(refused.stdout, new RegExp(`taken by booking ${first.id}`))
  await booking(home, 'cancel', third.id)
  await pause(Math.max(0, startMs + 5_000 - Date.now()))
  await booking(home, 'extend', second.id, '--end', at(13_000))
  const films = [await published(home, first.id), await published(home, second.id)]
  assert.deepEqual(
    films.map((film) => [film.published?.frames, film.published?.status]),
    [
      [100, 'complete'],
      [225, 'complete'],
    ],
  )
  const store = localFolderStore(openSettings(home.folder).settings.paths.store)
  const [a, b] = await Promise.all(films.map((film) => examineFilm(store.pathOf(film.objectKey))))
  const [last, next] = [a?.counters.at(-1)?.[0], b?.counters[0]?.[0]]
  assert.ok(last !== undefined && next !== undefined && apart(last, next) === 1, `the seam: ${last} then ${next}`)
  for (const [film, from, to] of [
    [a, 0, 4_000],
    [b, 4_000, 13_000],
  ] as const)
    for (const [shown, ms] of [
      [film?.counters[0], startMs + from],
      [film?.counters.at(-1), startMs + to - 40],
    ] as const)
      for (const counter of shown ?? [undefined])
        assert.ok(counter !== undefined && apart(counter, sceneFrameAt(ms)) <= 1, `at ${ms} frame ${sceneFrameAt(ms)}, shown is ${counter}`)
  up.child.kill('SIGINT')
  assert.equal((await up.ended).code, 0)
  assert.equal((await booking(home, 'show', third.id)).status, 'cancelled')
})

test('a parent that is killed ends its children, and the next start goes on with the same recording', async () => {
  await using home = await openHome()
  const up = await home.start(['up'])
  const startMs = Date.now() + 8_000
  const { id } = await booking(home, 'add', '--start', new Date(startMs).toISOString(), '--end', new Date(startMs + 12_000).toISOString())
  await pause(startMs + 4_000 - Date.now())
  kill(up.child.pid)
  await up.ended
  const again = await home.start(['up'])
  const video = await published(home, id)
  assert.equal(video.published?.frames, 300)
  assert.equal(video.published.status, 'partial')
  const stopped = await home.run(['booking', 'stop', id, '--json'])
  assert.equal(stopped.code, 1, 'what has ended cannot be stopped')
  again.child.kill('SIGTERM')
  assert.equal((await again.ended).code, 0)
})

test('a running booking that is cancelled is aborted: no film, no leftovers', async () => {
  await using home = await openHome()
  const up = await home.start(['up'])
  const { id } = await booking(home, 'add', '--start', new Date(Date.now() + 7_000).toISOString(), '--minutes', '1')
  await untilRecording(home.folder, 4_500)
  await booking(home, 'cancel', id)
  for (let waited = 0; waited < 20_000 && !isFailed(home, id); waited += 200) await pause(200)
  assert.equal((await booking(home, 'show', id)).status, 'cancelled')
  up.child.kill('SIGINT')
  assert.equal((await up.ended).code, 0)
  const checked = await home.run(['fsck', '--json'])
  assert.equal(checked.code, 0, checked.stdout)
})

function isFailed(home: Home, bookingId: string): boolean {
  using db = openDatabase(openSettings(home.folder).settings.paths.database)
  return findRecordingOf(db, bookingId)?.steps.every(({ state }) => state === 'failed' || state === 'done') === true
}
