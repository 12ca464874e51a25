import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { addBooking } from '../../../tests/a-booking.ts'
import { fakeClock } from '../../../tests/fake-clock.ts'
import { temporaryFolder } from '../../../tests/temporary-folder.ts'
import { framesOf } from '../../../tests/media/test-films.ts'
import { openDatabase } from '../../adapters/sqlite.ts'
import { silentLogger } from '../../base/logger.ts'
import { runChild } from '../../base/process.ts'
import { believed } from '../../capture/box-time-file.ts'
import type { JournalLine } from '../../capture/journal.ts'
import { findRecording, openRecording } from '../../capture/recording-store.ts'
import { takeFolder } from '../../capture/segment-log.ts'
import { segmentFile } from '../../capture/segment-writer.ts'
import type { Camera } from '../../capture/take.ts'
import { listFootage } from '../../sweep/footage.ts'
import { isEvictable } from '../../sweep/eviction-policy.ts'
import { newId } from '../../base/ids.ts'
import { askForClip, clipFile, findClip, listClips } from './clip-store.ts'
import { keepClips } from './keep-clips.ts'

const noon = Date.UTC(2026, 4, 2, 12)

/** Twelve seconds of a moving picture in segments of 4 s, as a chain leaves them. */
async function filmTake(takesFolder: string, camera: Camera): Promise<string> {
  const id = newId()
  const folder = takeFolder(takesFolder, id, camera, noon)
  mkdirSync(folder, { recursive: true })
  const source = ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=size=160x90:rate=25:duration=12', '-c:v', 'libx264', '-preset', 'ultrafast']
  const form = ['-bf', '0', '-g', '25', '-keyint_min', '25', '-f', 'segment', '-segment_time', '4', '-segment_format', 'mpegts']
  const made = await runChild('ffmpeg', [...source, ...form, path.join(folder, 'part%d.ts')])
  assert.equal(made.code, 0, made.stderr)
  const lines: JournalLine[] = [
    { is: 'begun', version: 1, takeId: id, rigId: 'rig', camera, bootId: 'boot', atMs: noon, pid: 1, startTicks: 1 },
  ]
  for (let number = 0; number < 3; number += 1) {
    renameSync(path.join(folder, `part${number}.ts`), path.join(folder, segmentFile(number)))
    const firstTicks = 126_000 + number * 360_000
    lines.push({ is: 'opened', number, firstTicks })
    lines.push({ is: 'anchor', ticks: firstTicks, monotonicUs: number * 4e6, utcMs: noon + number * 4_000, frames: number * 100 })
    lines.push({ is: 'closed', number, firstTicks, lastTicks: firstTicks + 99 * 3_600, frames: 100, bytes: 1, sha256: '' })
  }
  writeFileSync(path.join(folder, 'journal.ndjson'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  return folder
}

test('the last seconds of a match are kept as both cameras saw them, nothing from before it, and hold their footage until then', async () => {
  using folder = temporaryFolder()
  using db = openDatabase(':memory:')
  addBooking(db, { startsAtMs: noon + 2_000, endsAtMs: noon + 600_000 })
  const window = { startsAtMs: noon + 2_000, endsAtMs: noon + 600_000 }
  openRecording(
    db,
    {
      id: 'r',
      bookingId: 'b',
      rigId: 'rig',
      folder: 'day/r',
      ...window,
      fps: 25,
      cameraWidth: 160,
      cameraHeight: 90,
      layout: 'side-by-side',
    },
    noon,
  )
  const recording = findRecording(db, 'r')
  assert.ok(recording)
  const takes = { left: await filmTake(folder.file('takes'), 'left'), right: await filmTake(folder.file('takes'), 'right') }
  const ask = (seconds: number, nowMs: number): string => askForClip(db, recording, { seconds, label: null, askedBy: 'court' }, nowMs).id
  assert.throws(() => ask(30, noon + 2_500), { code: 'conflict' })
  const [whole, last] = [ask(30, noon + 8_000), ask(3, noon + 11_500)]
  db.run(
    `insert into take (id, rig_id, camera, folder, boot_id, begun_at_ms, ended_at_ms) values ('t', 'rig', 'left', 'x', 'boot', ?, ?)`,
    noon,
    noon + 12_000,
  )
  db.run(`insert into segment (take_id, number, first_ticks, last_ticks, frames, bytes, sha256) values ('t', 0, 0, 1, 1, 1, '')`)
  const claims = (): number =>
    listFootage({ db, rigId: 'rig', labelOf: () => undefined })[0]?.claims.filter(({ toMs }) => toMs <= noon + 12_000).length ?? 0
  assert.equal(claims(), 2)
  assert.equal(listFootage({ db, rigId: 'rig', labelOf: () => undefined }).some(isEvictable), false)
  const clock = believed(fakeClock(noon + 16_000))
  const end = new AbortController()
  const rest = async (): Promise<void> => {
    await new Promise(setImmediate)
    if (listClips(db, 'r').every(({ state }) => state !== 'pending')) end.abort()
  }
  const options = {
    db,
    logger: silentLogger(),
    takesFolder: folder.file('takes'),
    recordingsFolder: folder.file('recordings'),
    segmentMs: 4_000,
  }
  await keepClips({ ...options, clock: { ...clock, sleep: rest } }, end.signal)
  assert.equal(claims(), 0)
  const [first, second] = [findClip(db, whole), findClip(db, last)]
  assert.deepEqual([first?.state, first?.fromMs, first?.toMs], ['made', noon + 2_000, noon + 8_000])
  assert.deepEqual(
    [first, second].map((clip) => clip?.files.map(({ name, frames }) => `${name} ${frames}`)),
    [
      ['left-1.mp4 150', 'right-1.mp4 150'],
      ['left-1.mp4 88', 'right-1.mp4 88'],
    ],
    'six seconds of the match; three and the half since the last key frame',
  )
  // The pictures themselves, decoded: the clip begins with the fiftieth of the take, which is the first of the match.
  const hashes = async (file: Buffer): Promise<string[]> => (await framesOf(file)).map((line) => line.split(',').at(-1)?.trim() ?? '')
  const ofTake = await hashes(Buffer.concat([0, 1, 2].map((number) => readFileSync(path.join(takes.left, segmentFile(number))))))
  const ofClip = await hashes(readFileSync(path.join(folder.file('recordings'), 'day/r', clipFile(whole, 'left-1.mp4'))))
  assert.deepEqual(ofClip, ofTake.slice(50, 200))
  assert.equal(readdirSync(path.join(folder.file('recordings'), 'day/r', 'clips')).length, 4, 'nothing unfinished is left')
  const lone = ask(2, noon + 11_000)
  rmSync(takes.right, { recursive: true })
  const made = async (id: string, nowMs = noon + 60_000, looks = Infinity): Promise<void> => {
    const again = new AbortController()
    const sleep = async (): Promise<void> => {
      await new Promise(setImmediate)
      if (findClip(db, id)?.state !== 'pending' || (looks -= 1) <= 0) again.abort()
    }
    await keepClips({ ...options, clock: { ...believed(fakeClock(nowMs)), sleep } }, again.signal)
  }
  const framesOfClip = (id: string): string[] | undefined => findClip(db, id)?.files.map(({ name, frames }) => `${name} ${frames}`)
  await made(lone)
  assert.deepEqual(
    findClip(db, lone)?.files.map(({ name }) => name),
    ['left-1.mp4'],
    'a camera that was lost costs the other one nothing',
  )
  const beyond = ask(5, noon + 11_000)
  db.run('update recording set ends_at_ms = ?', noon + 8_000) // the match was stopped
  await made(beyond)
  assert.deepEqual(framesOfClip(beyond), ['left-1.mp4 75'], 'two seconds of the match, one before')
  const unlucky = ask(2, noon + 8_000)
  await withProgram('cat > /dev/null; echo No space left on device >&2; exit 1', async () => {
    await made(unlucky, noon + 60_000, 1)
    assert.equal(findClip(db, unlucky)?.state, 'pending', 'a full disk may pass')
    await made(unlucky, noon + 40 * 60_000, 1)
  })
  assert.deepEqual([findClip(db, unlucky)?.state, findClip(db, unlucky)?.fault], ['failed', 'no space left to write a clip'])
  const killed = ask(2, noon + 8_000)
  await withProgram('kill -9 $$', () => made(killed, noon + 40 * 60_000, 1))
  assert.equal(findClip(db, killed)?.state, 'pending', 'nor is a program that was killed no picture')
  await made(killed)
  assert.equal(findClip(db, killed)?.state, 'made')
  const cancelled = ask(2, noon + 8_000)
  db.run('update booking set cancelled_at_ms = ?', noon + 9_000)
  await made(cancelled)
  assert.deepEqual([findClip(db, cancelled)?.state, framesOfClip(cancelled)], ['failed', []])
})

/** A home whose ffmpeg and ffprobe are what a test wants them to be. */
async function withProgram<T>(program: string, use: () => Promise<T>): Promise<T> {
  using folder = temporaryFolder()
  writeFileSync(folder.file('ffmpeg'), `#!/bin/sh\n${program}\n`, { mode: 0o755 })
  const before = process.env['PATH']
  process.env['PATH'] = `${folder.path}:${before}`
  try {
    return await use()
  } finally {
    process.env['PATH'] = before
  }
}
