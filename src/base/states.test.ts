import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IllegalMove, machine } from './states.ts'

const door = machine({ open: ['shut'], shut: ['open', 'bricked'], bricked: [] })

test('a move in the table is allowed, any other is refused by name', () => {
  assert.equal(door.can('open', 'shut'), true)
  assert.equal(door.can('open', 'bricked'), false)
  door.assertCan('shut', 'bricked')
  assert.throws(
    () => door.assertCan('open', 'bricked'),
    (error) => error instanceof IllegalMove && error.message === 'open -> bricked; from open one may go to shut',
  )
  assert.throws(() => door.assertCan('bricked', 'open'), /one may go to nothing/)
})

test('an end is a state that nothing follows', () => {
  assert.deepEqual(door.states.filter(door.isEnd), ['bricked'])
})
