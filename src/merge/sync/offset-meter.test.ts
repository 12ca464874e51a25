import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { rigPictures } from '../../../lab/rig-pictures.ts'
import { rigEnvironment } from '../../../tests/real-session.ts'
import { openPitch } from '../../capture/pitch/pitch.ts'
import { seededRandom } from '../../capture/pitch/random.ts'
import type { RigFormat } from '../../capture/pitch/rig-format.ts'
import { simulatedCalibration } from '../../capture/pitch/view.ts'
import type { Camera } from '../../capture/take.ts'
import { fitDrift } from './drift-fit.ts'
import { openOffsetMeter, type OffsetMeter, type OffsetVerdict } from './offset-meter.ts'

const fps = 25
const frameUs = 1e6 / fps
const small: RigFormat = { width: 640, height: 360, fps }
const windowFrames = 5 * fps

type Pictures = Readonly<Record<Camera, readonly Uint8Array[]>>

/** Scene frames of the simulated rig as they are decoded; 500 are the whole loop. */
async function decoded(format: RigFormat, frames: number): Promise<Pictures> {
  const of = (side: Camera) => rigPictures(side, format, { from: 0, frames }, rigEnvironment.CACHE_DIR)
  return { left: await of('left'), right: await of('right') }
}

const openMeter = (format: RigFormat, reach?: number): OffsetMeter =>
  openOffsetMeter({
    calibration: simulatedCalibration(format),
    size: { left: format, right: format },
    fps,
    ...(reach === undefined ? {} : { reach }),
  })

let rig: Pictures
before(async () => {
  rig = await decoded(small, 500)
})

const pictureAt = (pictures: readonly Uint8Array[], frame: number): Uint8Array =>
  pictures[((frame % pictures.length) + pictures.length) % pictures.length] ?? new Uint8Array()

/** `frames` of both cameras from scene frame `from` on; the right one's capture times are later than the truth by `latencyMs`, which may grow.
 *  Its window is the film's: what it shows begins earlier. `keeps` tells whether a picture came. */
function watch(
  meter: OffsetMeter,
  from: number,
  latencyMs: (second: number) => number,
  { pictures = rig, frames = windowFrames, keeps = (_camera: Camera, _n: number): boolean => true } = {},
): OffsetVerdict {
  for (let n = 0; n < frames; n += 1) {
    const behind = Math.ceil((latencyMs(n / fps) * fps) / 1_000)
    if (keeps('left', n)) meter.see('left', (from + n) * frameUs, pictureAt(pictures.left, from + n))
    const shown = from + n - behind
    if (keeps('right', n)) meter.see('right', shown * frameUs + latencyMs(n / fps) * 1_000, pictureAt(pictures.right, shown))
  }
  return meter.judge()
}

function errorOf(verdict: OffsetVerdict, truthMs: number): number {
  assert.ok(verdict.is === 'measured', `${JSON.stringify(verdict)} for ${truthMs} ms`)
  assert.ok(verdict.confidence >= 2 && verdict.moving >= 8 && verdict.cells > 1_300 && verdict.cells < 1_700)
  return Math.abs(verdict.offsetMs - truthMs)
}

const latencies = [0, 40, 57, 100, 137, 213.5, 300]
/** A tenth of a frame. */
const tenthMs = 4

test('windows of 5 s of decoded pictures tell how late the right camera is: 95 of 100 within a tenth of a frame', () => {
  const meter = openMeter(small)
  const errors = Array.from({ length: 20 }, (_, n) => n * fps).flatMap((from) =>
    latencies.map((latency) =>
      errorOf(
        watch(meter, from, () => latency),
        latency,
      ),
    ),
  )
  const sorted = errors.toSorted((a, b) => a - b)
  assert.ok((sorted[Math.floor(sorted.length * 0.95)] ?? 9) <= tenthMs, sorted.slice(-10).join(' '))
  assert.ok((sorted.at(-1) ?? 99) <= 2 * tenthMs)
})

