// Cameras that hang on their side: recorded as they are, turned in the film. The marks that they burn in tell the direction.

import assert from 'node:assert/strict'
import { readFile, readdir } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { runChild } from '../../src/base/process.ts'
import { readCounter } from '../../src/capture/pitch/counter.ts'
import { apart, openHome, readAnswer } from '../real-session.ts'
import { cut, turnBack } from '../turned-picture.ts'

const manifest = z.object({ film: z.object({ rotation: z.object({ left: z.number(), right: z.number() }) }) })

/** 640 and 360 of each camera, on its side. */
const half = { width: 360, height: 640 }
const canvas = { width: 720, height: 640 }

test('one camera on its left side and one on its right stand upright in the film, in step, and the recording says how they were turned', async () => {
  await using home = await openHome()
  const ended = await home.run(['record', '--seconds', '4', '--json'], { CAMERA_LEFT_ROTATION: '90', CAMERA_RIGHT_ROTATION: '270' })
  assert.equal(ended.code, 0, ended.stderr)
  const answer = readAnswer(ended)
  assert.equal(answer.status, 'complete', JSON.stringify(answer.gaps))
  const decode = ['-v', 'error', '-i', answer.video.path, '-vf', 'format=gray', '-f', 'rawvideo', 'pipe:1']
  const { stdout } = await runChild('ffmpeg', decode, { maxOutputBytes: 2 ** 28 })
  const bytes = canvas.width * canvas.height
  assert.equal(stdout.length, 100 * bytes)
  const marks = Array.from({ length: 100 }, (_, n) => {
    const film = { data: stdout.subarray(n * bytes, (n + 1) * bytes), ...canvas }
    const left = turnBack(cut(film, 0, 0, half), 90)
    const right = turnBack(cut(film, half.width, 0, half), 270)
    return [readCounter(left.data, left.width, 'left'), readCounter(right.data, right.width, 'right')] as const
  })
  for (const [n, [left, right]] of marks.entries()) {
    assert.ok(left !== undefined && right !== undefined, `frame ${n} has no counter`)
    assert.ok(apart(left, right) <= 1, `frame ${n}: ${left} beside ${right}`)
  }
  const day = (await readdir(path.join(home.folder, 'recordings')))[0] ?? ''
  const file = path.join(home.folder, 'recordings', day, answer.recordingId, 'recording.json')
  assert.deepEqual(manifest.parse(JSON.parse(await readFile(file, 'utf8'))).film.rotation, { left: 90, right: 270 })
})
