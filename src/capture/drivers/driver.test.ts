import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, suite, test } from 'node:test'
import { systemClock } from '../../base/clock.ts'
import { runChild, startChild, type ChildExit } from '../../base/process.ts'
import { readCounter } from '../pitch/counter.ts'
import { pictureBytes, type RigFormat, type Side } from '../pitch/rig-format.ts'
import { openSource } from './driver.ts'

const format: RigFormat = { width: 320, height: 180, fps: 25 }
const loopFrames = 500

let folder = ''
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ezrec-cameras-'))
  // Drawn once, both at a time, before the cameras are watched.
  await Promise.all([commandFor('simulated:left'), commandFor('simulated:right?phase=137')])
})
after(() => rm(folder, { recursive: true, force: true }))

const commandFor = (spec: string) => openSource(spec, { side: 'left', format, cacheFolder: path.join(folder, 'cache') })

type Watched = {
  readonly stream: Buffer
  readonly arrivals: readonly { atUs: number; bytes: number }[]
  readonly exit: ChildExit
  readonly stderr: string
}

/** Starts a camera, reads it until it has sent for so many seconds, stops it as the recorder would. With `dropsFirst` nobody reads
 *  before it has told that it dropped so many frames. */
async function watch(spec: string, seconds: number, dropsFirst = 0): Promise<Watched> {
  const command = await commandFor(spec)
  const enough = Promise.withResolvers<void>()
  const onStderrLine = (line: string): void => {
    if (Number(/"dropped":(\d+)/.exec(line)?.[1] ?? 0) >= dropsFirst) enough.resolve()
  }
  const { stopSignals } = command
  await using camera = await startChild(command.program, command.args, { stdout: 'pipe', stopSignals, stopStepMs: 1000, onStderrLine })
  if (dropsFirst > 0) await Promise.race([enough.promise, systemClock.sleep(15_000)])
  const pieces: Buffer[] = []
  const arrivals: { atUs: number; bytes: number }[] = []
  let bytes = 0
  const sent = new Promise<void>((resolve) => {
    camera.stdout?.on('data', (piece: Buffer) => {
      if (bytes === 0) setTimeout(resolve, seconds * 1000)
      pieces.push(piece)
      arrivals.push({ atUs: systemClock.monotonicUs(), bytes })
      bytes += piece.length
    })
  })
  await Promise.race([sent, camera.exited])
  const exit = await camera.stop()
  return { stream: Buffer.concat(pieces), arrivals, exit, stderr: camera.stderrTail() }
}

type Frame = { readonly counter: number; readonly pts: number; readonly atUs: number }

/** The frames that a decoder makes of a stream, whole ones only, with the arrival of their first byte; any warning is a failure. */
async function framesOf(watched: Watched, side: Side): Promise<Frame[]> {
  const file = path.join(folder, `${Math.random().toString(36).slice(2)}.ts`)
  await writeFile(file, watched.stream)
  const probed = await runChild('ffprobe', ['-v', 'warning', '-show_entries', 'packet=pts,pos', '-of', 'csv=p=0', file])
  const raw = ['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-']
  const decoded = await runChild('ffmpeg', ['-v', 'warning', '-nostdin', '-i', file, '-fps_mode', 'passthrough', ...raw], {
    maxOutputBytes: 1 << 28,
  })
  assert.equal(probed.stderr + decoded.stderr, '')
  const packets = [...probed.stdout.toString().matchAll(/^(-?\d+),(\d+)/gm)].map(([, pts, at]) => ({ pts: Number(pts), at: Number(at) }))
  const size = pictureBytes(format)
  return Array.from({ length: Math.floor(decoded.stdout.length / size) }, (_, n) => {
    const counter = readCounter(decoded.stdout.subarray(n * size, (n + 1) * size), format.width, side)
    const packet = packets[n]
    assert.ok(counter !== undefined && packet !== undefined, `frame ${n} has a counter and a packet`)
    const atUs = watched.arrivals.findLast((arrival) => arrival.bytes <= packet.at)?.atUs ?? 0
    return { counter, pts: packet.pts, atUs }
  })
}

