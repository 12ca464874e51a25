import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PictureFaultRow } from '../merge/picture-faults.ts'
import { partialBecause, type StatusFacts } from './film-status.ts'

/** 90 minutes at 25 frames a second. */
const film: StatusFacts = { fps: 25, framesDecoded: 135_000, gaps: [], pictureFaults: [], isInterrupted: false }
const minutes = (camera: 'left' | 'right', fault: PictureFaultRow['fault'], from: number, to: number): PictureFaultRow => ({
  camera,
  fault,
  firstFrame: Math.round(from * 1_500),
  frames: Math.round((to - from) * 1_500),
})
const told = (...pictureFaults: PictureFaultRow[]): string[] => partialBecause({ ...film, pictureFaults })

test('a film without a fault is complete; a gap of one frame and an early end are told', () => {
  assert.deepEqual(told(), [])
  const gaps = [
    { camera: 'left', firstFrame: 5, frames: 1, cause: 'killed' },
    { camera: 'sound', firstFrame: 5, frames: 50, cause: 'killed' },
  ] as const
  assert.deepEqual(partialBecause({ ...film, gaps, isInterrupted: true }), [
    'it was ended before its time',
    'the left camera gave no picture for 0.04 s',
    'the sound is missing for 2 s',
  ])
})

test('one camera that is black or covered while the other sees the court makes a film partial', () => {
  assert.deepEqual(told(minutes('right', 'black', 40, 40.1)), ["the right camera's picture was black for 6 s"])
  assert.deepEqual(told(minutes('left', 'covered', 40, 42)), ["the left camera's picture was covered for 120 s"])
  assert.deepEqual(told(minutes('right', 'black', 40, 50), minutes('left', 'black', 70, 71)).length, 2)
})

test('a hall whose light goes off at the end is a complete film, one that was dark for more than a tenth of it is not', () => {
  assert.deepEqual(told(minutes('left', 'black', 85, 90), minutes('right', 'black', 85.02, 90)), [])
  assert.deepEqual(told(minutes('left', 'black', 80, 90), minutes('right', 'black', 80, 90)), [
    "the left camera's picture was black for 600 s",
    "the right camera's picture was black for 600 s",
  ])
})

test('an empty court that does not move is a complete film; one camera that stands still for a tenth of it, or all of a film, is not', () => {
  assert.deepEqual(told(minutes('left', 'frozen', 0, 30), minutes('right', 'frozen', 0, 31)), [])
  assert.deepEqual(told(minutes('right', 'frozen', 0, 8)), [])
  assert.deepEqual(told(minutes('right', 'frozen', 20, 30)), ["the right camera's picture was frozen for 600 s"])
  assert.deepEqual(told(minutes('left', 'frozen', 5, 30), minutes('right', 'frozen', 10, 50)), [
    "the right camera's picture was frozen for 1200 s",
  ])
  assert.equal(told(minutes('left', 'frozen', 0, 90), minutes('right', 'frozen', 0, 90)).length, 2)
})

test('what lies behind the film does not count', () => {
  assert.deepEqual(told(minutes('right', 'black', 89.99, 95)), [])
  assert.equal(told(minutes('right', 'black', 20, 40), minutes('right', 'covered', 90, 95)).length, 1)
})

test('a second that two stretches tell of counts once: a frozen one begins with the last picture before it', () => {
  assert.deepEqual(told(minutes('right', 'frozen', 20, 25), minutes('right', 'frozen', 24.8, 28.9)), [], '8.9 minutes, less than a tenth')
  assert.deepEqual(told(minutes('right', 'frozen', 20, 30), minutes('right', 'frozen', 29, 31)), [
    "the right camera's picture was frozen for 660 s",
  ])
})
