// Sound from microphone to film: in step with the picture, even through a worker that was killed, in one track from the first frame to the last.

import assert from 'node:assert/strict'
import { readFile, readdir } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { runChild } from '../../src/base/process.ts'
import { certificateSchema, type Certificate } from '../../src/publish/certificate-form.ts'
import { hearFilm } from '../heard-film.ts'
import { examineFilm, kill, openHome, readAnswer, untilRecording, waitForProcess } from '../real-session.ts'

/** What the left counter of each thumbnail says, by the list and the sheet: cells of 16 pixels are 3 there. */
async function thumbnailCounters(film: string): Promise<{ frame: number; counter: number | undefined }[]> {
  const folder = film.replace(/\.mp4$/, '')
  const list = await readFile(path.join(folder, 'thumbnails.vtt'), 'utf8')
  const cues = [...list.matchAll(/^00:00:([\d.]+) --> .*\nthumbnails-1\.jpg#xywh=(\d+),0,240,66$/gm)]
  const sheet = path.join(folder, 'thumbnails-1.jpg')
  const { stdout } = await runChild('ffmpeg', ['-v', 'error', '-i', sheet, '-pix_fmt', 'gray', '-f', 'rawvideo', 'pipe:1'])
  return cues.map(([, at, x]) => ({
    frame: Number(at) * 25,
    counter: Array.from({ length: 16 }, (_, cell) => stdout[cues.length * 240 + Number(x) + cell * 3 + 1] ?? 0).reduce(
      (sum, luma) => sum * 2 + (luma > 128 ? 1 : 0),
      0,
    ),
  }))
}

async function certificateOf(home: string, recordingId: string): Promise<Certificate> {
  const day = (await readdir(path.join(home, 'recordings')))[0] ?? ''
  const manifest: unknown = JSON.parse(await readFile(path.join(home, 'recordings', day, recordingId, 'recording.json'), 'utf8'))
  return z.object({ certificate: certificateSchema }).parse(manifest).certificate
}

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
  const shown = await thumbnailCounters(answer.video.path)
  assert.deepEqual(
    shown,
    [0, 100, 200, 300].map((frame) => ({ frame, counter: counters[frame]?.[0] })),
    'each thumbnail is the picture of its moment, those from before the kill, too',
  )
  const { film } = await certificateOf(home.folder, answer.recordingId)
  assert.ok(film?.loudness && (film.loudness.integratedLufs ?? 0) < -5 && (film.loudness.truePeakDb ?? 0) < 0, JSON.stringify(film))
  const { seconds, steps, tones } = await hearFilm(answer.video.path)
  assert.deepEqual(steps, [1_024])
  assert.ok(seconds >= 14 && seconds < 14.05, `${seconds} s`)
  const fullSeconds = counters.flatMap(([left], frame) => (left !== undefined && left % 25 === 0 ? [frame / 25] : []))
  assert.ok(tones.length >= 13, `${tones.length} tones`)
  const offs = tones
    .filter((tone) => tone > (fullSeconds[0] ?? 0) - 0.5 && tone < (fullSeconds.at(-1) ?? 0) + 0.5) // one may begin just before a picture behind the end
    .map((tone) => Math.min(...fullSeconds.map((second) => Math.abs(tone - second))))
  // On a busy machine the soonest arrival may be late.
  assert.ok(Math.max(...offs) <= 0.1, `sound off the picture by ${offs.map((off) => Math.round(off * 1_000)).join(' ')} ms`)
})
