import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addEvent, addToOutbox, addTransition, eventsAfter, lastEventId, replaceInOutbox } from './log-tables.ts'
import { openDatabase } from './sqlite.ts'

test('events come after the one last seen, oldest first, with their facts', () => {
  using db = openDatabase(':memory:')
  assert.equal(lastEventId(db), 0)
  for (let n = 1; n <= 5; n += 1) addEvent(db, { atMs: n, kind: 'k', subjectId: `s${n}`, facts: { n, text: 'x', yes: true, none: null } })
  assert.deepEqual(
    eventsAfter(db, 2, 2).map(({ id, subjectId }) => [id, subjectId]),
    [
      [3, 's3'],
      [4, 's4'],
    ],
  )
  assert.deepEqual(eventsAfter(db, 4), [{ id: 5, atMs: 5, kind: 'k', subjectId: 's5', facts: { n: 5, text: 'x', yes: true, none: null } }])
  assert.deepEqual(eventsAfter(db, 5), [])
  assert.equal(lastEventId(db), 5)
})

test('what is logged within a change that is taken back is taken back with it', () => {
  using db = openDatabase(':memory:')
  assert.throws(() =>
    db.transaction(() => {
      addTransition(db, { atMs: 1, subject: 'take', subjectId: 't', from: null, to: 'begun', cause: null })
      addEvent(db, { atMs: 1, kind: 'k', subjectId: 't', facts: {} })
      addToOutbox(db, 1, 'k', { a: 1 })
      throw new Error('taken back')
    }),
  )
  for (const table of ['transition', 'event', 'outbox']) assert.equal(db.all(`select * from ${table}`).length, 0)
})

test('of a fact of which only the newest counts one waits, whatever else does; what was delivered stays', () => {
  using db = openDatabase(':memory:')
  addToOutbox(db, 1, 'other', {})
  for (const n of [1, 2]) replaceInOutbox(db, n, 'box.status', { n })
  db.run('update outbox set delivered_at_ms = 9')
  for (const n of [3, 4]) replaceInOutbox(db, n, 'box.status', { n })
  assert.deepEqual(
    db.all('select payload from outbox order by id').map(({ payload }) => payload),
    ['{}', '{"n":2}', '{"n":4}'],
  )
})

test('a move and a fact for the cloud are kept as they were told', () => {
  using db = openDatabase(':memory:')
  addTransition(db, { atMs: 1, subject: 'step', subjectId: 'r/merge', from: 'pending', to: 'working', cause: 'why' })
  addToOutbox(db, 2, 'video.published', { bytes: 5 })
  assert.deepEqual(
    { ...db.get('select * from transition') },
    { id: 1, at_ms: 1, subject: 'step', subject_id: 'r/merge', from_state: 'pending', to_state: 'working', cause: 'why' },
  )
  assert.deepEqual(
    { ...db.get('select * from outbox') },
    { id: 1, at_ms: 2, kind: 'video.published', payload: '{"bytes":5}', delivered_at_ms: null },
  )
})
