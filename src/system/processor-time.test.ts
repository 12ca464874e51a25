import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runChild } from '../base/process.ts'
import { processorSeconds } from './processor-time.ts'

test('own time and that of children is read behind a name that may hold anything', () => {
  const numbers = Array.from({ length: 50 }, (_, n) => n)
  assert.equal(processorSeconds(`42 (a) b (c) S ${numbers.slice(1).join(' ')}`), (11 + 12 + 13 + 14) / 100)
})

test('what a child has cost is counted once it has ended', async () => {
  const before = processorSeconds()
  const { code } = await runChild('sh', ['-c', 'n=0; while [ $n -lt 200000 ]; do n=$((n + 1)); done'])
  assert.equal(code, 0)
  assert.ok(processorSeconds() - before > 0.05)
})
