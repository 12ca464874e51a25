// A recording in another layout, with a mirrored camera and a logo, across the wrap of both cameras' time stamps; and merged once more from its tracks, as it was and otherwise.

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, readFile, readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { runChild } from '../../src/base/process.ts'
import { readCounter } from '../../src/capture/pitch/counter.ts'
import { framesOf } from '../media/test-films.ts'
import { apart, openHome, readAnswer } from '../real-session.ts'
import { cut, turnBack, type Luma } from '../turned-picture.ts'

const camera = { width: 640, height: 360 }
const canvas = { width: 640, height: 720 }
const frames = 100

const filmFacts = z.object({
  film: z.object({
    layout: z.literal('stacked'),
    drawn: z.literal('stacked'),
    flip: z.object({ left: z.literal('none'), right: z.literal('both') }),
    logos: z.tuple([
      z.object({ slot: z.literal('venue'), fault: z.null() }),
      z.object({ slot: z.literal('sponsor-1'), fault: z.string() }),
    ]),
  }),
})

const merged = z.object({
  layout: z.string(),
  layoutBecause: z.string().nullable(),
  width: z.int(),
  height: z.int(),
  frames: z.int(),
  coverage: z.object({ left: z.number(), right: z.number() }),
})

async function pictures(film: string, size: { width: number; height: number }): Promise<Luma[]> {
  const decode = ['-v', 'error', '-i', film, '-vf', 'format=gray', '-f', 'rawvideo', 'pipe:1']
  const { stdout } = await runChild('ffmpeg', decode, { maxOutputBytes: 2 ** 28 })
  const bytes = size.width * size.height
  assert.equal(stdout.length, frames * bytes)
  return Array.from({ length: frames }, (_, n) => ({ data: stdout.subarray(n * bytes, (n + 1) * bytes), ...size }))
}

test('a recording is drawn as was set, with its logo, and can be merged again from its tracks: the same film to the pixel, or another', async () => {
  await using home = await openHome()
  const logo = path.join(home.folder, 'logo.png')
  const drawn = await runChild('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'color=white:s=40x40', '-frames:v', '1', logo])
  assert.equal(drawn.code, 0, drawn.stderr)
  const variables = {
    // Their time stamps begin anew at 0 in mid-film: seven seconds after the camera's start, within a segment, and eight, where one ends.
    CAMERA_LEFT: `simulated:left?pts=${2 ** 33 - 7 * 90_000}`,
    CAMERA_RIGHT: `simulated:right?pts=${2 ** 33 - 8 * 90_000}`,
    MERGE_LAYOUT: 'stacked',
    CAMERA_RIGHT_FLIP: 'both',
    USER_LOGO_PATH: logo,
    USER_LOGO_POSITION: 'middle_right',
    USER_LOGO_WIDTH: '40',
    SPONSOR_LOGO_1_PATH: '<home>/gone.png',
  }
  const ended = await home.run(['record', '--seconds', '4', '--json'], variables)
  assert.equal(ended.code, 0, ended.stderr)
  const answer = readAnswer(ended)
  assert.deepEqual([answer.layout, answer.video.width, answer.video.height], ['stacked', canvas.width, canvas.height])
  assert.equal(answer.status, 'complete', JSON.stringify(answer.gaps))

  const film = await pictures(answer.video.path, canvas)
  const marks = film.map((picture) => {
    const right = turnBack(cut(picture, 0, camera.height, camera), 180)
    return [readCounter(picture.data, camera.width, 'left'), readCounter(right.data, camera.width, 'right')] as const
  })
  for (const [n, [left, right]] of marks.entries()) {
    assert.ok(left !== undefined && right !== undefined && apart(left, right) <= 1, `frame ${n}: ${left} above ${right}`)
    assert.ok((film[n]?.data[(canvas.height / 2) * canvas.width + 640 - 30] ?? 0) > 220, `frame ${n} has its logo`)
  }
  const day = (await readdir(path.join(home.folder, 'recordings')))[0] ?? ''
  const manifest = path.join(home.folder, 'recordings', day, answer.recordingId, 'recording.json')
  filmFacts.parse(JSON.parse(await readFile(manifest, 'utf8')))

  const folder = path.join(home.folder, 'again')
  await mkdir(folder)
  const again = async (name: string, ...options: readonly string[]) => {
    const out = path.join(folder, name)
    const { code, stdout, stderr } = await home.run(['merge', answer.recordingId, '--out', out, '--json', ...options], {
      USER_LOGO_PATH: '/none.png',
    })
    assert.equal(code, 0, stderr)
    return { out, stderr, result: merged.parse(JSON.parse(stdout)) }
  }
  const same = await again('same.mp4')
  assert.deepEqual(same.result, { layout: 'stacked', layoutBecause: null, ...canvas, frames, coverage: answer.coverage })
  assert.deepEqual(await framesOf(same.out), await framesOf(answer.video.path), 'live and later compose and encode the same')

  const other = await again('other.mp4', '--layout', 'single', '--main-camera', 'right', '--right-flip', 'none', '--branding', 'none')
  assert.deepEqual(other.result, { layout: 'single', layoutBecause: null, ...camera, frames, coverage: answer.coverage })
  const shown = (await pictures(other.out, camera)).map(({ data }) => readCounter(data, camera.width, 'right'))
  assert.deepEqual(
    shown,
    marks.map(([, right]) => right),
  )

  const flat = await again('flat.mp4', '--layout', 'panorama')
  const because = 'the rig has no calibration: ./ezrec calibrate'
  assert.deepEqual([flat.result.layout, flat.result.layoutBecause], ['side-by-side', because])
  assert.match(flat.stderr, new RegExp(`warning: a panorama was asked for, the film is drawn side-by-side: ${because}`))

  const unknown = await home.run(['merge', '01ARZ3NDEKTSV4RRFFQ69G5FAV', '--out', path.join(folder, 'none.mp4'), '--json'])
  assert.equal(unknown.code, 1)
  assert.match(unknown.stdout, /there is no recording/)
  const segments = (await readdir(path.join(home.folder, 'takes'), { recursive: true })).filter((name) => name.endsWith('.ts'))
  for (const name of segments) if (name.includes('-left/')) await rm(path.join(home.folder, 'takes', name))
  const gone = await home.run(['merge', answer.recordingId, '--out', path.join(folder, 'gone.mp4'), '--json'])
  assert.equal(gone.code, 1)
  assert.match(gone.stdout, /segments of recording \w+ are no longer kept/)
  assert.deepEqual((await readdir(folder)).toSorted(), ['flat.mp4', 'other.mp4', 'same.mp4'])
  assert.ok(existsSync(answer.video.path))
})
