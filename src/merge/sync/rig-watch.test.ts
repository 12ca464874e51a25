import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { rigPictures } from '../../../lab/rig-pictures.ts'
import { rigEnvironment } from '../../../tests/real-session.ts'
import type { RigFormat } from '../../capture/pitch/rig-format.ts'
import { simulatedCalibration } from '../../capture/pitch/view.ts'
import type { Camera } from '../../capture/take.ts'
import { multiply, type Matrix3 } from '../stitch/homography.ts'
import { openPatchStack } from './overlap-patches.ts'
import { measureResidual, type Residual } from './overlap-residual.ts'
import { openJudgement, openRigWatch, type RigVerdict } from './rig-watch.ts'

const small: RigFormat = { width: 640, height: 360, fps: 25 }
const large: RigFormat = { width: 1280, height: 720, fps: 25 }

type Pair = Readonly<Record<Camera, Uint8Array>>

/** Pairs of decoded pictures, two seconds apart. */
async function pairsOf(format: RigFormat): Promise<Pair[]> {
  const pairs: Pair[] = []
  for (let from = 0; from < 250; from += 50) {
    const of = async (side: Camera) =>
      (await rigPictures(side, format, { from, frames: 10 }, rigEnvironment.CACHE_DIR))[0] ?? Buffer.alloc(0)
    pairs.push({ left: await of('left'), right: await of('right') })
  }
  return pairs
}

const pairs = new Map<RigFormat, Pair[]>()
before(async () => {
  for (const format of [small, large]) pairs.set(format, await pairsOf(format))
})

const byPixels = (x: number, y: number): Matrix3 => [1, 0, x, 0, 1, y, 0, 0, 1]

/** About the middle of the picture. */
function byDegrees(angle: number, { width, height }: RigFormat): Matrix3 {
  const [cos, sin] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)]
  return multiply(byPixels(width / 2, height / 2), multiply([cos, -sin, 0, sin, cos, 0, 0, 0, 1], byPixels(-width / 2, -height / 2)))
}

/** The rig as it is, against a calibration that was made when the right camera stood otherwise. */
const calibrated = (format: RigFormat, moved: Matrix3) => {
  const calibration = simulatedCalibration(format)
  return { ...calibration, homography: multiply(calibration.homography, moved) }
}

function residual(format: RigFormat, moved: Matrix3, change: (pair: Pair) => Pair = (pair) => pair): Residual {
  const stack = openPatchStack(calibrated(format, moved), { left: format, right: format })
  for (const pair of (pairs.get(format) ?? []).map(change)) stack.add(pair.left, pair.right)
  const { left, right } = stack.take()
  return measureResidual(stack.form, left, right)
}

const pxOf = (told: Residual): number => (told.is === 'measured' && !told.beyond ? told.px : Number.NaN)

test('a rig that stands as it was calibrated leaves next to nothing, with players in front', () => {
  for (const format of [small, large]) assert.ok(pxOf(residual(format, byPixels(0, 0))) < 0.15, `${format.width}`)
})

test('a shift of 1, 3 or 10 pixels is told by its size; one beyond reach as beyond', () => {
  for (const format of [small, large])
    for (const [x, y, size] of [
      [1, 0, 1],
      [0, -1, 1],
      [2, 2, Math.hypot(2, 2)],
      [0, 3, 3],
    ] as const) {
      const told = pxOf(residual(format, byPixels(x, y)))
      assert.ok(Math.abs(told - size) < 0.15 * size + 0.1, `${format.width}: ${told} for ${x}, ${y}`)
    }
  assert.ok(Math.abs(pxOf(residual(large, byPixels(10, 0))) - 10) < 1)
  for (const [format, x] of [
    [small, 10],
    [large, 30],
  ] as const) {
    const told = residual(format, byPixels(x, 0))
    assert.ok(told.is === 'measured' && told.beyond && told.px < x, JSON.stringify(told))
  }
})

