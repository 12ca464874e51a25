import assert from 'node:assert/strict'
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { noon, smallRecording, type SmallRecording } from '../../tests/small-recording.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { systemClock, type Clock } from '../base/clock.ts'
import { silentLogger } from '../base/logger.ts'
import { insertBooking } from '../booking/booking-store.ts'
import { moveStep, openRecording } from '../capture/recording-store.ts'
import { stepNames, type StepName, type StepState } from '../capture/recording.ts'
import { keepManifests, manifestOf, markerOf, writeManifest, type ManifestOptions } from './manifest.ts'

const optionsFor = ({ db }: SmallRecording, recordingsFolder: string, clock: Clock = systemClock): ManifestOptions => ({
  db,
  clock,
  logger: silentLogger(),
  recordingsFolder,
  labelOf: () => undefined,
})
const filesOf = ({ folder }: SmallRecording): string[] => readdirSync(folder).filter((name) => name.startsWith('recording'))

test('the marker is the furthest that a recording has come', () => {
  const cases: readonly (readonly [Partial<Record<StepName, StepState>>, string | undefined])[] = [
    [{}, undefined],
    [{ merge: 'working' }, undefined],
    [{ capture: 'working' }, '.lock'],
    [{ capture: 'done' }, '.done'],
    [{ capture: 'done', check: 'done' }, '.done'],
    [{ capture: 'done', merge: 'done' }, '.merged'],
    [{ capture: 'working', merge: 'done' }, '.merged'],
    [{ capture: 'done', merge: 'done', publish: 'done' }, '.completed'],
    [{ capture: 'failed' }, '.error'],
    [{ capture: 'done', merge: 'done', publish: 'failed' }, '.error'],
  ]
  for (const [states, expected] of cases) {
    const steps = stepNames.map((name) => ({ name, state: states[name] ?? 'pending', attempts: 0, failedCode: null, failedMessage: null }))
    assert.equal(markerOf({ steps }), expected, JSON.stringify(states))
  }
})

test('a folder holds one marker at a time, and the manifest of the rows as they are', async () => {
  using folder = temporaryFolder()
  using small = await smallRecording(folder.path)
  const options = optionsFor(small, folder.path)
  writeFileSync(path.join(small.folder, 'recording.error'), '')
  await writeManifest(options, small.recording())
  assert.deepEqual(filesOf(small), ['recording.json'])
  small.done('capture')
  await writeManifest(options, small.recording())
  assert.deepEqual(filesOf(small).toSorted(), ['recording.done', 'recording.json'])
  small.done('merge')
  await writeManifest(options, small.recording())
  assert.deepEqual(filesOf(small).toSorted(), ['recording.json', 'recording.merged'])
  const manifest: unknown = JSON.parse(readFileSync(path.join(small.folder, 'recording.json'), 'utf8'))
  assert.deepEqual(manifest, JSON.parse(JSON.stringify(manifestOf(small.db, small.recording(), () => undefined))))
})

test('a manifest tells times, steps, takes with segments, chunks and gaps', async () => {
  using folder = temporaryFolder()
  using small = await smallRecording(folder.path)
  small.db.run(
    "insert into take (id, rig_id, camera, folder, boot_id, begun_at_ms, ended_at_ms, end_cause) values ('t', 'rig', 'left', 'd/t-left', 'boot', ?, ?, 'stopped')",
    noon - 5_000,
    noon + 9_000,
  )
  small.db.run(
    "insert into take (id, rig_id, camera, folder, boot_id, begun_at_ms, ended_at_ms) values ('old', 'rig', 'left', 'd/o', 'boot', ?, ?)",
    noon - 9_000,
    noon,
  )
  small.db.run(
    "insert into take (id, rig_id, camera, folder, boot_id, begun_at_ms) values ('next', 'rig', 'left', 'd/n', 'boot', ?)",
    noon + 2_000,
  )
  small.db.run("insert into segment (take_id, number, first_ticks, last_ticks, frames, bytes, sha256) values ('t', 0, 1, 2, 3, 4, 'hash')")
  small.db.run("insert into gap (recording_id, camera, first_frame, frames, cause) values ('r', 'right', 5, 10, 'killed')")
  moveStep(small.db, { recordingId: 'r', name: 'check', to: 'failed', nowMs: noon, failed: { code: 'internal', message: 'broken' } })
  const manifest = manifestOf(small.db, small.recording(), () => undefined)
  assert.deepEqual(
    [manifest['startsAt'], manifest['endsAt'], manifest['state']],
    ['2026-05-02T12:00:00.000Z', '2026-05-02T12:00:02.000Z', 'failed'],
  )
  assert.deepEqual(manifest['takes'], [
    {
      id: 't',
      camera: 'left',
      folder: 'd/t-left',
      bootId: 'boot',
      begunAt: '2026-05-02T11:59:55.000Z',
      endedAt: '2026-05-02T12:00:09.000Z',
      endCause: 'stopped',
      segments: [{ number: 0, firstTicks: 1, lastTicks: 2, frames: 3, bytes: 4, sha256: 'hash' }],
    },
  ])
  assert.deepEqual(manifest['gaps'], [{ camera: 'right', fromSeconds: 0.2, seconds: 0.4, cause: 'killed' }])
  assert.deepEqual(
    JSON.stringify(manifest['steps']),
    '{"capture":{"state":"pending"},"check":{"state":"failed","code":"internal","message":"broken"},"merge":{"state":"pending"},"publish":{"state":"pending"}}',
  )
  assert.equal(manifest['video'], null)
})

test('a manifest that could not be written is written when the trouble is over, though nothing moves any more', async () => {
  using folder = temporaryFolder()
  using small = await smallRecording(folder.path)
  small.done('capture', 'check', 'merge', 'publish')
  rmSync(small.folder, { recursive: true })
  writeFileSync(small.folder, 'a file in the way')
  const stop = new AbortController()
  let looks = 0
  const clock: Clock = {
    ...systemClock,
    sleep: async () => {
      looks += 1
      if (looks === 1) rmSync(small.folder)
      else stop.abort()
    },
  }
  await keepManifests(optionsFor(small, folder.path, clock), stop.signal)
  assert.deepEqual(filesOf(small).toSorted(), ['recording.completed', 'recording.json'])
})

test('a recording whose manifest cannot be made does not keep the others from theirs', async () => {
  using folder = temporaryFolder()
  using small = await smallRecording(folder.path)
  const who = { callerId: null, userId: 'u', rigId: 'rig', title: null, cancelledAtMs: null, createdAtMs: 0, updatedAtMs: 0 }
  const times = { startsAtMs: noon + 60_000, endsAtMs: noon + 62_000 }
  insertBooking(small.db, { ...who, id: 'other', ...times })
  const form = { fps: 25, cameraWidth: 80, cameraHeight: 90, layout: 'side-by-side' } as const
  openRecording(small.db, { id: 'other', bookingId: 'other', rigId: 'rig', folder: 'other', ...times, ...form }, noon)
  rmSync(small.folder, { recursive: true })
  writeFileSync(small.folder, 'a file in the way')
  const stop = new AbortController()
  const clock: Clock = { ...systemClock, nowMs: () => noon + 120_000, sleep: async () => stop.abort() }
  await keepManifests(optionsFor(small, folder.path, clock), stop.signal)
  assert.deepEqual(readdirSync(folder.file('other')), ['recording.json'])
})
