import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isCopyDue, type CopyFacts } from './copy-policy.ts'

const minute = 60_000
const due: CopyFacts = { ageMs: 10 * minute, bytes: 5e6, freeBytes: 20e9, changed: true, irreplaceableChanged: false, busy: true }

test('what has changed is copied after ten minutes, also during a match; what has not is not', () => {
  assert.equal(isCopyDue(due), true)
  assert.equal(isCopyDue({ ...due, ageMs: 10 * minute - 1 }), false)
  assert.equal(isCopyDue({ ...due, changed: false }), false)
})

test('a home without a copy gets one at once', () => {
  assert.equal(isCopyDue({ ...due, ageMs: undefined }), true)
})

test('a new account, key or share link is copied soon, for nothing else tells of it', () => {
  const linked = { ...due, changed: false, irreplaceableChanged: true, bytes: 1e6 }
  assert.equal(isCopyDue({ ...linked, ageMs: 10_000 }), true)
  assert.equal(isCopyDue({ ...linked, ageMs: 9_999 }), false)
})

test('a large database is copied more rarely, and not during a match', () => {
  assert.equal(isCopyDue({ ...due, bytes: 64e6, ageMs: 640_000 }), true)
  assert.equal(isCopyDue({ ...due, bytes: 64e6, ageMs: 639_999 }), false)
  const large = { ...due, bytes: 200e6, ageMs: 2_000_000 }
  assert.equal(isCopyDue(large), false)
  assert.equal(isCopyDue({ ...large, busy: false }), true)
  assert.equal(isCopyDue({ ...large, busy: false, irreplaceableChanged: true, ageMs: 1_999_999 }), false)
})

test('a copy never takes the last gigabyte', () => {
  assert.equal(isCopyDue({ ...due, freeBytes: 1e9 + 5e6 }), true)
  assert.equal(isCopyDue({ ...due, freeBytes: 1e9 + 5e6 - 1 }), false)
})
