import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { flips } from '../../../config/picture-words.ts'
import { EzrecError } from '../../base/errors.ts'
import { assertFits, calibrationSchema, parseCalibration, type Calibration } from './calibration.ts'

const least: Calibration = {
  version: 1,
  left: { width: 1920, height: 1080 },
  right: { width: 1920, height: 1080 },
  homography: [1, 0, 1400, 0, 1, 0, 0, 0, 1],
}
const lens = { focalPx: 1200, centreX: 960, centreY: 540, k1: -0.1, k2: 0.01 }
const full: Calibration = {
  ...least,
  lens: { left: lens, right: lens },
  turns: { left: { rotation: 180, flip: 'none' }, right: { rotation: 0, flip: 'horizontal' } },
  projection: { kind: 'cylindrical', focalPx: 1200, reference: [1, 0, 960, 0, 1, 540, 0, 0, 1] },
  canvas: { x: -100, y: 20, width: 3000, height: 900 },
  seam: { points: [{ x: 1500, y: 0 }], featherPx: 200 },
  exposure: { y: [1.1, 2], u: [1, 0], v: [0.9, -1] },
  quality: { rmsPx: 0.12, inliers: 900, overlapShare: 0.25 },
  madeAt: '2026-11-22T12:00:00Z',
}

test('the least that makes a calibration is enough, and all of it is kept', () => {
  for (const calibration of [least, full]) assert.deepEqual(parseCalibration(JSON.stringify(calibration), 'rig.json'), calibration)
})

test('each fault is told by its name', () => {
  const told = (change: object, message: RegExp): void =>
    assert.throws(() => parseCalibration(JSON.stringify({ ...full, ...change }), 'rig.json'), { code: 'invalid', message })
  told({ version: 2 }, /rig\.json.*version/)
  told({ left: { width: 1921, height: 1080 } }, /left\.width/)
  told({ right: { width: 1920, height: 9000 } }, /right\.height/)
  told({ homography: [1, 0, 0, 0, 1, 0, 0, 0] }, /homography/)
  told({ homography: [1, 2, 3, 2, 4, 6, 0, 0, 1] }, /singular/)
  told({ homography: [1, 0, 0, 0, 1, 0, 0, 0, 1e12] }, /homography/)
  told({ lens: { left: lens } }, /lens\.right/)
  told({ lens: { left: lens, right: { ...lens, k1: 9 } } }, /lens\.right\.k1/)
  told({ projection: { kind: 'spherical' } }, /projection/)
  told({ projection: { kind: 'planar', reference: [0, 0, 0, 0, 0, 0, 0, 0, 0] } }, /singular/)
  told({ turns: { left: { rotation: 45, flip: 'none' }, right: { rotation: 0, flip: 'none' } } }, /turns\.left\.rotation/)
  told({ canvas: { x: 0, y: 0, width: 15, height: 900 } }, /canvas\.width/)
  told({ canvas: { x: 0.5, y: 0, width: 1600, height: 900 } }, /canvas\.x/)
  told({ seam: { points: [], featherPx: 0 } }, /seam\.points/)
  told({ seam: { points: [{ x: 0, y: 0 }], featherPx: -1 } }, /seam\.featherPx/)
  told({ exposure: { y: [4, 0], u: [1, 0], v: [1, 0] } }, /exposure\.y\.0/)
  told({ madeAt: 'yesterday' }, /madeAt/)
  assert.throws(() => parseCalibration('{', 'rig.json'), { code: 'invalid', message: /no JSON/ })
  assert.throws(() => parseCalibration('null', 'rig.json'), { code: 'invalid', message: /the document/ })
})

test('whatever stands in the file, it is a calibration or an error with a mend, never anything else', () => {
  const judge = (text: string): void => {
    try {
      assert.ok(calibrationSchema.safeParse(parseCalibration(text, 'rig.json')).success)
    } catch (error) {
      assert.ok(error instanceof EzrecError && error.code === 'invalid' && error.hint !== '', String(error))
    }
  }
  fc.assert(fc.property(fc.string(), judge))
  fc.assert(fc.property(fc.json(), judge))
  const odd = fc.oneof(fc.double(), fc.integer(), fc.string(), fc.constant(null), fc.array(fc.double(), { maxLength: 10 }), fc.object())
  const key = fc.constantFrom(
    'version',
    'left',
    'right',
    'homography',
    'lens',
    'turns',
    'projection',
    'canvas',
    'seam',
    'exposure',
    'quality',
    'madeAt',
  )
  fc.assert(fc.property(fc.dictionary(key, odd), (change) => judge(JSON.stringify({ ...full, ...change }))))
  const matrix = fc.array(fc.double({ noDefaultInfinity: true, noNaN: true }), { minLength: 9, maxLength: 9 })
  fc.assert(fc.property(matrix, (homography) => judge(JSON.stringify({ ...full, homography }))))
})

test('pictures of another size are refused, with both sizes', () => {
  const { left, right } = least
  const straight = { rotation: 0, flip: 'none' } as const
  const turns = { left: straight, right: straight }
  assertFits(least, left, right, turns)
  assert.throws(() => assertFits(least, left, { width: 1280, height: 720 }, turns), {
    code: 'invalid',
    message: /right picture of 1920x1080.*1280x720/,
  })
  assert.throws(() => assertFits(least, { width: 1080, height: 1920 }, right, turns), { code: 'invalid', message: /left/ })
})

test('pictures that are turned another way are refused, unless it comes to the same or nobody knows how they were', () => {
  const { left, right } = least
  const turned = (rotation: 0 | 90 | 180 | 270, flip: (typeof flips)[number]) => ({ rotation, flip })
  const made = { ...least, turns: { left: turned(0, 'none'), right: turned(0, 'none') } }
  const judge = (calibration: Calibration, ofRight: ReturnType<typeof turned>): void =>
    assertFits(calibration, left, right, { left: turned(0, 'none'), right: ofRight })
  judge(made, turned(0, 'none'))
  assert.throws(() => judge(made, turned(180, 'none')), {
    code: 'invalid',
    message: /right picture turned by 0 degrees, now it is turned by 180 degrees/,
  })
  assert.throws(() => judge(made, turned(0, 'horizontal')), { code: 'invalid', message: /0 degrees, flipped horizontal/ })
  judge({ ...made, turns: { ...made.turns, right: turned(180, 'none') } }, turned(0, 'both'))
  judge({ ...made, turns: { ...made.turns, right: turned(270, 'vertical') } }, turned(90, 'horizontal'))
  judge(least, turned(180, 'none'))
})
