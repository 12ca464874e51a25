// The main job, end to end: a match is booked, recorded by two cameras, merged while it is played, published and shared.

import assert from 'node:assert/strict'
import { readFile, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { runChild } from '../../src/base/process.ts'
import { certificateSchema } from '../../src/publish/certificate-form.ts'
import { apart, examineFilm, openHome, processesOf, readAnswer } from '../real-session.ts'

test('two cameras, one starting 137 ms late and one with a slow clock, become one film in step', async () => {
  await using home = await openHome()
  const ended = await home.run(['record', '--seconds', '6', '--json'], {
    CAMERA_LEFT: 'simulated:left?drift=100',
    CAMERA_RIGHT: 'simulated:right?phase=137',
  })
  assert.equal(ended.code, 0, ended.stderr)
  const answer = readAnswer(ended)
  assert.equal(answer.status, 'complete', JSON.stringify(answer.gaps))
  assert.deepEqual(answer.coverage, { left: 1, right: 1 })
  const film = await examineFilm(answer.video.path)
  assert.equal(film.frames, 150)
  assert.equal(answer.video.frames, 150)
  assert.deepEqual(film.firstBoxes, ['ftyp', 'moov'])
  assert.equal(film.startsAt, 0)
  assert.deepEqual(film.steps, [3_600])
  for (const [n, [left, right]] of film.counters.entries()) {
    assert.ok(left !== undefined && right !== undefined, `frame ${n} has no counter`)
    assert.ok(apart(left, right) <= 1, `frame ${n}: ${left} beside ${right}`)
  }
  assert.ok(Math.abs((await stat(answer.video.path)).mtimeMs - Date.parse(answer.publishedAt)) < 1_000)
  assert.equal(Date.parse(answer.endsAt) - Date.parse(answer.startsAt), 6_000)
  await holdsOnDisk(home.folder, answer.recordingId)
  assert.deepEqual(processesOf(home.folder), [], 'no process is left behind')
  const checked = await home.run(['fsck', '--deep', '--json'])
  assert.equal(checked.code, 0, checked.stdout + checked.stderr)
})

const manifestSchema = z.object({
  state: z.string(),
  certificate: certificateSchema,
  video: z.object({ companions: z.array(z.object({ kind: z.string(), width: z.int().nullable() })) }),
})

async function holdsOnDisk(home: string, recordingId: string): Promise<void> {
  const day = (await readdir(path.join(home, 'recordings')))[0] ?? ''
  const folder = path.join(home, 'recordings', day, recordingId)
  const names = await readdir(folder)
  assert.ok(names.includes('recording.completed'), names.join(' '))
  assert.ok(!names.includes('recording.lock'))
  assert.ok(names.includes('poster.jpg'))
  const manifest: unknown = JSON.parse(await readFile(path.join(folder, 'recording.json'), 'utf8'))
  const { state, certificate, video } = manifestSchema.parse(manifest)
  assert.deepEqual(
    video.companions.map(({ kind, width }) => `${kind} ${width}`),
    ['preview 1200', 'sheet 480', 'thumbnails null'],
  )
  assert.deepEqual(certificate.film?.verdict?.alive, { left: 1, right: 1 })
  assert.equal(certificate.film.loudness, undefined, 'a film without sound')
  assert.equal(state, 'published')
  for (const { frames, segments } of Object.values(certificate.cameras)) {
    assert.ok(frames, 'every frame of the film was counted')
    assert.deepEqual([frames.expected, frames.kept + frames.repeated, frames.missing], [150, 150, 0])
    assert.ok(segments.length >= 2 && segments.every(({ sha256, erased }) => /^[0-9a-f]{64}$/.test(sha256) && !erased))
  }
  assert.ok(certificate.offset && Math.abs(certificate.offset.ms) < 30, '137 ms are three frames and 17 ms')
}

test('two films that were not made for it play the cameras', async () => {
  await using home = await openHome()
  const a = path.join(home.folder, 'a film.mp4')
  const b = path.join(home.folder, 'b.mkv')
  await runChild('ffmpeg', [
    '-v',
    'error',
    '-f',
    'lavfi',
    '-i',
    'testsrc2=size=426x240:rate=30',
    '-f',
    'lavfi',
    '-i',
    'sine',
    '-t',
    '4',
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-pix_fmt',
    'yuv420p',
    a,
  ])
  await runChild('ffmpeg', [
    '-v',
    'error',
    '-f',
    'lavfi',
    '-i',
    'mandelbrot=size=320x320:rate=12',
    '-t',
    '3',
    '-c:v',
    'libx264',
    '-bf',
    '3',
    '-pix_fmt',
    'yuv420p',
    b,
  ])
  const ended = await home.run(['record', '--seconds', '4', '--json'], { CAMERA_LEFT: `file:${a}`, CAMERA_RIGHT: `file:${b}` })
  assert.equal(ended.code, 0, ended.stderr)
  const answer = readAnswer(ended)
  const film = await examineFilm(answer.video.path)
  assert.equal(film.frames, 100)
  assert.deepEqual(film.steps, [3_600])
})
