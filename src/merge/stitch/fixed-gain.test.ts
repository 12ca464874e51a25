import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fixedGains, neutralExposure } from './fixed-gain.ts'

test('an exposure that changes nothing changes nothing', () => {
  for (const { gain, offset } of fixedGains(neutralExposure))
    for (let value = 0; value < 256; value += 1) assert.equal((((64 * value * gain + 0x4000) >> 15) + offset) >> 5, value)
})

test('a gain turns luma about black and chroma about grey, to the nearest code value', () => {
  const gain = fc.double({ min: 0.25, max: 1.99, noNaN: true })
  const offset = fc.double({ min: -128, max: 128, noNaN: true })
  fc.assert(
    fc.property(gain, offset, fc.nat(255), (by, shift, value) => {
      const [y, u] = fixedGains({ y: [by, shift], u: [by, shift], v: [1, 0] })
      for (const [fixed, pivot] of [
        [y, 16],
        [u, 128],
      ] as const) {
        const drawn = (((64 * value * fixed.gain + 0x4000) >> 15) + fixed.offset) / 32 - 0.5
        assert.ok(Math.abs(drawn - (pivot + by * (value - pivot) + shift)) < 0.1, `${drawn}`)
      }
    }),
  )
})

test('whatever is asked, it fits in the sixteen bits of the kernel', () => {
  const any = fc.double({ noNaN: true })
  fc.assert(
    fc.property(any, any, (by, shift) => {
      for (const { gain, offset } of fixedGains({ y: [by, shift], u: [by, shift], v: [by, shift] })) {
        assert.ok(gain >= 0 && gain < 32_768 && gain % 4 === 0)
        assert.ok(offset >= -32_768 && ((255 * 64 * gain + 0x4000) >> 15) + offset + gain / 4 < 32_768, `${gain} ${offset}`)
      }
    }),
  )
})
