import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { nearest } from './nearest.ts'

const known = ['DEBUG', 'API_PORT', 'S3_BUCKET', 'LOG_LEVEL', 'MERGE_CRF', 'MERGE_LAYOUT']

test('one slip is found: a letter dropped, added, replaced or swapped with its neighbour', () => {
  for (const slip of ['DEBU', 'EBUG', 'DEBUGS', 'XDEBUG', 'DEBAG', 'DEUBG', 'EDBUG', 'debug'])
    assert.equal(nearest(slip, known), 'DEBUG', slip)
})

test('a short name may differ by one slip, a name of 8 letters and more by two', () => {
  assert.equal(nearest('DEPUGS', known), undefined)
  assert.equal(nearest('API_PROTT', known), 'API_PORT')
  assert.equal(nearest('MERGELAYOT', known), 'MERGE_LAYOUT')
  assert.equal(nearest('MRGELAYOT', known), undefined)
})

test('other names are nobody', () => {
  for (const name of ['PATH', 'USER', 'LANG', '', 'API', 'S3_REGION_NAME']) assert.equal(nearest(name, known), undefined, name)
})

test('the nearest of several wins', () => {
  assert.equal(nearest('LOG_LEVEM', ['LOG_LEVEX', 'LOG_LEVELS', 'LOG_LEVEM']), 'LOG_LEVEM')
  assert.equal(nearest('AAAAAAAAB', ['AAAAAAABBB', 'AAAAAAAABC']), 'AAAAAAAABC')
})

test('two swaps are two slips, and two letters apart are not swapped', () => {
  assert.equal(nearest('PAI_PROT', known), 'API_PORT')
  for (const name of ['DEGUB', 'DEBXY', 'DEBGX', 'DEBXU']) assert.equal(nearest(name, known), undefined, name)
})

test('every dropped letter of every name is found', () => {
  fc.assert(
    fc.property(fc.constantFrom(...known), fc.nat(11), (name, at) => {
      const slip = name.slice(0, at) + name.slice(at + 1)
      assert.equal(nearest(slip, known), name)
    }),
  )
})
