import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EzrecError } from '../src/base/errors.ts'
import { tellFault } from './fault.ts'

const quiet = { verbose: false }

test('wrong settings end with 2, a refused wish or a broken thing with 1, somebody who stops us with 130', () => {
  const exitCodeOf = (code: 'invalid' | 'conflict' | 'canceled'): number =>
    tellFault(new EzrecError(code, 'm', { hint: 'h' }), quiet).exitCode
  assert.deepEqual([exitCodeOf('invalid'), exitCodeOf('conflict'), exitCodeOf('canceled')], [2, 1, 130])
  assert.equal(tellFault(new Error('m'), quiet).exitCode, 1)
})

test('people read the fault and its hint, programs get the same in one document', () => {
  const told = tellFault(new EzrecError('disk_full', 'no space left', { hint: 'free some' }), quiet)
  assert.deepEqual(told.lines, ['fault: no space left', 'hint: free some'])
  assert.deepEqual(told.document, { success: false, error: 'disk_full', message: 'no space left', hint: 'free some' })
})

test('a fault of our own says how to report it, and shows its stack only when asked', () => {
  const fault = new TypeError('x is not a function', { cause: new Error('the cause') })
  assert.match(tellFault(fault, quiet).lines.join('\n'), /--verbose and report/)
  assert.doesNotMatch(tellFault(fault, quiet).lines.join('\n'), /fault\.test\.ts/)
  const loud = tellFault(fault, { verbose: true }).lines.join('\n')
  assert.match(loud, /fault\.test\.ts/)
  assert.match(loud, /caused by: the cause/)
  assert.equal(tellFault('thrown text', { verbose: true }).document.error, 'internal')
})

test('a secret in a message reaches neither people nor programs', () => {
  const told = tellFault(new EzrecError('invalid', 'bad rtsp://admin:hunter22@camera', { hint: 'see rtsp://admin:hunter22@camera' }), {
    verbose: true,
  })
  assert.doesNotMatch(JSON.stringify(told), /hunter22/)
})