const steps = (values: readonly number[]): number[] => values.slice(1).map((value, n) => value - (values[n] ?? 0))
const counterSteps = (frames: readonly Frame[]): number[] =>
  steps(frames.map((f) => f.counter)).map((step) => (step + loopFrames) % loopFrames)

/** Scene frames by which the counters are behind the machine's clock, at the least: 0 to 1 plus what the way here takes. */
const lagOf = (frames: readonly Frame[]): number =>
  Math.min(...frames.map(({ counter, atUs }) => (((atUs * format.fps) / 1e6 - counter + 10) % loopFrames) - 10))

/** Monotonic time of a camera's PTS 0: the lower envelope of its arrivals. */
const startOf = (frames: readonly Frame[]): number => Math.min(...frames.map(({ atUs, pts }) => atUs - (pts * 1e6) / 90_000))

suite('simulated cameras', { concurrency: 4 }, () => {
  test('a camera whose pictures this box encodes shows the same scene in the same steps, and leaves no pipe behind', async () => {
    const pipes = async (): Promise<string[]> => (await readdir(tmpdir())).filter((name) => name.startsWith('ezrec-raw-'))
    const before = await pipes()
    const frames = await framesOf(await watch('simulated:left?encode=box', 1.5), 'left')
    assert.ok(frames.length > 25, `${frames.length} frames`)
    assert.ok(counterSteps(frames).every((step) => step === 1))
    assert.ok(steps(frames.map((f) => f.pts)).every((step) => step === 3600))
    assert.deepEqual(await pipes(), before)
  })

  test('two cameras that know nothing of each other show the same scene at the same instant, also 137 ms apart', async () => {
    const [left, right] = await Promise.all([watch('simulated:left', 4), watch('simulated:right?phase=137', 4)])
    const [seenLeft, seenRight] = await Promise.all([framesOf(left, 'left'), framesOf(right, 'right')])
    for (const frames of [seenLeft, seenRight]) {
      assert.ok(frames.length > 60, `${frames.length} frames`)
      assert.ok(counterSteps(frames).every((step) => step === 1))
      assert.ok(steps(frames.map((f) => f.pts)).every((step) => step === 3600))
      assert.ok(lagOf(frames) >= -0.001 && lagOf(frames) < 2, `lag ${lagOf(frames)}`)
    }
    const [leftStart, rightStart] = [startOf(seenLeft), startOf(seenRight)]
    const fraction = ((((rightStart - leftStart) / 1000) % 40) + 40) % 40
    assert.ok(fraction > 5 && fraction < 30, `the capture instants lie 17 ms apart: ${fraction}`)
    for (const frame of seenRight) {
      const capturedUs = rightStart + (frame.pts * 1e6) / 90_000
      const twin = seenLeft.findLast((other) => leftStart + (other.pts * 1e6) / 90_000 <= capturedUs)
      if (twin !== undefined && twin !== seenLeft.at(-1)) assert.ok(Math.abs(twin.counter - frame.counter) % (loopFrames - 1) <= 1)
    }
  })

  test('a fast and a slow clock keep to the scene by repeating and leaving out frames, with even time stamps', async () => {
    const [slow, fast] = await Promise.all([watch('simulated:left?drift=10000', 7), watch('simulated:left?drift=-10000', 7)])
    const [seenSlow, seenFast] = await Promise.all([framesOf(slow, 'left'), framesOf(fast, 'left')])
    for (const frames of [seenSlow, seenFast]) assert.ok(steps(frames.map((f) => f.pts)).every((step) => step === 3600))
    assert.deepEqual(
      [...new Set(counterSteps(seenSlow))].toSorted((a, b) => a - b),
      [1, 2],
    )
    assert.deepEqual(
      [...new Set(counterSteps(seenFast))].toSorted((a, b) => a - b),
      [0, 1],
    )
    for (const frames of [seenSlow, seenFast]) assert.ok(lagOf(frames) > -1.001 && lagOf(frames) < 2, `lag ${lagOf(frames)}`)
  })

  test('latency delays the frames and not what they show', async () => {
    const frames = await framesOf(await watch('simulated:left?latency=200', 3), 'left')
    assert.ok(lagOf(frames) >= 4.99 && lagOf(frames) < 7, `lag ${lagOf(frames)}`)
  })

  test('what is not read is dropped, whole frames, and the stream goes on with a key frame', async () => {
    const watched = await watch('simulated:left', 3, 60)
    const frames = await framesOf(watched, 'left')
    const holes = counterSteps(frames).filter((step) => step !== 1)
    assert.equal(holes.length, 1, `holes ${holes.join()}`)
    assert.equal(Math.max(...steps(frames.map((f) => f.pts))), (holes[0] ?? 0) * 3600)
    assert.ok((holes[0] ?? 0) > 60, `a hole of ${holes[0]} frames`)
    assert.match(watched.stderr, /"dropped":\d\d/)
    assert.ok(lagOf(frames.slice(-20)) < 2, 'its clock never stopped')
  })

  test('a frozen camera stands still, a blackened one has no picture, and both come back in time', async () => {
    const frozen = await framesOf(await watch('simulated:left?freeze=1-3', 5), 'left')
    const still = counterSteps(frozen).filter((step) => step === 0).length
    assert.ok(still >= 48 && still <= 50, `${still} frames stand`)
    assert.ok(lagOf(frozen.slice(-10)) < 2)
    const black = await watch('simulated:left?blacken=0-2', 1)
    await assert.rejects(framesOf(black, 'left'), /has a counter/)
  })

  test('a dropping camera leaves a hole of the time asked for', async () => {
    const frames = await framesOf(await watch('simulated:left?drop=1-2', 4), 'left')
    assert.deepEqual(
      counterSteps(frames).filter((step) => step !== 1),
      [26],
    )
  })

  test('a stopped camera ends well, a dying one badly, a hanging one only by force', async () => {
    const [stopped, died, hung] = await Promise.all([
      watch('simulated:left', 2),
      watch('simulated:left?die=1', 5),
      watch('simulated:left?hang=0.5', 2.5),
    ])
    assert.deepEqual(stopped.exit, { code: 0, signal: null })
    assert.deepEqual(died.exit, { code: 1, signal: null })
    assert.deepEqual(hung.exit, { code: null, signal: 'SIGKILL' })
    assert.ok((await framesOf(died, 'left')).length >= 24)
  })

  test('a camera whose reader has gone ends by itself', async () => {
    const command = await commandFor('simulated:left')
    await using camera = await startChild(command.program, command.args, { stdout: 'pipe' })
    camera.stdout?.destroy()
    assert.deepEqual(await camera.exited, { code: 0, signal: null })
  })

  test('time stamps go over their 33 bits without a word from the decoder', async () => {
    const watched = await watch('simulated:left?pts=8589844592', 3.2)
    const frames = await framesOf(watched, 'left')
    assert.ok(frames.length > 50 && counterSteps(frames).every((step) => step === 1))
  })
})

