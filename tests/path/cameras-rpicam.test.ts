// Two CSI cameras by rpicam-vid's stand-in, through the real chain: a whole session, then each manner of failing.

import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { systemClock } from '../../src/base/clock.ts'
import { startChild } from '../../src/base/process.ts'
import { openSource, type CameraCommand, type SourceContext } from '../../src/capture/drivers/driver.ts'
import { causeOf } from '../../src/capture/drivers/failure-cause.ts'
import { thisMachine } from '../../src/capture/drivers/machine.ts'
import type { Take } from '../../src/capture/take.ts'
import { tryCamera } from '../../src/system/camera-trial.ts'
import { installRpicam, leftSensor, perfect, rightSensor } from '../programs/rpicam-vid-folder.ts'
import type { RpicamManners } from '../programs/rpicam-vid.ts'
import { apart, examineFilm, openHome, readAnswer, rigEnvironment } from '../real-session.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { framesOf, framesSoFar, keepOneCamera } from './cameras-kept.ts'

const cacheFolder = rigEnvironment.CACHE_DIR
const format = { width: 640, height: 360, fps: 25 }
const usualPath = process.env['PATH']

test('two CSI cameras that auto finds become one film in step', async () => {
  await using home = await openHome()
  const fake = installRpicam(path.join(home.folder, 'programs'), { cacheFolder })
  const env = {
    PATH: fake.path,
    CAMERA_LEFT: 'auto',
    CAMERA_RIGHT: 'auto',
    CAMERA_LEAD_IN_SECONDS: '15',
    CACHE_DIR: path.join(home.folder, 'cache'),
  }
  const ended = await home.run(['record', '--seconds', '4', '--json'], env)
  assert.equal(ended.code, 0, ended.stderr)
  const answer = readAnswer(ended)
  assert.equal(answer.status, 'complete', JSON.stringify(answer.gaps))
  const film = await examineFilm(answer.video.path)
  assert.equal(film.frames, 100)
  for (const [n, [left, right]] of film.counters.entries())
    assert.ok(left !== undefined && right !== undefined && apart(left, right) <= 1, `frame ${n}: ${left} beside ${right}`)
  assert.equal(fake.listings(), 1, 'both sides share one listing, and none is made while a camera records')
  assert.deepEqual([fake.starts(0).length, fake.starts(1).length], [1, 1])
})

type Scene = Disposable & {
  readonly context: SourceContext
  readonly takesFolder: string
  starts(): string[][]
}

/** A left camera with these manners, and no other. */
function scene(manner: Partial<RpicamManners['cameras'][string]>, model = ''): Scene {
  const folder = temporaryFolder()
  const cameras = { 0: { ...perfect('left'), starts: 1, afterSeconds: 2, ...manner } }
  const fake = installRpicam(folder.file('programs'), { cacheFolder, cameras })
  process.env['PATH'] = fake.path
  mkdirSync(folder.file('proc'))
  writeFileSync(folder.file('model'), model)
  const machine = { ...thisMachine, procFolder: folder.file('proc'), modelFile: folder.file('model') }
  return {
    context: { side: 'left', format, cacheFolder: folder.file('cache'), machine },
    takesFolder: folder.file('takes'),
    starts: () => fake.starts(0),
    [Symbol.dispose]: () => {
      process.env['PATH'] = usualPath
      folder[Symbol.dispose]()
    },
  }
}

/** Keeps the camera until its newest take has run for two seconds of film and there are `takes` of them; all of them. */
async function record(at: Scene, command: CameraCommand, takes: number): Promise<readonly Take[]> {
  const kept = keepOneCamera(at.takesFolder, command)
  await kept.until((now) => now.length >= takes && framesSoFar(now.at(-1)) >= 2 * format.fps)
  return kept.stop()
}

test('a CSI camera that hangs is ended by force and started again, and its words tell the cause', async () => {
  using at = scene({ fault: 'hang' })
  const [first, second] = await record(at, await openSource(leftSensor, at.context), 2)
  assert.equal(first?.ended?.cause, 'stalled')
  assert.equal(causeOf(first?.ended?.detail ?? '').code, 'camera-hung')
  assert.ok(framesOf(first) >= 40, `${framesOf(first)} frames before`)
  assert.equal(second?.ended?.cause, 'stopped')
  assert.ok(framesOf(second) >= 50, `${framesOf(second)} frames after`)
})

