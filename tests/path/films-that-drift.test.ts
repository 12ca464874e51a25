// Two films of two cameras whose clocks run apart: in step at their beginning, and still at their end.

import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { runChild } from '../../src/base/process.ts'
import { simulatedCalibration } from '../../src/capture/pitch/view.ts'
import { encode, ffmpeg, flashesOf, flashing, half } from '../flashing-film.ts'
import { hearFilm } from '../heard-film.ts'
import { examineFilm } from '../real-session.ts'
import { rigFilm } from '../rig-film.ts'
import { temporaryFolder, type TemporaryFolder } from '../temporary-folder.ts'

const program = path.resolve(import.meta.dirname, '../../bin/ezrec.ts')

const answerSchema = z.object({
  frames: z.int(),
  offsetMs: z.number().nullable(),
  sound: z.enum(['left', 'right']).nullable(),
  drift: z
    .object({ by: z.enum(['pictures', 'sound']), driftPpm: z.number(), residualMs: z.number(), windows: z.int(), outliers: z.int() })
    .nullable(),
  shown: z.object({ right: z.object({ repeated: z.int() }) }),
  correctedFrames: z.object({ first: z.int(), last: z.int() }),
})

async function merge(folder: TemporaryFolder, ...films: readonly string[]) {
  const out = folder.file('out.mp4')
  const flags = ['--disable-warning=ExperimentalWarning', program, '--home', folder.file('home'), 'merge', ...films]
  const args = ['--out', out, '--force', '--preset', 'ultrafast', '--json']
  const { code, stdout, stderr } = await runChild(process.execPath, [...flags, ...args])
  assert.equal(code, 0, stderr)
  return { ...answerSchema.parse(JSON.parse(stdout.toString('utf8'))), stderr, out }
}

const format = { width: 640, height: 360, fps: 25 }

test('what both cameras see keeps them in step to the end: a clock that runs 2,000 millionths fast, in a film that began 5.2 s later', async () => {
  using folder = temporaryFolder()
  const left = await rigFilm(folder, 'left', { format, fromScene: 100, segments: 20 })
  const even = await rigFilm(folder, 'right', { format, fromScene: 230, segments: 18 })
  const right = folder.file('fast.mp4')
  await ffmpeg('-i', even, '-c', 'copy', '-bsf:v', 'setts=ts=TS*1.002', right)
  await writeFile(folder.file('rig.json'), JSON.stringify(simulatedCalibration(format)))
  const told = await merge(folder, left, right, '--calibration', folder.file('rig.json'), '--layout', 'side-by-side')
  const { counters } = await examineFilm(told.out)
  const lags = counters.slice(150, 1_900).map(([l, r]) => {
    assert.ok(l !== undefined && r !== undefined)
    return ((l - r + 750) % 500) - 250
  })
  // What follows is some 10 s behind: 0.5 frames here, next to nothing for real clocks.
  assert.ok(
    lags.every((lag) => Math.abs(lag) <= 2),
    lags.join(' '),
  )
  const late = lags.slice(-500).filter((lag) => Math.abs(lag) > 1)
  assert.ok(late.length < 250, `${late.length} of the last 500 frames are two frames off`)
  const { first, last } = told.correctedFrames
  assert.ok(first >= -130 && first <= -129 && last - first >= 2 && last - first <= 4, JSON.stringify(told.correctedFrames))
  assert.ok(told.drift?.by === 'pictures' && Math.abs(told.drift.driftPpm - 2_000) < 60, JSON.stringify(told.drift))
  assert.match(told.stderr, /note: the right film comes later by 7\d\d\d ms an hour \([\d.]+ ppm, by pictures\)/)
})

/** Samples that are played faster than they were drawn: a clock that runs 408 millionths slow. */
const asked = 44_118
const slow = 44_100 / asked
const seconds = 240

/** A court's noise from a second of it on, loud and bright for a fifth of a second in each twenty. */
async function court(file: string, clock: number): Promise<string> {
  const loud = "anoisesrc=colour=pink:seed=7:duration=260:r=44100:n=128,volume='if(lt(mod(t\\,20)\\,0.2)\\,1\\,0.05)':eval=frame"
  const sound = `${loud},atrim=start=1,asetpts=PTS-STARTPTS${clock === 1 ? '' : `,asetrate=${asked},aresample=44100`}`
  const picture = flashing(seconds, `lt(mod(t/${clock}+1.001\\,20)\\,0.2)`)
  await ffmpeg('-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', sound, '-t', `${seconds}`, ...encode, '-c:a', 'aac', file)
  return file
}

test('without a calibration what both hear does, and the sound that is kept stays with the pictures of its film', async () => {
  using folder = temporaryFolder()
  const left = await court(folder.file('left.mp4'), 1)
  const right = await court(folder.file('right.mp4'), slow)
  const told = await merge(folder, left, right, '--sound', 'right')
  assert.equal(told.shown.right.repeated, 2)
  assert.equal(told.sound, 'right')
  assert.ok(told.drift?.by === 'sound' && Math.abs(told.drift.driftPpm - 1e6 * (slow - 1)) < 5, JSON.stringify(told.drift))
  assert.ok(Math.abs(told.offsetMs ?? 99) < 2, `${told.offsetMs}`)
  assert.deepEqual(told.correctedFrames, { first: 0, last: -2 })
  const [lights, rights] = [await flashesOf(told.out, 0), await flashesOf(told.out, half.width)]
  const { steps, tones } = await hearFilm(told.out)
  assert.deepEqual([steps, lights.length, rights.length, tones.length], [[1_024], 12, 12, 12])
  const apart = lights.map((at, n) => Math.round(((rights[n] ?? 0) - at) * 25))
  assert.ok(
    apart.every((frames) => Math.abs(frames) <= 1),
    `right half behind the left one by ${apart.join(' ')} frames`,
  )
  const off = rights.map((at, n) => Math.round(((tones[n] ?? 0) - at) * 1_000))
  // A flash is seen up to a frame after it is heard, and a unit stands within half of its length.
  assert.ok(
    off.every((ms) => Math.abs(ms + 20) <= 20 + 11),
    `sound off the right half by ${off.join(' ')} ms`,
  )
})
