// A camera that lives but gives no picture, and footage that is gone from the disk: the film is made in time, and tells.

import assert from 'node:assert/strict'
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { examineFilm, kill, openHome, pause, readAnswer, untilRecording } from '../real-session.ts'

test('a camera hangs from the start: the other one is merged while the match is played', async () => {
  await using home = await openHome()
  const ended = await home.run(['record', '--seconds', '16', '--json'], { CAMERA_RIGHT: 'simulated:right?hang=0' })
  assert.equal(ended.code, 0, ended.stderr)
  const answer = readAnswer(ended)
  assert.equal(answer.status, 'partial')
  assert.deepEqual(answer.coverage, { left: 1, right: 0 })
  assert.ok(
    answer.gaps.some(({ camera, cause }) => camera === 'right' && cause === 'stalled'),
    JSON.stringify(answer.gaps),
  )
  assert.equal((await examineFilm(answer.video.path)).frames, 400)
  assert.match(ended.stderr, /merged [1-9]\d*\/400/, 'chunks were made while it was played')
})

test('segments that are lost or torn on the disk cost their stretch, not the film', async () => {
  await using home = await openHome()
  const session = await home.start(['record', '--seconds', '26', '--json'])
  await untilRecording(home.folder, 9_000)
  kill(session.child.pid)
  await session.ended
  await new Promise((resolve) => setTimeout(resolve, 2_000))
  const left = segmentsOf(home.folder, 'left')
  const right = segmentsOf(home.folder, 'right')
  rmSync(left.at(-2) ?? '') // of the match, whenever the cameras began
  writeFileSync(right.at(-1) ?? '', Buffer.alloc(statSync(right.at(-1) ?? '').size))
  rmSync(path.join(home.folder, 'recordings'), { recursive: true })
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite')
  using db = new DatabaseSync(path.join(home.folder, 'ezrec.sqlite'), { timeout: 5_000 })
  for (const table of ['chunk', 'gap', 'video']) db.exec(`delete from ${table}`)
  db.exec('update recording set init_segment = null')
  db.close()
  const ended = await home.run(['record', '--seconds', '26', '--json'])
  assert.equal(ended.code, 0, ended.stderr)
  const answer = readAnswer(ended)
  assert.equal(answer.status, 'partial')
  assert.equal((await examineFilm(answer.video.path)).frames, answer.video.frames)
})

test('both cameras are dead: the booking fails with its reason, and nothing is published', async () => {
  await using home = await openHome()
  const up = await home.start(['up'], { CAMERA_LEFT: 'simulated:left?hang=0', CAMERA_RIGHT: 'simulated:right?hang=0' })
  const startMs = Date.now() + 12_000
  const times = ['--start', new Date(startMs).toISOString(), '--end', new Date(startMs + 3_000).toISOString()]
  const added = await home.run(['booking', 'add', ...times, '--json'])
  assert.equal(added.code, 0, added.stderr)
  const { id } = z.object({ id: z.string() }).parse(JSON.parse(added.stdout))
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite')
  const failure = (): unknown => {
    using db = new DatabaseSync(path.join(home.folder, 'ezrec.sqlite'), { readOnly: true, timeout: 5_000 })
    return db.prepare("select failed_code from step where name = 'publish' and state = 'failed'").get()?.['failed_code']
  }
  for (let waited = 0; waited < 600 && failure() === undefined; waited += 1) await pause(100)
  assert.equal(failure(), 'camera_missing')
  const shown = await home.run(['booking', 'show', id, '--json'])
  assert.equal(z.object({ status: z.string() }).parse(JSON.parse(shown.stdout)).status, 'failed')
  assert.deepEqual(
    readdirSync(path.join(home.folder, 'store'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.mp4')),
    [],
  )
  up.child.kill('SIGINT')
  await up.ended
})

function segmentsOf(home: string, camera: string): string[] {
  const takes = path.join(home, 'takes')
  const day = path.join(takes, readdirSync(takes)[0] ?? '')
  const take = path.join(day, readdirSync(day).find((name) => name.endsWith(`-${camera}`)) ?? '')
  return readdirSync(take)
    .filter((name) => name.endsWith('.ts'))
    .toSorted()
    .map((name) => path.join(take, name))
}

test('a camera that turns black and one that freezes are told while the match is on; their footage stays', async () => {
  await using home = await openHome()
  const ended = await home.run(['record', '--seconds', '16', '--json'], {
    CAMERA_LEFT: 'simulated:left?blacken=7-14',
    CAMERA_RIGHT: 'simulated:right?freeze=5-30',
  })
  assert.equal(ended.code, 0, ended.stderr)
  const answer = readAnswer(ended)
  assert.deepEqual([answer.status, answer.gaps], ['partial', []])
  assert.deepEqual(new Set(answer.pictureFaults.map(({ camera, fault }) => `${camera} ${fault}`)), new Set(['left black', 'right frozen']))
  assert.deepEqual(
    answer.verdict.partialBecause?.map((each) => each.replace(/ for .*/, '')),
    ["the left camera's picture was black", "the right camera's picture was frozen"],
  )
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite')
  using db = new DatabaseSync(path.join(home.folder, 'ezrec.sqlite'), { readOnly: true })
  const faults = db.prepare('select camera, fault, frames from picture_fault order by camera').all()
  assert.deepEqual(
    faults.map(({ camera, fault }) => [camera, fault]),
    [
      ['left', 'black'],
      ['right', 'frozen'],
    ],
  )
  assert.ok(Number(faults[0]?.['frames']) >= 100 && Number(faults[0]?.['frames']) <= 200, JSON.stringify(faults))
  const events = db.prepare("select kind from event where kind in ('camera.suspect', 'video.published') order by id").all()
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ['camera.suspect', 'camera.suspect', 'video.published'],
    'each once, and before the film is out',
  )
})

test('a film that is shorter than a suspicion takes to be told tells what lasted until its end', async () => {
  await using home = await openHome()
  const ended = await home.run(['record', '--seconds', '8', '--json'], { CAMERA_RIGHT: 'simulated:right?freeze=0-60' })
  assert.equal(ended.code, 0, ended.stderr)
  const answer = readAnswer(ended)
  assert.deepEqual(answer.pictureFaults, [{ camera: 'right', fault: 'frozen', fromSeconds: 0, seconds: 8 }])
  assert.deepEqual([answer.status, answer.verdict.alive], ['partial', { left: 1, right: 0 }])
})
