import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { assetOfKey } from './media-key.ts'

test('the keys that the original’s pages use name an asset each', () => {
  for (const [key, asset] of [
    ['main_ezrec_logo.png', 'platform'],
    ['u-1/logo/logo.png', 'venue'],
    ['u-1/logo/logo.webp', 'venue'],
    ['u-1/sponsor-logo1/logo1.png', 'sponsor-1'],
    ['u-1/sponsor-logo3/logo3.jpeg', 'sponsor-3'],
    ['u-1/sponsor_logo_0.png', 'sponsor-1'],
    ['u-1/sponsor_logo_2.png', 'sponsor-3'],
    ['u-1/intro-video/intro.mp4', 'intro'],
    ['u-1/outro-video/outro.mov', 'outro'],
  ] as const)
    assert.equal(assetOfKey(key, 'u-1'), asset, key)
})

test('no other key names any', () => {
  const parts = ['u-1', 'logo', 'logo.png', '..', '/', 'sponsor-logo1', 'logo2.png', '\0', 'intro-video', 'main_ezrec_logo.png', '\n']
  for (const key of [
    'u-2/logo/logo.png',
    'u-1/sponsor-logo1/logo2.png',
    'u-1/sponsor_logo_3.png',
    'u-1//logo/logo.png',
    'u-1/logo/logo.png\n',
  ])
    assert.throws(() => assetOfKey(key, 'u-1'), { code: 'not_found' }, key)
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...parts), { maxLength: 6 }), (some) => {
      const key = some.join('/')
      const isGood = ['u-1/logo/logo.png', 'main_ezrec_logo.png'].includes(key)
      if (!isGood) assert.throws(() => assetOfKey(key, 'u-1'), { code: 'not_found' }, key)
    }),
  )
})
