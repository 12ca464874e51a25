import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { captureUs, firstGop, gopOffset, nextGop, type CameraClock, type Gop } from './frame-clock.ts'

const shapes = [
  { fps: 10, groupFrames: 4 },
  { fps: 25, groupFrames: 10 },
  { fps: 25, groupFrames: 25 },
  { fps: 30, groupFrames: 12 },
  { fps: 60, groupFrames: 24 },
]
const anyClock = fc.record({
  shape: fc.constantFrom(...shapes),
  phaseMs: fc.integer({ min: 0, max: 5000 }),
  driftPpm: fc.integer({ min: -10_000, max: 10_000 }),
})
type Shaped = Omit<CameraClock, 'firstFrame' | 'fps' | 'groupFrames'> & {
  readonly shape: { readonly fps: number; readonly groupFrames: number }
}
const withOffset = ({ shape, ...clock }: Shaped): CameraClock => ({
  ...clock,
  ...shape,
  firstFrame: gopOffset(shape.fps, clock.phaseMs, shape.groupFrames),
})
const anyStartUs = fc.integer({ min: 0, max: 400 * 86_400 }).map((seconds) => seconds * 1e6 + 123_457)

/** Every capture of some groups: the scene frame shown and the instant in scene frames. */
function* captures(first: Gop, clock: CameraClock, groups: number): Generator<{ shown: number; position: number }> {
  let gop = first
  for (let n = 0; n < groups; n += 1) {
    for (let frame = 0; frame < gop.frames; frame += 1) {
      const position = (captureUs(gop.startPosition, gop.captured + frame, clock) * clock.fps) / 1e6
      yield { shown: gop.sceneFrame + Math.min(frame, clock.groupFrames - 1), position }
    }
    gop = nextGop(gop, clock)
  }
}

test('a camera never shows a frame that is more than one from the scene, whatever its phase and drift, for ten minutes', () => {
  fc.assert(
    fc.property(anyClock.map(withOffset), anyStartUs, (clock, nowUs) => {
      for (const { shown, position } of captures(firstGop(nowUs, clock), clock, 1_500))
        assert.ok(Math.abs(shown - Math.floor(position + 1e-3)) <= 1, `${shown} at ${position}`)
    }),
    { numRuns: 40 },
  )
})

test('without drift every frame is exactly the scene at its instant', () => {
  fc.assert(
    fc.property(anyClock, anyStartUs, (any, nowUs) => {
      const clock = withOffset({ ...any, driftPpm: 0 })
      for (const { shown, position } of captures(firstGop(nowUs, clock), clock, 30)) assert.equal(shown, Math.floor(position + 1e-3))
    }),
    { numRuns: 60 },
  )
})

test('the first frame comes within a group of the start and never before it', () => {
  fc.assert(
    fc.property(anyClock.map(withOffset), anyStartUs, (clock, nowUs) => {
      const gop = firstGop(nowUs, clock)
      const waitUs = captureUs(gop.startPosition, 0, clock) - nowUs
      assert.ok(waitUs > -1 && waitUs <= (clock.groupFrames * 1e6) / clock.fps + 1, `${waitUs} us`)
    }),
  )
})

test('a slow clock leaves a scene frame out and a fast one repeats one, at the end of a group', () => {
  const frames = (driftPpm: number): number[] => {
    const clock = withOffset({ shape: { fps: 25, groupFrames: 25 }, phaseMs: 0, driftPpm })
    const lengths: number[] = []
    for (let gop = firstGop(0, clock), n = 0; n < 40; n += 1, gop = nextGop(gop, clock)) lengths.push(gop.frames)
    return lengths
  }
  const total = (lengths: number[]): number => lengths.reduce((sum, length) => sum + length, 0)
  assert.deepEqual(frames(0), Array(40).fill(25))
  assert.deepEqual(
    [...new Set(frames(10_000))].toSorted((a, b) => a - b),
    [24, 25],
  )
  assert.deepEqual(
    [...new Set(frames(-10_000))].toSorted((a, b) => a - b),
    [25, 26],
  )
  assert.ok(Math.abs(total(frames(10_000)) * 1.01 - 1000) <= 1)
  assert.ok(Math.abs(total(frames(-10_000)) * 0.99 - 1000) <= 1)
})

test('capture instants lie on the grid shifted by the phase', () => {
  const clock = withOffset({ shape: { fps: 25, groupFrames: 10 }, phaseMs: 137, driftPpm: 0 })
  const gop = firstGop(5_000_000, clock)
  assert.equal(gop.sceneFrame % 10, 3) // three whole frames of the phase move the key frames
  assert.ok(Math.abs((captureUs(gop.startPosition, 7, clock) % 40_000) - 17_000) < 0.1)
})
