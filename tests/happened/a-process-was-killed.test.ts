// kill -9 of any one process in the middle of a match: the film is published in full length, with the lost stretch shown and told.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  apart,
  examineFilm,
  kill,
  openHome,
  processesOf,
  readAnswer,
  untilRecording,
  waitForProcess,
  type SessionAnswer,
} from '../real-session.ts'

async function killDuring(victim: RegExp): Promise<SessionAnswer> {
  await using home = await openHome()
  const session = await home.start(['record', '--seconds', '7', '--json'])
  await untilRecording(home.folder, 2_500)
  kill(await waitForProcess(home.folder, victim))
  const ended = await session.ended
  assert.equal(ended.code, 0, ended.stderr)
  const answer = readAnswer(ended)
  const film = await examineFilm(answer.video.path)
  assert.equal(film.frames, 175)
  assert.deepEqual(film.steps, [3_600])
  for (const [n, pair] of film.counters.entries()) {
    const [left, right] = pair
    if (left !== undefined && right !== undefined) assert.ok(apart(left, right) <= 1, `frame ${n}: ${left} beside ${right}`)
    for (const [camera, counter] of [['left', left] as const, ['right', right] as const]) {
      const told = answer.gaps.some(
        (gap) => gap.camera === camera && n >= Math.round(gap.fromSeconds * 25) && n < Math.round((gap.fromSeconds + gap.seconds) * 25),
      )
      assert.equal(counter === undefined, told, `frame ${n} of the ${camera} camera: shown as a card exactly when told`)
    }
  }
  assert.deepEqual(processesOf(home.folder), [])
  return answer
}

const camerasWithGaps = (answer: SessionAnswer): string[] => [...new Set(answer.gaps.map(({ camera }) => camera))].toSorted()

test('a camera is killed: its half shows a card, the other loses nothing', async () => {
  const answer = await killDuring(/loop-camera\/main\.ts \{.*pitch-right/)
  assert.equal(answer.status, 'partial')
  assert.deepEqual(camerasWithGaps(answer), ['right'])
  assert.equal(answer.gaps[0]?.cause, 'camera-ended')
})

test('a segment writer is killed: what it had written is adopted', async () => {
  const answer = await killDuring(/camera-chain\.ts .*-left/)
  assert.equal(answer.status, 'partial')
  assert.deepEqual(camerasWithGaps(answer), ['left'])
  assert.equal(answer.gaps[0]?.cause, 'killed')
})

test('the recorder is killed: both cameras come back', async () => {
  const answer = await killDuring(/ recorder --under-parent/)
  assert.equal(answer.status, 'partial')
  assert.deepEqual(camerasWithGaps(answer), ['left', 'right'])
})

test('the worker is killed: nothing is lost, the merge goes on from its last chunk', async () => {
  const answer = await killDuring(/ worker --under-parent/)
  assert.equal(answer.status, 'complete', JSON.stringify(answer.gaps))
})

test('the encoder is killed: nothing is lost', async () => {
  assert.equal((await killDuring(/^ffmpeg .*libx264/)).status, 'complete')
})

test('a decoder is killed: nothing is lost', async () => {
  assert.equal((await killDuring(/^ffmpeg .*framecrc pipe:3/)).status, 'complete')
})

test('the API is killed: nobody who records or merges notices', async () => {
  assert.equal((await killDuring(/ api --under-parent/)).status, 'complete')
})
