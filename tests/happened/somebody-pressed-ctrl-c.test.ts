// Ctrl-C in the middle of a match: what was filmed becomes a playable film, marked partial, and nothing is left running.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { examineFilm, openHome, processesOf, readAnswer, untilRecording } from '../real-session.ts'

test('an interrupted demo leaves a playable partial film and no process', async () => {
  await using home = await openHome()
  const session = await home.start(['demo', '--seconds', '30', '--json'])
  await untilRecording(`${home.folder}/demo`, 2_000)
  session.child.kill('SIGINT')
  const ended = await session.ended
  assert.equal(ended.code, 130, ended.stderr)
  const answer = readAnswer(ended)
  assert.equal(answer.status, 'partial')
  const film = await examineFilm(answer.video.path)
  assert.equal(film.frames, answer.video.frames)
  assert.ok(film.frames >= 45 && film.frames < 200, String(film.frames))
  assert.deepEqual(processesOf(home.folder), [])
})