test('a camera that is held by another process is tried again until it is free', async () => {
  using at = scene({ fault: 'busy', starts: 2 })
  const takes = await record(at, await openSource(leftSensor, at.context), 3)
  assert.deepEqual(
    takes.map(({ ended }) => ended?.cause),
    ['camera-ended', 'camera-ended', 'stopped'],
  )
  assert.equal(causeOf(takes[0]?.ended?.detail ?? '').code, 'camera-busy')
  assert.ok(framesOf(takes[2]) > 25)
})

test('a camera program that dies costs its stretch', async () => {
  using at = scene({ fault: 'die' })
  const [first, second] = await record(at, await openSource(leftSensor, at.context), 2)
  assert.equal(first?.ended?.cause, 'camera-ended')
  assert.match(first?.ended?.detail ?? '', /exit 134/)
  assert.equal(causeOf(first?.ended?.detail ?? '').code, 'reader-gone')
  assert.ok(framesOf(first) > 25 && framesOf(second) > 25)
})

test('a camera that heeds no polite signal is ended all the same, and none of its processes is left', async () => {
  using at = scene({ fault: 'deaf' })
  const [take] = await record(at, await openSource(leftSensor, at.context), 1)
  assert.equal(take?.ended?.cause, 'stopped')
  assert.ok(framesOf(take) > 25)
  assert.throws(() => process.kill(take?.source?.pid ?? 0, 0), { code: 'ESRCH' })
})

test('a camera that slows down is told by its rate', async () => {
  using at = scene({ fault: 'slow' })
  const small = { width: 320, height: 180, fps: 30 }
  await openSource('simulated:left', { side: 'left', format: { ...small, fps: 15 }, cacheFolder }) // drawn before the camera is watched
  const command = await openSource(leftSensor, { ...at.context, format: small })
  const { trial } = await tryCamera(command, { seconds: 2, startMs: 30_000, fps: 30, clock: systemClock }, new AbortController().signal)
  assert.ok((trial.measuredFps ?? 0) > 28 && trial.drops >= trial.frames - 2, JSON.stringify(trial))
})

test('a client of a pair waits for its server; alone it does not', async () => {
  using at = scene({})
  const sync = { group: '239.255.1.2', port: 20_001 }
  const command = await openSource(leftSensor, { ...at.context, side: 'right', sync, otherSource: rightSensor })
  const client = await startChild(command.program, command.args, { stdout: 'pipe', stopSignals: ['SIGINT', 'SIGKILL'] })
  const quiet = await Promise.race([client.exited, systemClock.sleep(2_500).then(() => 'waits')])
  assert.equal(quiet, 'waits')
  await client.stop()
  assert.ok(command.argsAlone && !command.argsAlone.includes('--sync'))
  const alone = { ...command, args: command.argsAlone }
  const { trial } = await tryCamera(alone, { seconds: 1, startMs: 30_000, fps: 25, clock: systemClock }, new AbortController().signal)
  assert.ok(trial.frames > 15, JSON.stringify(trial))
})

test("a Raspberry Pi 4's hardware encoder sends bare H.264; its pictures keep the times that come beside them", async () => {
  using at = scene({}, 'Raspberry Pi 4 Model B Rev 1.4\0')
  const takes = await record(at, await openSource(leftSensor, at.context), 1)
  assert.equal(takes.length, 1)
  assert.ok(at.starts()[0]?.includes('--save-pts'))
  const [take] = takes
  assert.equal(take?.ended?.cause, 'stopped')
  const [segment] = take.segments
  assert.ok(segment && segment.frames > 50)
  assert.equal((segment.lastTicks - segment.firstTicks) / 3_600, segment.frames - 1, 'every picture is a frame of 40 ms after the last')
  assert.deepEqual(
    readdirSync('/tmp').filter((name) => name.startsWith('ezrec-stamps-')),
    [],
  )
})

test('a sensor that is not at its place is told, with what is there', async () => {
  using at = scene({})
  const gone = 'rpicam:/base/axi/pcie@1000120000/rp1/i2c@99000/imx708@1a'
  await assert.rejects(openSource(gone, at.context), { code: 'camera_missing', hint: new RegExp(rightSensor) })
})
