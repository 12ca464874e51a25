// Two films with sound become one with sound: in step with its picture wherever the file's time stamps begin, silent and told where it has none.

import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { runChild } from '../../src/base/process.ts'
import { encode, ffmpeg, flashesOf, flashing, half } from '../flashing-film.ts'
import { hearFilm } from '../heard-film.ts'
import { temporaryFolder, type TemporaryFolder } from '../temporary-folder.ts'

const program = path.resolve(import.meta.dirname, '../../bin/ezrec.ts')

/** A dark film of six seconds with a flash and a click at the instants 1, 3 and 5 s, `later` seconds later. */
async function flashes(file: string, { later = 0, hertz = 1_000 } = {}): Promise<string> {
  const at = `between(mod(t-${later}\\,2)\\,0.999\\,1.119)*gte(t-${later}\\,0)`
  const picture = flashing(6, at)
  const sound = `aevalsrc='0.8*sin(2*PI*${hertz}*t)*between(mod(t-${later}\\,2)\\,1\\,1.1)*gte(t-${later}\\,0)':s=44100:d=6`
  await ffmpeg('-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', sound, ...encode, '-c:a', 'aac', file)
  return file
}

const answerSchema = z.object({
  frames: z.int(),
  durationSeconds: z.number(),
  offsetMs: z.number().nullable(),
  sound: z.enum(['left', 'right']).nullable(),
})

async function merge(
  folder: TemporaryFolder,
  left: string,
  right: string,
  ...more: readonly string[]
): Promise<z.infer<typeof answerSchema> & { stderr: string; out: string }> {
  const out = folder.file('out.mp4')
  const flags = ['--disable-warning=ExperimentalWarning', program, '--home', folder.file('home'), 'merge', left, right]
  const args = ['--out', out, '--force', '--preset', 'ultrafast', '--json', ...more]
  const { code, stdout, stderr } = await runChild(process.execPath, [...flags, ...args])
  assert.equal(code, 0, stderr)
  return { ...answerSchema.parse(JSON.parse(stdout.toString('utf8'))), stderr, out }
}

/** Each flash with its click: a frame's length and half a unit apart at most. */
async function assertInStep(film: string, x: number, count: number, from = 0): Promise<void> {
  const heard = await hearFilm(film)
  const { steps } = heard
  const [lights, tones] = [await flashesOf(film, x), heard.tones].map((all) => all.filter((at) => at >= from))
  assert.ok(lights && tones)
  assert.deepEqual(steps, [1_024])
  assert.deepEqual([lights.length, tones.length], [count, count], `lights ${lights.join(' ')}, tones ${tones.join(' ')}`)
  const offs = lights.map((light, n) => Math.round(((tones[n] ?? 0) - light) * 1_000))
  assert.ok(
    offs.every((off) => Math.abs(off) <= 20),
    `sound off its picture by ${offs.join(' ')} ms`,
  )
}

test('the sound of the left film is kept, in step, for as long as the film', async () => {
  using folder = temporaryFolder()
  const left = await flashes(folder.file('left.mp4'))
  const right = await flashes(folder.file('right.mp4'), { hertz: 300 })
  const { sound, out, durationSeconds } = await merge(folder, left, right)
  assert.equal(sound, 'left')
  await assertInStep(out, 0, 3)
  const { seconds } = await hearFilm(out)
  assert.ok(Math.abs(seconds - durationSeconds) < 0.03, `${seconds} s of sound, ${durationSeconds} s of film`)
  await mkdir(folder.file('home'), { recursive: true })
  await writeFile(folder.file('home', '.env'), `INTRO_VIDEO_PATH=${right}\n`, { mode: 0o600 })
  const introduced = await merge(folder, left, right, '--sound', 'right')
  assert.ok(introduced.frames > 300)
  await assertInStep(introduced.out, half.width, 3, introduced.durationSeconds - durationSeconds)
  const none = await merge(folder, left, right, '--sound', 'none')
  assert.equal(none.sound, null)
  const { stdout } = await runChild('ffprobe', ['-v', 'error', '-show_entries', 'stream=codec_type', '-of', 'csv=p=0', out])
  assert.equal(stdout.toString('utf8').trim(), 'video')
})

