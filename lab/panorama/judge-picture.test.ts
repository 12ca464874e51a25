import assert from 'node:assert/strict'
import { test } from 'node:test'
import { overlap, panorama } from './geometry.ts'
import { openJudge, stepsOf } from './judge-picture.ts'
import type { Grey } from './structure.ts'

/** The upper part of a panorama. */
const size = { width: panorama.width, height: 160 }
const grey = (of: (x: number, y: number) => number): Grey => ({
  ...size,
  values: Uint8Array.from({ length: size.width * size.height }, (_, n) => of(n % panorama.width, Math.floor(n / panorama.width))),
})
const truth = grey((x, y) => 90 + ((x * 3 + y * 7) % 50))
const verdictOn = (of: (x: number, y: number) => number) => {
  const judge = openJudge(size)
  judge.add(grey(of), truth)
  return judge.verdict()
}
const trueAt = (x: number, y: number): number => truth.values[y * panorama.width + x] ?? 0

test('a film that is two steps too bright right of the seam is worth 42 dB there, and shows where', () => {
  const seamAt = 1700
  const found = verdictOn((x, y) => trueAt(x, y) + (x >= seamAt ? 2 : 0))
  const judged = 1 - (442 * 80) / (1488 * size.height) // the counter's place is not
  assert.ok(Math.abs(found.right.psnr - 10 * Math.log10(65_025 / (4 * judged))) < 0.01, `${found.right.psnr}`)
  assert.equal(found.left.psnr, Infinity)
  assert.ok(found.overlap.psnr > found.right.psnr && found.all.psnr > found.right.psnr)
  assert.ok(Math.abs(found.seamStep - 2) < 0.2 && Math.abs(found.seamAt - seamAt) < 17, `${found.seamStep} at ${found.seamAt}`)
  assert.equal(found.usualStep, 0)
})

test('the counters are not judged', () => {
  const found = verdictOn((x, y) => (y < 32 && (x < 256 || x >= panorama.width - 256) ? 235 : trueAt(x, y)))
  assert.deepEqual([found.all.psnr, found.all.ssim, found.seamStep], [Infinity, 1, 0])
})

test('a slow change of brightness is no step, a sudden one is', () => {
  const slope = Float64Array.from({ length: panorama.width }, (_, x) => (x < overlap.from ? 0 : Math.min(1, (x - overlap.from) / 448)))
  const jump = slope.map((value) => (value > 0.5 ? 1 : 0))
  assert.ok(stepsOf(slope).seamStep <= 0.05)
  assert.equal(stepsOf(jump).seamStep, 1)
})
