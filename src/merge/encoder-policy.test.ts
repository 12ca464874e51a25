import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BoardKind } from '../capture/drivers/board.ts'
import { planOf, spareEncoder } from '../capture/drivers/board-plan.ts'
import { chooseEncoder, type EncoderWish } from './encoder-policy.ts'

const plan = (kind: BoardKind) => planOf({ kind, model: '' }, 4)
const usb = ['v4l2:/dev/video0', 'rtsp://camera/stream']
const rig = { width: 960, height: 540, fps: 25 }
const film = { width: 1_920, height: 540, fps: 25 }

const choose = (changes: Partial<EncoderWish> & { board?: BoardKind; sources?: readonly string[]; camera?: typeof rig } = {}) =>
  chooseEncoder({
    wanted: 'auto',
    spare: spareEncoder(plan(changes.board ?? 'pi4'), changes.sources ?? usb, changes.camera ?? rig),
    canvas: film,
    ...changes,
  })

test('a Raspberry Pi 4 encodes a film of at most 1920 pixels a side in hardware', () => {
  assert.equal(choose().encoder, 'v4l2m2m')
  assert.equal(choose({ canvas: { width: 1_922, height: 540, fps: 25 } }).encoder, 'x264')
  assert.equal(choose({ canvas: { width: 720, height: 2_560, fps: 25 } }).encoder, 'x264')
})

test('no other board does, and nobody who asks for x264, for one quantiser or for an intro', () => {
  for (const board of ['pi5', 'pi-older', 'other'] as const) assert.equal(choose({ board }).encoder, 'x264', board)
  assert.equal(choose({ wanted: 'x264' }).encoder, 'x264')
  assert.equal(choose({ qp: 26 }).encoder, 'x264')
  assert.equal(choose({ bookends: true }).encoder, 'x264')
})

test('what a CSI camera takes of the encoder is not there for the film, and auto may become a CSI camera', () => {
  const camera = { width: 1_920, height: 1_080, fps: 25 } // 51.8 of 62.3 million pixels a second
  for (const source of ['rpicam:/base/soc/i2c0mux/i2c@1/imx708@1a', 'auto']) {
    const { encoder, because } = choose({ sources: [source, 'rtsp://camera/stream'], camera })
    assert.equal(encoder, 'x264', source)
    assert.match(because, /25\.9 million pixels a second, and the cameras leave 10\.5/)
  }
  assert.equal(choose({ sources: usb, camera }).encoder, 'v4l2m2m', 'cameras that encode by themselves leave all of it')
  assert.equal(
    choose({ sources: ['auto', 'auto'], camera: { width: 1_280, height: 720, fps: 25 } }).encoder,
    'v4l2m2m',
    'one sensor at a time',
  )
})