test('it is placed by its time stamps: an edit list, a clock far from zero, a sound that begins later than the picture', async () => {
  using folder = temporaryFolder()
  const whole = await flashes(folder.file('whole.mp4'))
  const silent = folder.file('silent.mp4')
  await ffmpeg('-i', whole, '-an', '-c', 'copy', silent)
  const edited = folder.file('edited.mp4')
  await ffmpeg('-ss', '0.3', '-i', whole, '-c', 'copy', edited)
  const late = folder.file('late.ts')
  const later = ['-output_ts_offset', '5000', '-map', '0:v', '-map', '1:a']
  await ffmpeg('-i', whole, '-ss', '2', '-i', whole, '-filter:a', 'asetpts=PTS+2/TB', '-c:v', 'copy', '-c:a', 'aac', ...later, late)
  const torn = folder.file('torn.ts')
  await ffmpeg('-i', whole, '-c', 'copy', torn)
  // Its beginning is gone in mid-group: pictures come from the next key picture on, and the sound sooner.
  const bytes = await readFile(torn)
  await writeFile(torn, bytes.subarray(188 * Math.round(bytes.length / 188 / 12)))
  for (const [film, count] of [
    [edited, 3],
    [torn, 3],
  ] as const) {
    const { sound, out } = await merge(folder, film, silent)
    assert.equal(sound, 'left')
    await assertInStep(out, 0, count)
  }
  const { out } = await merge(folder, late, silent)
  const [{ tones }, lights] = [await hearFilm(out), await flashesOf(out, 0)]
  assert.equal(lights.length, 3)
  assert.deepEqual([tones.length, Math.abs((tones[0] ?? 0) - (lights[1] ?? 0)) < 0.02], [2, true], tones.join(' '))
})

test('the sound of the only film that has any goes with its pictures, the shift included', async () => {
  using folder = temporaryFolder()
  for (const [film, side, later] of [
    ['a', 'right', 0.6],
    ['b', 'right', -0.6],
  ] as const) {
    const left = await noisy(folder.file(`left-${film}.mp4`), 1)
    const right = await noisy(folder.file(`right-${film}.mp4`), 1 - later)
    const { sound, offsetMs, out } = await merge(folder, left, right, '--sound', side)
    assert.equal(sound, 'right')
    assert.ok(Math.abs((offsetMs ?? 0) - later * 1_000) < 5, `${offsetMs}`)
    const heard = await loudAt(out)
    const lights = await flashesOf(out, half.width)
    assert.equal(lights.length, 1)
    assert.ok(Math.abs(heard - (lights[0] ?? 0)) <= 0.04, `heard at ${heard}, seen at ${lights[0]}`)
  }
})

/** Noise of one court from its second `from` on; loud and bright at its second 4. */
async function noisy(file: string, from: number): Promise<string> {
  const noise = `anoisesrc=colour=pink:seed=7:duration=40,volume='if(between(t\\,4\\,4.2)\\,1\\,0.05)':eval=frame`
  const sound = `${noise},atrim=start=${from},asetpts=PTS-STARTPTS`
  const picture = flashing(14, `between(t+${from}\\,3.999\\,4.2)`)
  await ffmpeg('-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', sound, '-t', '14', ...encode, '-c:a', 'aac', file)
  return file
}

async function loudAt(film: string): Promise<number> {
  const { stdout } = await runChild('ffmpeg', ['-v', 'error', '-i', film, '-map', '0:a:0', '-f', 's16le', 'pipe:1'])
  for (let n = 0; n < stdout.length / 2; n += 1) if (Math.abs(stdout.readInt16LE(n * 2)) > 8_000) return n / 48_000
  return Number.NaN
}

test('sound that is damaged, or ends early, is silent there, and told; what cannot be decoded at all is left out, and told', async () => {
  using folder = temporaryFolder()
  const right = folder.file('right.mp4')
  const whole = await flashes(folder.file('whole.mp4'))
  await ffmpeg('-i', whole, '-an', '-c', 'copy', right)
  const bad = folder.file('bad.ts')
  await ffmpeg('-i', whole, '-c', 'copy', '-bsf:a', 'noise=amount=3', bad)
  const torn = await merge(folder, bad, right)
  assert.equal(torn.frames, 150)
  assert.match(torn.stderr, /bad\.ts: its sound (is damaged, and silent there|cannot be decoded)/)
  const none = folder.file('none.mkv')
  await ffmpeg('-i', whole, '-c', 'copy', '-bsf:a', 'noise=amount=1', none)
  const left = await merge(folder, none, right)
  assert.equal(left.frames, 150)
  assert.match(left.stderr, /none\.mkv: its sound (is damaged, and silent there|cannot be decoded)/)
  const asked = await merge(folder, whole, right, '--sound', 'right')
  assert.equal(asked.sound, null)
  assert.match(asked.stderr, /right\.mp4: it has no sound/)
  const short = folder.file('short.mkv')
  await ffmpeg('-i', whole, '-t', '3', '-map', '0:v', '-c', 'copy', folder.file('pictures.mkv'))
  await ffmpeg('-i', folder.file('pictures.mkv'), '-i', whole, '-map', '0:v', '-map', '1:a', '-c', 'copy', short)
  const longer = await merge(folder, short, folder.file('pictures.mkv'))
  assert.ok(longer.sound === 'left' && longer.frames < 100, 'sound that goes on behind the film is left out')
})
