// kill -9 of any one process in the middle of a match: the film is published in full length, with the lost stretch shown and told.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { framesOf } from '../media/test-films.ts'
import { parseJournal, type JournalLine } from '../../src/capture/journal.ts'
import {
  apart,
  examineFilm,
  kill,
  openHome,
  pause,
  processesOf,
  readAnswer,
  untilRecording,
  waitForProcess,
  type Home,
  type SessionAnswer,
} from '../real-session.ts'

/** `look` is called while the home is still there. */
async function killDuring(victim: RegExp, { env = {}, look = async () => undefined }: KillOptions = {}): Promise<SessionAnswer> {
  await using home = await openHome()
  const session = await home.start(['record', '--seconds', '7', '--json'], env)
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
  await look(home, answer)
  return answer
}

type KillOptions = {
  readonly env?: Readonly<Record<string, string>>
  readonly look?: (home: Home, answer: SessionAnswer) => Promise<void>
}

/** The lines of each take, in the order of their names. */
function journalsOf(home: string): JournalLine[][] {
  const takes = path.join(home, 'takes')
  return readdirSync(takes, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('journal.ndjson'))
    .toSorted()
    .map((name) => parseJournal(readFileSync(path.join(takes, name), 'utf8')))
}

const camerasWithGaps = (answer: SessionAnswer): string[] => [...new Set(answer.gaps.map(({ camera }) => camera))].toSorted()

test('a camera is killed: its half shows a card, the other loses nothing', async () => {
  const answer = await killDuring(/loop-camera\/main\.ts \{.*pitch-right/)
  assert.equal(answer.status, 'partial')
  assert.deepEqual(camerasWithGaps(answer), ['right'])
  assert.equal(answer.gaps[0]?.cause, 'camera-ended')
})

test('a segment writer is killed: what it had written is adopted', async () => {
  const answer = await killDuring(/camera-chain\.ts \/.*-left/)
  assert.equal(answer.status, 'partial')
  assert.deepEqual(camerasWithGaps(answer), ['left'])
  assert.equal(answer.gaps[0]?.cause, 'killed')
})

test('the recorder is killed: its chains go on, and the next one takes them over', async () => {
  const answer = await killDuring(/ recorder --under-parent/)
  assert.equal(answer.status, 'complete', JSON.stringify(answer.gaps))
})

test('the worker is killed: nothing is lost, the merge goes on from its last chunk; with one quantiser the film is the one that is made offline', async () => {
  const env = { MERGE_QP: '28' }
  const look: KillOptions['look'] = async (home, { recordingId, video }) => {
    const out = path.join(home.folder, 'again.mp4')
    const again = await home.run(['merge', recordingId, '--out', out], env)
    assert.equal(again.code, 0, again.stderr)
    assert.deepEqual(await framesOf(out), await framesOf(video.path))
  }
  const answer = await killDuring(/ worker --under-parent/, { env, look })
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

test('parent and recorder are killed together: the chains find nobody, close their files and end', async () => {
  await using home = await openHome()
  const session = await home.start(['record', '--seconds', '60', '--json'])
  await untilRecording(home.folder, 1_500)
  const recorder = await waitForProcess(home.folder, / recorder --under-parent/)
  kill(session.child.pid)
  kill(recorder)
  await session.ended
  for (let waited = 0; waited < 300 && processesOf(home.folder).length > 0; waited += 1) await pause(100)
  assert.deepEqual(processesOf(home.folder), [])
  const [take] = journalsOf(home.folder)
  assert.equal(take?.at(-1)?.is, 'ended')
  assert.equal(take.at(-2)?.is, 'closed')
})
