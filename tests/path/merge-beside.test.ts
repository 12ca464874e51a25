// What `merge LEFT RIGHT` draws on a film by a file, and writes beside it.

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { runChild } from '../../src/base/process.ts'

const program = path.resolve(import.meta.dirname, '../../bin/ezrec.ts')
const size = { width: 320, height: 180 }

/** Nine seconds of grey films: a picture for every four seconds, and one for the preview at the eighth. */
async function twoFilms(t: TestContext, rate = '25'): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'ezrec-merge-'))
  t.after(() => rm(folder, { recursive: true }))
  for (const [side, luma] of Object.entries({ left: 60, right: 120 })) {
    const source = `color=black:s=${size.width}x${size.height}:r=${rate}:d=9,format=yuv420p,geq=lum=${luma}+2*floor(T):cb=128:cr=128`
    const { code, stderr } = await runChild('ffmpeg', [
      ...['-loglevel', 'error', '-f', 'lavfi', '-i', source, '-c:v', 'libx264', '-preset', 'ultrafast', '-qp', '10', '-color_range', 'tv'],
      ...['-colorspace', 'bt709', path.join(folder, `${side}.mp4`)],
    ])
    assert.equal(code, 0, stderr)
  }
  return folder
}

async function merge(folder: string, ...args: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const flags = ['--disable-warning=ExperimentalWarning', program, '--home', path.join(folder, 'home'), 'merge', 'left.mp4', 'right.mp4']
  const { code, stdout, stderr } = await runChild(process.execPath, [...flags, '--preset', 'ultrafast', '--json', ...args], { cwd: folder })
  return { code, stdout: stdout.toString('utf8'), stderr }
}

/** One picture, as grey. */
async function greyOf(file: string, filter = 'null'): Promise<{ readonly luma: Buffer; readonly width: number; readonly height: number }> {
  const probed = await runChild('ffprobe', ['-v', 'error', '-show_entries', 'stream=width,height', '-of', 'csv=p=0', file])
  const [width = 0, height = 0] = probed.stdout.toString('utf8').trim().split(',').map(Number)
  const { stdout, code, stderr } = await runChild(
    'ffmpeg',
    ['-loglevel', 'error', '-i', file, '-vf', filter, '-frames:v', '1', '-f', 'rawvideo', '-pix_fmt', 'gray', '-'],
    { maxOutputBytes: 1 << 24 },
  )
  assert.equal(code, 0, stderr)
  return { luma: stdout, width, height }
}

test('the preview is 1200x630, and the list of thumbnails names the part of a sheet that shows its seconds', async (t) => {
  const folder = await twoFilms(t)
  const { code, stderr } = await merge(folder, '--out', 'both.mp4', '--preview', 'both.jpg', '--thumbnails', 'of it.vtt')
  assert.equal(code, 0, stderr)
  const preview = await greyOf(path.join(folder, 'both.jpg'))
  assert.deepEqual([preview.width, preview.height], [1_200, 630])
  assert.equal(
    await readFile(path.join(folder, 'of it.vtt'), 'utf8'),
    [
      'WEBVTT\n',
      '00:00:00.000 --> 00:00:04.000\nof%20it-1.jpg#xywh=0,0,240,66\n',
      '00:00:04.000 --> 00:00:08.000\nof%20it-1.jpg#xywh=240,0,240,66\n',
      '00:00:08.000 --> 00:00:09.000\nof%20it-1.jpg#xywh=480,0,240,66\n',
    ].join('\n'),
  )
  const sheet = await greyOf(path.join(folder, 'of it-1.jpg'))
  assert.deepEqual([sheet.width, sheet.height], [720, 66])
  const lumas = [60, 180, 300, 420, 540, 660].map((x) => sheet.luma[33 * sheet.width + x] ?? 0)
  const full = (luma: number): number => ((luma - 16) * 255) / 219
  for (const [n, luma] of [60, 120, 68, 128, 76, 136].entries())
    assert.ok(Math.abs((lumas[n] ?? 0) - full(luma)) < 4, `${lumas.join()}: place ${n} is not ${full(luma)}`)
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.startsWith('.')),
    [],
  )
})

