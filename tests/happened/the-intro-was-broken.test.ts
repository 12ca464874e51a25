// The intro that is set is no film, and what was made of the outro vanishes while the match is on: the film is published without, and says so.

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile, readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { runChild } from '../../src/base/process.ts'
import { openHome, readAnswer, untilRecording } from '../real-session.ts'

const row = z.object({ slot: z.string(), fault: z.string().nullable() })
const manifestSchema = z.object({
  film: z.object({ bookends: z.array(row) }),
  certificate: z.object({ bookends: z.array(row.extend({ frames: z.null() })) }),
})

test('a film whose intro is broken and whose outro vanishes in mid-booking is published whole without them, and says so', async () => {
  await using home = await openHome()
  const at = (...names: readonly string[]): string => path.join(home.folder, ...names)
  await writeFile(at('intro.mp4'), '#EXTM3U\n#EXTINF:2,\nfile:///etc/passwd\n')
  const made = await runChild('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'color=white:s=64x64:d=0.4', '-c:v', 'mjpeg', at('outro.avi')])
  assert.equal(made.code, 0, made.stderr)
  const variables = { INTRO_VIDEO_PATH: at('intro.mp4'), OUTRO_VIDEO_PATH: at('outro.avi') }
  const session = await home.start(['record', '--seconds', '4', '--json'], variables)
  await untilRecording(home.folder, 1_500)
  const day = (await readdir(at('recordings')))[0] ?? ''
  const recording = (await readdir(at('recordings', day)))[0] ?? ''
  await rm(at('recordings', day, recording, 'chunks', 'outro.mp4'))
  const ended = await session.ended
  assert.equal(ended.code, 0, ended.stderr)
  const answer = readAnswer(ended)
  assert.deepEqual([answer.status, answer.video.frames, answer.coverage.left], ['complete', 100, 1])
  const told = manifestSchema.parse(JSON.parse(await readFile(at('recordings', day, recording, 'recording.json'), 'utf8')))
  const faults = [
    { slot: 'intro', fault: 'it is a playlist, not a film' },
    { slot: 'outro', fault: 'what was made of it is gone' },
  ]
  assert.deepEqual(
    told.film.bookends.map(({ slot, fault }) => ({ slot, fault })),
    faults,
  )
  assert.deepEqual(
    told.certificate.bookends.map(({ slot, fault }) => ({ slot, fault })),
    faults,
  )
  assert.match(await readFile(at('logs', 'video_worker.log'), 'utf8'), /the film has no intro/)
  assert.ok(existsSync(at('intro.mp4')) && existsSync(at('outro.avi')), 'nobody touches the files of a venue')
})
