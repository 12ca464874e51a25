import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { uploadWindows } from './upload-windows.ts'

test('times of day with rates are read, over midnight too', () => {
  assert.deepEqual(uploadWindows.parse('08:00-22:30=2000, 22:30-06:00=full,06:00-08:00=off'), [
    { fromMinute: 480, toMinute: 1_350, rate: 2_000 },
    { fromMinute: 1_350, toMinute: 360, rate: 'full' },
    { fromMinute: 360, toMinute: 480, rate: 'off' },
  ])
  assert.deepEqual(uploadWindows.parse(''), [])
  assert.equal(uploadWindows.parse('00:00-24:00=64')[0]?.toMinute, 1_440)
})

test('what is no such list is refused, and nothing crashes the reader', () => {
  const wrong = [
    '8:00-22:00=2000',
    '08:00-25:00=full',
    '08:00-24:01=full',
    '08:00-08:00=off',
    '08:00-09:00=63',
    '08:00-09:00',
    'full',
    '08:00-09:00=-5',
  ]
  for (const text of wrong) assert.equal(uploadWindows.safeParse(text).success, false, text)
  fc.assert(fc.property(fc.string(), (text) => typeof uploadWindows.safeParse(text).success === 'boolean'))
})
