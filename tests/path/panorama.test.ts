// A panorama, live: one wide picture by the rig's calibration, in one light, in step; the same to the pixel when it is merged again from its tracks.
// What becomes of one that cannot be drawn: tests/happened/a-camera-was-knocked.test.ts.

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { calibrationSchema } from '../../src/merge/stitch/calibration.ts'
import { runChild } from '../../src/base/process.ts'
import { simulatedCalibration } from '../../src/capture/pitch/view.ts'
import { framesOf } from '../media/test-films.ts'
import { rigFilm } from '../rig-film.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { examineFilm, openHome, readAnswer, type Home, type SessionAnswer } from '../real-session.ts'

const manifestSchema = z.object({
  film: z.object({
    layout: z.literal('panorama'),
    drawn: z.string(),
    drawnBecause: z.string().nullable(),
    calibration: calibrationSchema.nullable(),
  }),
})

async function manifestOf({ folder }: Home, { recordingId }: SessionAnswer): Promise<z.infer<typeof manifestSchema>['film']> {
  const day = (await readdir(path.join(folder, 'recordings')))[0] ?? ''
  return manifestSchema.parse(JSON.parse(await readFile(path.join(folder, 'recordings', day, recordingId, 'recording.json'), 'utf8'))).film
}

/** Mean luma of each column of a film's last picture, without its counters. */
async function columns({ video: { path: film, width, height, frames } }: SessionAnswer): Promise<number[]> {
  const select = `select=eq(n\\,${frames - 1}),format=gray,crop=${width}:${height - 64}:0:64`
  const { stdout } = await runChild('ffmpeg', ['-v', 'error', '-i', film, '-vf', select, '-frames:v', '1', '-f', 'rawvideo', 'pipe:1'])
  const rows = stdout.length / width
  return Array.from(
    { length: width },
    (_, x) => Array.from({ length: rows }, (__, y) => stdout[y * width + x] ?? 0).reduce((a, b) => a + b, 0) / rows,
  )
}

test('two cameras of a calibrated rig become one wide picture, live; merged again from its tracks it is the same to the pixel', async () => {
  await using home = await openHome()
  const ended = await home.run(['record', '--seconds', '6', '--json'], { MERGE_LAYOUT: 'panorama' })
  assert.equal(ended.code, 0, ended.stderr)
  const answer = readAnswer(ended)
  assert.equal(answer.layout, 'panorama')
  assert.equal(answer.status, 'complete', JSON.stringify(answer.gaps))
  assert.equal(answer.video.frames, 150)
  assert.ok(answer.video.width > 1_100 && answer.video.width < 1_160 && answer.video.height > 340, JSON.stringify(answer.video))
  const film = await manifestOf(home, answer)
  assert.equal(film.drawn, 'panorama')
  assert.ok(film.calibration?.canvas && film.calibration.seam)

  // The right camera is drawn a tenth darker: unmatched, the columns to the right of the seam would be 8 code values lower.
  const light = await columns(answer)
  const seam = Math.round(film.calibration.seam.points[0]?.x ?? 0)
  const mean = (from: number, to: number): number => light.slice(from, to).reduce((a, b) => a + b, 0) / (to - from)
  const [left, right] = [mean(seam - 180, seam - 60), mean(seam + 60, seam + 180)]
  assert.ok(Math.abs(left - right) < 3, `${left} to the left of the seam, ${right} to the right of it`)

  const out = path.join(home.folder, 'again.mp4')
  const again = await home.run(['merge', answer.recordingId, '--out', out, '--json'])
  assert.equal(again.code, 0, again.stderr)
  assert.deepEqual(await framesOf(out), await framesOf(answer.video.path), 'live and later compose and encode the same')
})

const format = { width: 640, height: 360, fps: 25 }

test('two films of a calibrated rig that began at different moments are brought in step, side by side and as a panorama', async () => {
  using folder = temporaryFolder()
  await using home = await openHome()
  const left = await rigFilm(folder, 'left', { format, fromScene: 100, segments: 2 })
  const right = await rigFilm(folder, 'right', { format, fromScene: 110, segments: 2 }) // ten frames later: all of it comes sooner
  const calibration = folder.file('rig.json')
  await writeFile(calibration, JSON.stringify(simulatedCalibration(format)))
  const merge = async (layout: string) => {
    const out = folder.file(`${layout}.mp4`)
    const ended = await home.run(['merge', left, right, '--out', out, '--layout', layout, '--calibration', calibration, '--json'])
    assert.equal(ended.code, 0, ended.stderr)
    return { out, ...mergedSchema.parse(JSON.parse(ended.stdout)) }
  }
  const both = await merge('side-by-side')
  assert.ok(Math.abs(both.offsetMs + 400) < 4, String(both.offsetMs))
  const { counters } = await examineFilm(both.out)
  assert.equal(counters.length, both.frames)
  const shown = counters.slice(10, 200)
  assert.deepEqual(
    shown.map(([a, b]) => a !== undefined && a === b),
    shown.map(() => true),
  )
  assert.ok(
    counters.slice(0, 10).every(([, b]) => b === undefined),
    'the right film had not begun: its half is a card',
  )
  const wide = await merge('panorama')
  assert.deepEqual([wide.layout, wide.frames], ['panorama', both.frames])
  assert.ok(wide.width > 1_100, String(wide.width))

  for (const [fault, says] of [
    [{ homography: [1, 0, 5_000, 0, 1, 0, 0, 0, 1], canvas: undefined }, /shows nothing of the right picture/],
    [{ canvas: { x: 5_000, y: 5_000, width: 640, height: 360 } }, /shows nothing of the left picture/],
  ] as const) {
    await writeFile(calibration, JSON.stringify({ ...simulatedCalibration(format), ...fault }))
    const out = folder.file('none.mp4')
    const ended = await home.run(['merge', left, right, '--out', out, '--layout', 'panorama', '--calibration', calibration, '--json'])
    assert.deepEqual([ended.code, existsSync(out)], [2, false], ended.stderr)
    assert.match(ended.stderr, says)
  }
})

const mergedSchema = z.object({ layout: z.string(), width: z.int(), frames: z.int(), offsetMs: z.number() })
