// Sound from microphone to film: in step with the picture, even through a worker that was killed, in one track from the first frame to the last.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hearFilm } from '../heard-film.ts'
import { examineFilm, kill, openHome, readAnswer, untilRecording, waitForProcess } from '../real-session.ts'

test('the sound of the match is in the film, in step, and a worker that was killed leaves no seam in it', async () => {
  await using home = await openHome()
  const session = await home.start(['record', '--seconds', '14', '--json'], { SOUND: 'simulated' })
  await untilRecording(home.folder, 5_000)
  kill(await waitForProcess(home.folder, /ezrec\.ts .*worker/))
  const ended = await session.ended
  assert.equal(ended.code, 0, ended.stderr)
  const answer = readAnswer(ended)
  assert.equal(answer.coverage.sound, 1)
  assert.deepEqual(
    answer.gaps.filter(({ camera }) => camera === 'sound'),
    [],
  )
  const { counters, frames } = await examineFilm(answer.video.path)
  assert.equal(frames, 350)
  const { seconds, steps, tones } = await hearFilm(answer.video.path)
  assert.deepEqual(steps, [1_024])
  assert.ok(seconds >= 14 && seconds < 14.05, `${seconds} s`)
  const fullSeconds = counters.flatMap(([left], frame) => (left !== undefined && left % 25 === 0 ? [frame / 25] : []))
  assert.ok(tones.length >= 13, `${tones.length} tones`)
  const offs = tones
    .filter((tone) => tone > (fullSeconds[0] ?? 0) - 0.5)
    .map((tone) => Math.min(...fullSeconds.map((second) => Math.abs(tone - second))))
  // On a busy machine the soonest arrival may be late.
  assert.ok(Math.max(...offs) <= 0.1, `sound off the picture by ${offs.map((off) => Math.round(off * 1_000)).join(' ')} ms`)
})