test('a turn by 0.3 degrees is seen', () => {
  for (const format of [small, large]) {
    // The overlap lies at the edge of the right picture, half a width from the axis.
    const atEdge = 0.5 * format.width * Math.sin((0.3 * Math.PI) / 180)
    const told = pxOf(residual(format, byDegrees(0.3, format)))
    assert.ok(told > 0.6 * atEdge && told < 1.4 * atEdge, `${format.width}: ${told} for ${atEdge}`)
  }
})

test('a dark court and a covered camera tell nothing', () => {
  const dimmed = (luma: Uint8Array): Uint8Array => luma.map((value) => 16 + (value - 16) / 40)
  const flat = (luma: Uint8Array): Uint8Array => luma.map(() => 90)
  const still = byPixels(0, 0)
  assert.deepEqual(
    residual(small, still, ({ left, right }) => ({ left: dimmed(left), right: dimmed(right) })),
    { is: 'unknown', why: 'dark' },
  )
  assert.deepEqual(
    residual(small, still, ({ left, right }) => ({ left: flat(left), right })),
    { is: 'unknown', why: 'covered-left' },
  )
  assert.deepEqual(
    residual(small, still, ({ left, right }) => ({ left, right: flat(right) })),
    { is: 'unknown', why: 'covered-right' },
  )
  assert.deepEqual(
    residual(small, still, ({ left, right }) => ({ left: flat(left), right: flat(right) })),
    { is: 'unknown', why: 'plain' },
  )
})

test('the watch says steady or moved after three looks that agree, and each change once', () => {
  const looks = (watch: ReturnType<typeof openRigWatch>, count: number): RigVerdict[] =>
    Array.from({ length: count }, () => (pairs.get(small) ?? []).flatMap(({ left, right }) => watch.see(left, right) ?? [])).flat()
  const steady = openRigWatch(calibrated(small, byPixels(0, 0)), { left: small, right: small })
  assert.deepEqual(steady.verdict, { is: 'unknown', why: 'not-yet' })
  assert.deepEqual(looks(steady, 2), [])
  assert.deepEqual(
    looks(steady, 3).map(({ is }) => is),
    ['steady'],
  )
  const moved = openRigWatch(calibrated(small, byPixels(0, 1)), { left: small, right: small })
  assert.deepEqual(
    looks(moved, 4).map(({ is }) => is),
    ['moved'],
  )
})

test('a verdict changes only when looks in a row say so, and between the limits it stays', () => {
  const judgement = openJudgement()
  const look = (px: number): RigVerdict['is'] | undefined => judgement.judge({ is: 'measured', px, beyond: false, patches: 30 })?.is
  const all = (...sizes: number[]): (RigVerdict['is'] | undefined)[] => sizes.map(look)
  assert.deepEqual(all(0.1, 0.1, 0.1, 0.1), [undefined, undefined, 'steady', undefined])
  assert.deepEqual(all(1, 1, 0.1, 1, 1, 1), [undefined, undefined, undefined, undefined, undefined, 'moved'])
  assert.deepEqual(all(0.6, 0.6, 0.6, 0.6, 0.4, 0.4, 0.4), [undefined, undefined, undefined, undefined, undefined, undefined, 'steady'])
  assert.deepEqual(all(0.7, 0.7, 0.7, 0.7), [undefined, undefined, undefined, undefined])
  for (let n = 0; n < 2; n += 1) assert.equal(judgement.judge({ is: 'unknown', why: 'dark' }), undefined)
  assert.deepEqual(judgement.judge({ is: 'unknown', why: 'dark' }), { is: 'unknown', why: 'dark' })
})

test('a calibration that itself left more is not called moved by that', () => {
  const judgement = openJudgement(0.4)
  for (let n = 0; n < 3; n += 1) judgement.judge({ is: 'measured', px: 1.1, beyond: false, patches: 30 })
  assert.equal(judgement.verdict.is, 'steady')
})
