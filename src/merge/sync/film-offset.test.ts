import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { rigFilm } from '../../../tests/rig-film.ts'
import { temporaryFolder, type TemporaryFolder } from '../../../tests/temporary-folder.ts'
import { upright } from '../../adapters/ffmpeg.ts'
import { runChild } from '../../base/process.ts'
import { simulatedCalibration } from '../../capture/pitch/view.ts'
import type { Camera } from '../../capture/take.ts'
import { readFilmFacts } from '../film-facts.ts'
import { measureFilmOffset, type FilmOffset, type FilmOffsetOptions } from './film-offset.ts'

const format = { width: 640, height: 360, fps: 25 }

async function ffmpeg(args: readonly string[]): Promise<void> {
  const { code, stderr } = await runChild('ffmpeg', ['-loglevel', 'error', '-y', ...args])
  assert.equal(code, 0, stderr)
}

/** A film of two seconds and more of a court's noise, from a second of it on; the picture says nothing. */
async function heardFilm(folder: TemporaryFolder, camera: Camera, from: number, volume: number, ext = 'mp4'): Promise<string> {
  const film = folder.file(`${camera}.${ext}`)
  const sound = `anoisesrc=colour=pink:seed=7:duration=40,atrim=start=${from},asetpts=PTS-STARTPTS,volume=${volume}`
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=256x144:rate=25:duration=14']
  await ffmpeg([
    ...picture,
    '-f',
    'lavfi',
    '-i',
    sound,
    '-t',
    '14',
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-g',
    '50',
    '-c:a',
    'aac',
    film,
  ])
  return film
}

async function offsetOf(left: string, right: string, calibration?: FilmOffsetOptions['calibration']): Promise<FilmOffset> {
  const films = { left: await readFilmFacts(left), right: await readFilmFacts(right) }
  const turns = { left: upright, right: upright }
  return measureFilmOffset({ films, rate: films.left.rate, turns, calibration }, new AbortController().signal)
}

test('two films of one match that began at different moments are placed by what both see', async () => {
  using folder = temporaryFolder()
  const left = await rigFilm(folder, 'left', { format, fromScene: 100, segments: 6 })
  const right = await rigFilm(folder, 'right', { format, fromScene: 250, segments: 5 }) // six seconds later, so all of it comes sooner
  const found = await offsetOf(left, right, simulatedCalibration(format))
  assert.ok(found.is === 'measured' && found.by === 'pictures', JSON.stringify(found))
  assert.ok(Math.abs(found.offsetMs + 6_000) <= 4, `${found.offsetMs}`)
  const unknown = await offsetOf(left, right)
  assert.ok(unknown.is === 'unknown', JSON.stringify(unknown))
  assert.match(unknown.why, /no calibration.*not both films carry sound/)
})

test('without a calibration they are placed by what both hear', async () => {
  using folder = temporaryFolder()
  const left = await heardFilm(folder, 'left', 4.5, 0.8)
  const right = await heardFilm(folder, 'right', 3.25, 0.1) // began sooner: all of it comes later
  const found = await offsetOf(left, right)
  assert.ok(found.is === 'measured' && found.by === 'sound', JSON.stringify(found))
  assert.ok(Math.abs(found.offsetMs - 1_250) < 1, `${found.offsetMs}`)
})

test('a film that was cut in mid-group is placed by its first picture that can be shown', async () => {
  using folder = temporaryFolder()
  const left = await heardFilm(folder, 'left', 0, 0.8)
  const right = await heardFilm(folder, 'right', 0, 0.3, 'ts')
  const whole = readFileSync(right)
  const { length } = whole
  writeFileSync(right, whole.subarray(Math.floor((length * 0.09) / 188) * 188)) // behind the first key picture; the next one stands at 2 s
  const found = await offsetOf(left, right)
  assert.ok(found.is === 'measured' && found.by === 'sound', JSON.stringify(found))
  assert.ok(Math.abs(found.offsetMs + 2_000) < 5, `${found.offsetMs}`)
})

test('a transport stream that misses 11 s of its match is heard in step behind them', async () => {
  using folder = temporaryFolder()
  const left = await heardFilm(folder, 'left', 8, 0.8)
  const [right, behind] = [folder.file('right.ts'), folder.file('behind.ts')]
  const noise = (from: number): string => `anoisesrc=colour=pink:seed=7:duration=140,atrim=start=${from},asetpts=PTS-STARTPTS`
  const picture = ['-f', 'lavfi', '-i', 'color=size=64x48:rate=25:duration=120', '-f', 'lavfi', '-i']
  const encode = ['-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac', '-muxdelay', '0']
  await ffmpeg([...picture, noise(4), '-t', '2', ...encode, '-output_ts_offset', '50', right]) // began 4 s sooner
  await ffmpeg([...picture, noise(17), '-t', '120', ...encode, '-output_ts_offset', '63', behind])
  writeFileSync(right, readFileSync(behind), { flag: 'a' })
  const found = await offsetOf(left, right)
  assert.ok(found.is === 'measured' && found.by === 'sound', JSON.stringify(found))
  assert.ok(Math.abs(found.offsetMs - 4_000) < 30, `${found.offsetMs}`)
})
