import assert from 'node:assert/strict'
import { test } from 'node:test'
import pino from 'pino'
import { addEvent } from '../../adapters/log-tables.ts'
import { openDatabase } from '../../adapters/sqlite.ts'
import { lastOfRig, tellRefit, tellVerdict } from './tell-rig.ts'

test('what was last found out about a rig is remembered, whatever else happens; that nothing can be told is no news', () => {
  using db = openDatabase(':memory:')
  let nowMs = 1_000
  const telling = { db, clock: { nowMs: () => nowMs }, logger: pino({ enabled: false }) }
  assert.equal(lastOfRig(db, 0), undefined)
  tellVerdict(telling, 'a', { is: 'moved', px: 3.21, beyond: false })
  tellVerdict(telling, 'b', { is: 'unknown', why: 'not-yet' })
  addEvent(db, { atMs: nowMs, kind: 'booking.made', subjectId: 'c', facts: {} })
  assert.deepEqual([lastOfRig(db, 0)?.kind, lastOfRig(db, 0)?.facts['px']], ['rig.moved', 3.21])
  assert.equal(lastOfRig(db, 1_001), undefined, 'it was before that')
  nowMs = 2_000
  tellRefit(telling, 'a', { is: 'refused', code: 'few', why: 'too few matches', hint: 'light' }, undefined)
  assert.equal(lastOfRig(db, 0)?.kind, 'rig.refit-refused')
  tellVerdict(telling, 'd', { is: 'steady', px: 0.1 })
  assert.equal(lastOfRig(db, 0)?.kind, 'rig.steady')
})
