// The microphone is missing, is killed, hangs: its own stretch is silent and told, and no picture knows of it.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hearFilm } from '../heard-film.ts'
import { examineFilm, kill, openHome, readAnswer, untilRecording, waitForProcess } from '../real-session.ts'

test('a microphone that is not there leaves a silent film with every picture', async () => {
  await using home = await openHome()
  const ended = await home.run(['record', '--seconds', '4', '--json'], { SOUND: 'file:/no/such/sound.wav' })
  assert.equal(ended.code, 0, ended.stderr)
  const answer = readAnswer(ended)
  assert.deepEqual(answer.coverage, { left: 1, right: 1, sound: 0 })
  assert.deepEqual(
    answer.gaps.map(({ camera, fromSeconds, seconds, cause }) => [camera, fromSeconds, seconds, cause]),
    [['sound', 0, 4, 'late-start']],
  )
  assert.equal(answer.status, 'partial')
  assert.equal((await examineFilm(answer.video.path)).frames, 100)
  const { seconds, steps, tones } = await hearFilm(answer.video.path)
  assert.deepEqual([steps, tones], [[1_024], []])
  assert.ok(seconds >= 4 && seconds < 4.05)
})

test('a microphone that is killed and then hangs costs its own stretches and not one picture', async () => {
  await using home = await openHome()
  const session = await home.start(['record', '--seconds', '22', '--json'], { SOUND: 'simulated' })
  await untilRecording(home.folder, 2_500)
  const first = await waitForProcess(home.folder, /simulated-sound/)
  kill(first)
  await untilRecording(home.folder, 6_000)
  const second = await waitForProcess(home.folder, /simulated-sound/)
  assert.notEqual(second, first)
  kill(second, 'SIGSTOP')
  const ended = await session.ended
  assert.equal(ended.code, 0, ended.stderr)
  const answer = readAnswer(ended)
  assert.deepEqual([answer.coverage.left, answer.coverage.right], [1, 1], JSON.stringify(answer.gaps))
  assert.deepEqual([...new Set(answer.gaps.map(({ camera }) => camera))], ['sound'])
  const causes = new Set(answer.gaps.map(({ cause }) => cause))
  assert.ok(causes.has('microphone-ended') && causes.has('stalled'), JSON.stringify(answer.gaps))
  const { counters } = await examineFilm(answer.video.path)
  assert.equal(counters.length, 550)
  assert.ok(
    counters.every(([left, right]) => left !== undefined && left === right),
    'both cameras in every frame, in step',
  )
  const { steps, tones } = await hearFilm(answer.video.path)
  assert.deepEqual(steps, [1_024])
  const after = tones.filter((tone) => tone > 18)
  assert.ok(after.length >= 3, `it is heard again: ${tones.join(' ')}`)
  const fullSeconds = counters.flatMap(([left], frame) => (left !== undefined && left % 25 === 0 ? [frame / 25] : []))
  // The first one may have begun before the film, or before its microphone.
  const offs = tones
    .filter((tone) => tone > 0.5)
    .map((tone) => fullSeconds.reduce((best, second) => (Math.abs(tone - second) < Math.abs(best) ? tone - second : best), 1))
  // On a busy machine the soonest arrival may be late; sound in a wrong place would be off by more than that.
  assert.ok(Math.max(...offs.map(Math.abs)) <= 0.15, `sound off the picture by ${offs.map((off) => Math.round(off * 1_000)).join(' ')} ms`)
})