suite('kept loops', () => {
  test('a broken loop is made anew and a whole one is kept', async () => {
    const cacheFolder = path.join(folder, 'kept')
    const small: RigFormat = { width: 256, height: 64, fps: 10 }
    const told: number[] = []
    const open = () =>
      openSource('simulated:left', { side: 'left', format: small, cacheFolder, onProgress: (fraction) => told.push(fraction) })
    await Promise.all([open(), open()]) // two at once do not disturb each other
    const [name = '', ...others] = (await readdir(cacheFolder)).toSorted((a, b) => a.localeCompare(b))
    assert.deepEqual(others, ['simulated-calibration-256x64.json'])
    told.length = 0
    await open()
    assert.deepEqual(told, [])
    await truncate(path.join(cacheFolder, name, 'loop.h264'), 5000)
    await open()
    assert.equal(told.at(-1), 1)
    told.length = 0
    await open()
    assert.deepEqual(told, [])
  })

  test('stopping while a loop is made leaves nothing behind', async () => {
    const cacheFolder = path.join(folder, 'stopped')
    const stop = new AbortController()
    const opening = openSource('simulated:left', { side: 'left', format, cacheFolder, signal: stop.signal, onProgress: () => stop.abort() })
    await assert.rejects(opening, { code: 'canceled' })
    assert.deepEqual(await readdir(cacheFolder), [])
  })
})