test('a film of 29.97 pictures a second has its thumbnails at its own times, after an intro', async (t) => {
  const folder = await twoFilms(t, '30000/1001')
  const intro = ['-f', 'lavfi', '-i', 'color=red:s=320x180:r=25:d=2', '-c:v', 'libx264', '-preset', 'ultrafast', 'intro.mp4']
  assert.equal((await runChild('ffmpeg', ['-loglevel', 'error', ...intro], { cwd: folder })).code, 0)
  const env = { ...process.env, INTRO_VIDEO_PATH: path.join(folder, 'intro.mp4') }
  const flags = ['--disable-warning=ExperimentalWarning', program, '--home', path.join(folder, 'home')]
  const args = ['merge', 'left.mp4', 'right.mp4', '--out', 'both.mp4', '--thumbnails', 'both.vtt', '--preset', 'ultrafast']
  const { code, stderr } = await runChild(process.execPath, [...flags, ...args], { cwd: folder, env })
  assert.equal(code, 0, stderr)
  const cues = [...(await readFile(path.join(folder, 'both.vtt'), 'utf8')).matchAll(/^(.*) --> (.*)$/gm)].map(([, from, to]) => [from, to])
  assert.deepEqual(cues, [
    ['00:00:00.000', '00:00:06.006'],
    ['00:00:06.006', '00:00:10.010'],
    ['00:00:10.010', '00:00:11.011'],
  ])
})

test('a score stands on the film from when to when its cue says, and nowhere else', async (t) => {
  const folder = await twoFilms(t)
  await writeFile(path.join(folder, 'score.srt'), '1\n00:00:02,000 --> 00:00:04,000\nHome 1:0\n\n2\n00:00:06,000 --> 00:00:07,000\n1:1\n')
  const { code, stderr } = await merge(folder, '--out', 'both.mp4', '--score', 'score.srt')
  assert.equal(code, 0, stderr)
  const width = size.width * 2
  /** Whether letters stand in the upper middle. */
  const isDrawn = async (frame: number): Promise<boolean> => {
    const { luma } = await greyOf(path.join(folder, 'both.mp4'), `select=eq(n\\,${frame})`)
    return luma.subarray(0, width * 60).some((value) => value > 200)
  }
  const drawn = await Promise.all([0, 49, 50, 99, 100, 149, 150, 174, 175].map(isDrawn))
  assert.deepEqual(drawn, [false, false, true, true, false, false, true, true, false])
})

test('a name that is taken, named twice or meant for a recording is refused before anything is read, and a score that is none, too', async (t) => {
  const folder = await twoFilms(t)
  await writeFile(path.join(folder, 'taken-3.jpg'), 'mine')
  await writeFile(path.join(folder, 'none.vtt'), 'WEBVTT\n')
  const refused = async (says: RegExp, ...args: readonly string[]): Promise<void> => {
    const { code, stdout } = await merge(folder, '--out', 'both.mp4', ...args)
    assert.ok(code === 1 || code === 2)
    assert.match(stdout, says)
    assert.equal(existsSync(path.join(folder, 'both.mp4')), false)
  }
  await refused(/taken-3\.jpg is there already/, '--thumbnails', 'taken.vtt')
  await refused(/both\.mp4 is named twice/, '--preview', 'both.mp4')
  await refused(/left\.mp4 is named twice/, '--poster', 'left.mp4')
  await refused(/x\.jpg is named twice/, '--poster', 'x.jpg', '--preview', 'x.jpg')
  await refused(/none\.vtt holds no cues/, '--score', 'none.vtt')
  await refused(/none\.srt cannot be read as a score: there is no such file/, '--score', 'none.srt')
  assert.equal(await readFile(path.join(folder, 'taken-3.jpg'), 'utf8'), 'mine')
  const recording = ['merge', '01K3ZJ5W8M0Q4T6V9X1Y2B3C4D', '--out', 'again.mp4', '--thumbnails', 'again.vtt', '--json']
  const { stdout } = await runChild(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...recording], { cwd: folder })
  assert.match(stdout.toString('utf8'), /are for two films/)
})

test('a picture that cannot be written any more when the film is whole is left out, and told: the film stays', async (t) => {
  const folder = await twoFilms(t)
  const gone = path.join(folder, 'gone')
  await mkdir(gone)
  const merging = merge(folder, '--out', 'both.mp4', '--poster', 'gone/a.jpg', '--preview', 'gone/b.jpg', '--thumbnails', 'gone/c.vtt')
  while (!(await readdir(folder)).some((name) => name.startsWith('.both.mp4.'))) await setTimeout(20)
  await rm(gone, { recursive: true })
  const { code, stderr } = await merging
  assert.equal(code, 0, stderr)
  for (const what of ['poster', 'preview', 'list of thumbnails']) assert.match(stderr, new RegExp(`the ${what} is left out`))
  assert.ok(existsSync(path.join(folder, 'both.mp4')))
})
