// A network camera with a password through the real chain: recorded, cut off, silent, refused; and the password is nowhere to be seen.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { systemClock } from '../../src/base/clock.ts'
import { runChild, startChild } from '../../src/base/process.ts'
import { openSource, type CameraCommand } from '../../src/capture/drivers/driver.ts'
import { causeOf } from '../../src/capture/drivers/failure-cause.ts'
import { segmentFile } from '../../src/capture/segment-writer.ts'
import { soundCauseOf } from '../../src/capture/sound/sound-cause.ts'
import { openSound } from '../../src/capture/sound/sound-source.ts'
import { readSoundUnits } from '../../src/merge/sound/sound-units.ts'
import { tryCamera, type CameraTrial } from '../../src/system/camera-trial.ts'
import { openRtspCamera, type RtspCameraOptions } from '../../lab/rtsp-camera.ts'
import { rigEnvironment } from '../real-session.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { framesSoFar, keepOneCamera } from './cameras-kept.ts'

const format = { width: 320, height: 180, fps: 25 }
const login: RtspCameraOptions = { user: 'club', password: 'S3cret-p@ss', format, cacheFolder: rigEnvironment.CACHE_DIR }
const addressOf = (port: number, password = 'S3cret-p%40ss', stream = 'main'): string =>
  `rtsp://club:${password}@127.0.0.1:${port}/${stream}`

const commandFor = (address: string, cacheFolder: string): Promise<CameraCommand> =>
  openSource(address, { side: 'left', format, cacheFolder })

const trial = async (command: CameraCommand, seconds: number): Promise<CameraTrial> =>
  (await tryCamera(command, { seconds, startMs: 20_000, fps: 25, clock: systemClock }, new AbortController().signal)).trial

test('a network camera is recorded with its own times, and cut off it begins a new take', async () => {
  using folder = temporaryFolder()
  await using camera = await openRtspCamera(login)
  const command = await commandFor(addressOf(camera.port), folder.file('cache'))
  const kept = keepOneCamera(folder.file('takes'), command)
  await kept.until(([first]) => framesSoFar(first) >= 50)
  assert.deepEqual(seenIn('S3cret'), [], 'no process shows the password in its arguments or its environment')
  camera.behave('cut')
  await kept.until(([, second]) => framesSoFar(second) >= 25)
  const [first, second] = await kept.stop()
  assert.equal(first?.ended?.cause, 'camera-ended')
  assert.equal(second?.ended?.cause, 'stopped')
  const [segment] = first.segments
  // The very first picture may get the time of the second: ffmpeg learns the stream's clock from it.
  const lasted = segment ? (segment.lastTicks - segment.firstTicks) / 3_600 + 1 : 0
  assert.ok(segment && segment.frames >= 50 && segment.frames - lasted <= 1 && segment.frames >= lasted, JSON.stringify(segment))
  const journals = readdirSync(folder.file('takes'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ndjson'))
  for (const name of journals) assert.doesNotMatch(readFileSync(folder.file('takes', name), 'utf8'), /S3cret/)
})

test('an address is kept where its owner alone can read it, and a new password takes the place of the old', async () => {
  using folder = temporaryFolder()
  const before = await commandFor(addressOf(1), folder.path)
  const after = await commandFor(addressOf(1, 'another'), folder.path)
  assert.deepEqual(before, after)
  const [name = '', ...others] = readdirSync(folder.path)
  assert.deepEqual(others, [])
  assert.equal(statSync(folder.file(name)).mode & 0o777, 0o600)
  assert.equal(readFileSync(folder.file(name), 'utf8'), addressOf(1, 'another'))
  assert.doesNotMatch(JSON.stringify(after), /another|S3cret/)
})

test('a wrong password, a wrong name, a foreign codec and an absent camera have their causes, without the password', async () => {
  using folder = temporaryFolder()
  await using camera = await openRtspCamera(login)
  await using foreign = await openRtspCamera({ ...login, codec: 'H265' })
  for (const [address, code] of [
    [addressOf(camera.port, 'S3cret-wrong'), 'login-refused'],
    [addressOf(camera.port, undefined, 'other'), 'stream-missing'],
    [addressOf(1), 'network-unreachable'],
    [addressOf(foreign.port), 'codec-refused'],
  ] as const) {
    const { fault } = await trial(await commandFor(address, path.join(folder.path, code)), 1)
    assert.equal(causeOf(fault ?? '').code, code, fault ?? 'no fault')
    assert.doesNotMatch(fault ?? '', /S3cret/)
  }
})

test('a camera that falls silent ends within its time', async () => {
  using folder = temporaryFolder()
  await using camera = await openRtspCamera(login)
  const command = await commandFor(addressOf(camera.port), folder.path)
  await using child = await startChild(command.program, command.args, { stdout: 'pipe', stopSignals: command.stopSignals })
  const over = new AbortController()
  const begun = new Promise<void>((resolve) => child.stdout?.on('data', () => resolve()))
  assert.notEqual(await Promise.race([begun, systemClock.sleep(40_000, over.signal).then(() => 'nothing came')]), 'nothing came')
  camera.behave('silent')
  const exit = await Promise.race([child.exited, systemClock.sleep(40_000, over.signal)])
  over.abort()
  assert.ok(exit, 'it ended by itself')
})

test("a network camera's sound is recorded in our form, over a connection of its own, and its password stands nowhere", async () => {
  using folder = temporaryFolder()
  await using camera = await openRtspCamera({ ...login, codec: 'PCMU' })
  const command = await openSound(addressOf(camera.port), { cacheFolder: folder.file('cache') })
  const kept = keepOneCamera(folder.file('takes'), command ?? assert.fail('sound is off'), 'sound')
  await kept.until(([first]) => framesSoFar(first) >= 94)
  assert.deepEqual(seenIn('S3cret'), [])
  const [take] = await kept.stop()
  assert.deepEqual([take?.camera, take?.ended?.cause], ['sound', 'stopped'])
  const [segment] = take?.segments ?? []
  assert.ok(segment && segment.lastTicks - segment.firstTicks === (segment.frames - 1) * 1_920, JSON.stringify(segment))
  const units = readSoundUnits().push(readFileSync(path.join(take?.folder ?? '', segmentFile(0))))
  assert.equal(units.length, segment.frames)
})

test('a network camera without sound has its cause', async () => {
  using folder = temporaryFolder()
  await using camera = await openRtspCamera(login)
  const command = await openSound(addressOf(camera.port), { cacheFolder: folder.path })
  const { stderr } = await runChild(command?.program ?? '', command?.args ?? [], { timeoutMs: 40_000 })
  assert.equal(soundCauseOf(stderr).code, 'sound-missing', stderr)
  assert.doesNotMatch(stderr, /S3cret/)
})

/** Processes whose arguments or environment hold a text. */
function seenIn(text: string): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return []
    return ['cmdline', 'environ'].filter((name) => {
      try {
        return readFileSync(`/proc/${pid}/${name}`, 'latin1').includes(text)
      } catch {
        return false // it has just ended, or is somebody else's
      }
    })
  })
}
