import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { clipsToDrop } from './clip-cache-policy.ts'

const limits = { ageMs: 100, files: 4, bytes: 1_000 }

test('old parts go, then the oldest, until there is room for one more', () => {
  const clip = (name: string, atMs: number, bytes = 1) => ({ name, atMs, bytes })
  assert.deepEqual(clipsToDrop([clip('a', 10), clip('b', 950), clip('c', 960)], 1_000, limits), ['a'])
  assert.deepEqual(clipsToDrop([clip('a', 990), clip('b', 970), clip('c', 980), clip('d', 960)], 1_000, limits), ['d'])
  assert.deepEqual(clipsToDrop([clip('a', 990, 900), clip('b', 970, 200)], 1_000, limits), ['b'])
  assert.deepEqual(clipsToDrop([clip('ahead', 5_000)], 1_000, limits), ['ahead'], 'the clock was set back')
})

test('what stays is within every limit', () => {
  const clips = fc.array(fc.record({ name: fc.uuid(), atMs: fc.nat(2_000), bytes: fc.nat(500) }), { maxLength: 12 })
  fc.assert(
    fc.property(clips, (all) => {
      const dropped = clipsToDrop(all, 1_000, limits)
      const kept = all.filter(({ name }) => !dropped.includes(name))
      assert.ok(kept.length < limits.files)
      assert.ok(kept.reduce((sum, { bytes }) => sum + bytes, 0) <= limits.bytes)
      assert.ok(kept.every(({ atMs }) => atMs >= 900 && atMs <= 1_100))
    }),
  )
})
