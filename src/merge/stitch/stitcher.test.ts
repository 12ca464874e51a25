import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import fc from 'fast-check'
import { exposures, geometries, noise } from '../../../tests/random-stitch.ts'
import { pictureBytes } from '../picture.ts'
import { composeReference } from './reference.ts'
import type { StitchGeometry } from './stitch-geometry.ts'
import { openStitcher, type Exposures, type Stitcher } from './stitcher.ts'

const all = { left: 1, right: 1, canvas: 1 }

/** A stitcher with pictures of noise in its slots, and those pictures. */
function filled(geometry: StitchGeometry, seed: number, form: 'plain' | 'relaxed') {
  const stitcher = openStitcher(geometry, all, form)
  const pictures = { left: noise(geometry.left, seed), right: noise(geometry.right, seed + 1), card: noise(geometry.canvas, seed + 2) }
  stitcher.slots.left[0]?.set(pictures.left)
  stitcher.slots.right[0]?.set(pictures.right)
  stitcher.card.set(pictures.card)
  stitcher.slots.canvas[0]?.fill(77)
  return { stitcher, pictures }
}

const drawn = ({ slots }: Stitcher): Buffer => slots.canvas[0] ?? Buffer.alloc(0)

/** Where the first difference is: more use than two thousand bytes. */
function assertSame(actual: Buffer, expected: Uint8Array, what: string): void {
  if (actual.equals(expected)) return
  const at = actual.findIndex((value, n) => value !== expected[n])
  assert.fail(`${what}: byte ${at} of ${expected.length} is ${actual[at]}, not ${expected[at]}`)
}

test('the kernel draws what plain arithmetic draws, bit for bit, with relaxed SIMD and without, whatever the maps, sizes, seams and gains', () => {
  const sides = fc.constantFrom('both', 'left', 'right', 'neither')
  fc.assert(
    fc.property(geometries, fc.nat(1e6), exposures, exposures, sides, (geometry, seed, leftExposure, rightExposure, shown) => {
      const [left, right] = [shown === 'both' || shown === 'left', shown === 'both' || shown === 'right']
      const given: Exposures = { ...(leftExposure && { left: leftExposure }), ...(rightExposure && { right: rightExposure }) }
      for (const form of ['plain', 'relaxed'] as const) {
        const { stitcher, pictures } = filled(geometry, seed, form)
        stitcher.compose(left ? 0 : 'card', right ? 0 : 'card', 0, given)
        const expected = composeReference(geometry, {
          left: left ? pictures.left : undefined,
          right: right ? pictures.right : undefined,
          card: pictures.card,
          ...(leftExposure && { leftExposure }),
          ...(rightExposure && { rightExposure }),
        })
        assertSame(drawn(stitcher), expected, form)
      }
    }),
    { numRuns: 300 },
  )
})

test('a canvas that is drawn band by band is the same, and a band touches no row of another', () => {
  fc.assert(
    fc.property(geometries, fc.nat(1e6), fc.double({ min: 0, max: 1, noNaN: true }), (geometry, seed, share) => {
      const { height, width } = geometry.canvas
      const middle = 2 * Math.round((share * height) / 2)
      const whole = filled(geometry, seed, 'relaxed').stitcher
      whole.compose(0, 0, 0)
      const { stitcher } = filled(geometry, seed, 'relaxed')
      stitcher.compose(0, 0, 0, {}, { fromRow: middle, toRow: height })
      assert.ok(
        drawn(stitcher)
          .subarray(0, middle * width)
          .every((value) => value === 77),
      )
      stitcher.compose(0, 0, 0, {}, { fromRow: 0, toRow: middle })
      assertSame(drawn(stitcher), drawn(whole), 'in bands')
    }),
    { numRuns: 60 },
  )
})

test('nothing is drawn outside the canvas, also when its width is no multiple of eight', () => {
  fc.assert(
    fc.property(geometries, fc.nat(1e6), (geometry, seed) => {
      const { stitcher } = filled(geometry, seed, 'relaxed')
      const { memory, slots } = stitcher.shared
      const before = Buffer.from(memory.buffer).toString('latin1')
      stitcher.compose(0, 0, 0)
      const after = Buffer.from(memory.buffer).toString('latin1')
      const [from = 0] = slots.canvas
      const to = from + pictureBytes(geometry.canvas)
      assert.ok(before.slice(0, from) === after.slice(0, from) && before.slice(to) === after.slice(to))
    }),
    { numRuns: 30 },
  )
})

test('a worker thread draws on the memory that it is handed', async () => {
  const [geometry] = fc.sample(geometries, { numRuns: 1, seed: 7 })
  if (!geometry) return
  const { stitcher } = filled(geometry, 1, 'relaxed')
  stitcher.compose(0, 0, 0)
  const expected = Buffer.from(drawn(stitcher))
  drawn(stitcher).fill(77)
  const program = `
    const { workerData } = require('node:worker_threads')
    import(workerData.module).then(({ attachStitcher }) => attachStitcher(workerData.shared).compose(0, 0, 0))`
  const module = import.meta.resolve('./stitcher.ts')
  const worker = new Worker(program, { eval: true, workerData: { module, shared: stitcher.shared } })
  assert.deepEqual(await once(worker, 'exit'), [0])
  assertSame(drawn(stitcher), expected, 'in a worker')
})

test('a slot that there is not is refused', () => {
  const [geometry] = fc.sample(geometries, { numRuns: 1, seed: 7 })
  if (!geometry) return
  const stitcher = openStitcher(geometry, all)
  for (const [left, right, canvas] of [
    [1, 0, 0],
    [0, -1, 0],
    [0, 0, 2],
  ] as const)
    assert.throws(() => stitcher.compose(left, right, canvas), RangeError)
})