test('the same at 1280x720, where the right camera may as well be ahead', async () => {
  const format = { width: 1280, height: 720, fps }
  const pictures = await decoded(format, 140)
  const meter = openMeter(format)
  for (const latency of [-200, 0, 57, 137, 300])
    for (const from of [8])
      assert.ok(
        errorOf(
          watch(meter, from, () => latency, { pictures, frames: 124 }),
          latency,
        ) <= tenthMs,
        `${latency} ms`,
      )
})

test('between two frames, where the scene itself is: drawn at tenths of a frame', () => {
  const tenths = { ...small, fps: 10 * fps }
  const [left, right] = [openPitch('left', tenths), openPitch('right', tenths)]
  const meters = [0, 3, 5].map((tenth) => ({ tenth, meter: openMeter(small) }))
  for (let n = 0; n < windowFrames; n += 1) {
    const scene = 1_250 + n * 10
    for (const { meter } of meters) meter.see('left', n * frameUs, left.picture(scene))
    for (const { tenth, meter } of meters) meter.see('right', n * frameUs, right.picture(scene - tenth))
  }
  for (const { tenth, meter } of meters) assert.ok(errorOf(meter.judge(), tenth * 4) <= tenthMs, `${tenth} tenths`)
})

test('pictures that were lost, and those that were shown twice and therefore do not come, bend nothing', () => {
  const meter = openMeter(small)
  const random = seededRandom(5)
  for (const latency of [0, 137, 300]) {
    assert.ok(
      errorOf(
        watch(meter, 200, () => latency, { keeps: () => random() > 0.3 }),
        latency,
      ) <= tenthMs,
    )
    const hole = (camera: Camera, n: number): boolean => camera === 'left' || n < 40 || n > 75
    assert.ok(
      errorOf(
        watch(meter, 350, () => latency, { keeps: hole }),
        latency,
      ) <= tenthMs,
    )
  }
})

test('a delay that grows is a drift', () => {
  const meter = openMeter(small)
  const points = Array.from({ length: 16 }, (_, n) => {
    const verdict = watch(meter, n * windowFrames, (second) => 60 + n * 5 + second)
    assert.ok(verdict.is === 'measured', JSON.stringify(verdict))
    return { atMs: n * 5_000 + 2_500, offsetMs: verdict.offsetMs }
  })
  const fit = fitDrift(points)
  assert.ok(Math.abs((fit?.driftPpm ?? 0) - 1_000) < 60, JSON.stringify(fit))
  assert.ok(Math.abs((fit?.offsetMs ?? 0) - 100) < 2, JSON.stringify(fit))
})

test('films that began up to ten seconds apart are found by a wide search', () => {
  const meter = openMeter(small, 10 * fps)
  for (const apart of [-9_400, -3_000, 6_180, 9_800])
    assert.ok(
      errorOf(
        watch(meter, 0, () => apart, { frames: 30 * fps }),
        apart,
      ) <= tenthMs,
      `${apart} ms`,
    )
})

const frozen = (camera: Camera): Pictures => ({ ...rig, [camera]: [pictureAt(rig[camera], 0)] })
const covered = (camera: Camera): Pictures => ({ ...rig, [camera]: [new Uint8Array(640 * 360).fill(40)] })

test('what cannot be known is refused: nobody moves, a camera is frozen or covered, too few pictures, another match', () => {
  const meter = openMeter(small)
  const whyOf = (pictures: Pictures, frames = windowFrames): string => {
    const verdict = watch(meter, 100, () => 80, { pictures, frames })
    return verdict.is === 'refused' ? verdict.why : JSON.stringify(verdict)
  }
  assert.equal(whyOf({ ...frozen('left'), right: frozen('right').right }), 'nothing-moves')
  for (const camera of ['left', 'right'] as const) {
    assert.equal(whyOf(frozen(camera)), `still-${camera}`)
    assert.equal(whyOf(covered(camera)), `still-${camera}`)
  }
  assert.equal(whyOf(rig, 10), 'too-short')
  assert.equal(meter.judge().is, 'refused')
  for (const away of [150, 200, 250, 300, 350]) {
    const other = { ...rig, right: [...rig.right.slice(away), ...rig.right.slice(0, away)] } // further than is looked for
    assert.equal(whyOf(other), 'indistinct', `${away} frames away`)
  }
})
