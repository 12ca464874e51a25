import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../src/capture/pitch/random.ts'
import { structureOf, type Grey } from './structure.ts'

const width = 40
const height = 24
const grey = (of: (x: number, y: number) => number): Grey => ({
  width,
  height,
  values: Uint8Array.from({ length: width * height }, (_, n) => of(n % width, Math.floor(n / width))),
})
const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length

test('a picture is wholly like itself', () => {
  const random = seededRandom(3)
  const any = grey(() => Math.floor(random() * 256))
  assert.ok(structureOf(any, any).every((index) => Math.abs(index - 1) < 1e-4))
})

test('two even pictures differ as their brightness does', () => {
  const [a, b] = [10, 30]
  const expected = (2 * a * b + 6.5025) / (a * a + b * b + 6.5025)
  const index = structureOf(
    grey(() => a),
    grey(() => b),
  )
  assert.ok(
    index.every((value) => Math.abs(value - expected) < 1e-3),
    `${index[0]} instead of ${expected}`,
  )
})

test('noise costs structure, and only where it is', () => {
  const random = seededRandom(5)
  const clean = grey((x, y) => (x * 7 + y * 5) % 256)
  const noisy = grey((x, y) => Math.max(0, Math.min(255, ((x * 7 + y * 5) % 256) + (x < 12 ? Math.round(60 * (random() - 0.5)) : 0))))
  const index = structureOf(clean, noisy)
  const part = (from: number, to: number): number => mean(index.filter((_, n) => n % width >= from && n % width < to))
  assert.ok(part(0, 12) < 0.97 && part(18, width) > 0.9999, `${part(0, 12)} ${part(18, width)}`)
})
