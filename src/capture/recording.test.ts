import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Booking } from '../booking/booking.ts'
import {
  bookingStatusOf,
  filmFrames,
  recordingStateOf,
  stepMoves,
  stepNames,
  type Step,
  type StepName,
  type StepState,
} from './recording.ts'

type States = Partial<Record<StepName, StepState>>

const stepsOf = (states: States): Step[] =>
  stepNames.map((name) => ({ name, state: states[name] ?? 'pending', attempts: 0, failedCode: null, failedMessage: null }))

const booking: Booking = {
  id: 'b',
  callerId: null,
  userId: 'u',
  rigId: 'r',
  title: null,
  startsAtMs: 1_000,
  endsAtMs: 2_000,
  cancelledAtMs: null,
  createdAtMs: 0,
  updatedAtMs: 0,
}

const states: readonly (readonly [States, string])[] = [
  [{}, 'opened'],
  [{ check: 'working', merge: 'working', publish: 'working' }, 'opened'],
  [{ check: 'done' }, 'opened'],
  [{ merge: 'done' }, 'opened'],
  [{ capture: 'working' }, 'capturing'],
  [{ capture: 'working', check: 'done', merge: 'done' }, 'capturing'],
  [{ capture: 'done' }, 'captured'],
  [{ capture: 'done', check: 'working', merge: 'working' }, 'captured'],
  [{ capture: 'done', check: 'done' }, 'checked'],
  [{ capture: 'done', merge: 'done' }, 'merged'],
  [{ capture: 'done', check: 'done', merge: 'done', publish: 'working' }, 'merged'],
  [{ capture: 'done', merge: 'done', publish: 'done' }, 'published'],
  [{ capture: 'done', check: 'failed', merge: 'done', publish: 'done' }, 'published'],
  [{ capture: 'done', check: 'failed' }, 'failed'],
  [{ capture: 'failed' }, 'failed'],
  [{ capture: 'done', merge: 'done', publish: 'failed' }, 'failed'],
]

test('a recording is called by the furthest that all before it have reached', () => {
  for (const [given, expected] of states) assert.equal(recordingStateOf(stepsOf(given)), expected, JSON.stringify(given))
  assert.equal(recordingStateOf([]), 'opened')
})

test('any failed step makes a recording failed, unless its film is published', () => {
  const state = fc.constantFrom<StepState>('pending', 'working', 'done', 'failed')
  fc.assert(
    fc.property(fc.record({ capture: state, check: state, merge: state, publish: state }), (given) => {
      const told = recordingStateOf(stepsOf(given))
      assert.equal(told === 'published', given.publish === 'done')
      if (given.publish !== 'done') assert.equal(told === 'failed', Object.values(given).includes('failed'))
    }),
  )
})

test('a step begins, ends or fails; only what failed or was given back begins again; what is done stays done', () => {
  const moves = stepMoves.states.flatMap((from) => stepMoves.states.filter((to) => stepMoves.can(from, to)).map((to) => `${from} ${to}`))
  assert.deepEqual(moves.toSorted(), [
    'failed pending',
    'pending failed',
    'pending working',
    'working done',
    'working failed',
    'working pending',
  ])
})

test('a customer is told of a booking what became of it', () => {
  const cases: readonly (readonly [States | undefined, number, string])[] = [
    [undefined, 0, 'scheduled'],
    [undefined, 1_999, 'scheduled'],
    [undefined, 2_000, 'missed'],
    [{}, 999, 'scheduled'],
    [{}, 1_000, 'recording'],
    [{ capture: 'working' }, 999, 'scheduled'],
    [{ capture: 'working' }, 1_000, 'recording'],
    [{ capture: 'working' }, 1_999, 'recording'],
    [{ capture: 'working' }, 2_000, 'completed'],
    [{ capture: 'done' }, 2_001, 'completed'],
    [{ capture: 'done', check: 'done' }, 2_001, 'processing'],
    [{ capture: 'done', merge: 'done' }, 2_001, 'processing'],
    [{ capture: 'done', merge: 'done', publish: 'done' }, 2_001, 'uploaded'],
    [{ capture: 'failed' }, 1_500, 'failed'],
  ]
  for (const [given, nowMs, expected] of cases)
    assert.equal(bookingStatusOf(booking, given && { steps: stepsOf(given) }, nowMs), expected, `${JSON.stringify(given)} at ${nowMs}`)
})

test('cancelled is cancelled, whatever was filmed', () => {
  for (const [given] of states)
    assert.equal(bookingStatusOf({ ...booking, cancelledAtMs: 5 }, { steps: stepsOf(given) }, 1_500), 'cancelled')
  assert.equal(bookingStatusOf({ ...booking, cancelledAtMs: 0 }, undefined, 5_000), 'cancelled')
})

test('a film has as many frames as its window has room for', () => {
  assert.equal(filmFrames({ startsAtMs: 1_000, endsAtMs: 21_000, fps: 25 }), 500)
  assert.equal(filmFrames({ startsAtMs: 0, endsAtMs: 1_019, fps: 25 }), 25)
  assert.equal(filmFrames({ startsAtMs: 0, endsAtMs: 1_020, fps: 25 }), 26)
  assert.equal(filmFrames({ startsAtMs: 7, endsAtMs: 12 * 3_600_000 + 7, fps: 30 }), 1_296_000)
})
