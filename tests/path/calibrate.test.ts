import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { z } from 'zod'
import { command } from '../../bin/commands/calibrate.ts'
import { EzrecError } from '../../src/base/errors.ts'
import { runChild } from '../../src/base/process.ts'
import { openPitch } from '../../src/capture/pitch/pitch.ts'
import { simulatedCalibration } from '../../src/capture/pitch/view.ts'
import { calibrationSchema, parseCalibration } from '../../src/merge/stitch/calibration.ts'
import { apply, type Matrix3 } from '../../src/merge/stitch/homography.ts'
import { rigEnvironment } from '../real-session.ts'
import { temporaryFolder, type TemporaryFolder } from '../temporary-folder.ts'

const format = { width: 640, height: 360, fps: 25 }
const picturesShown = [60, 200, 390]

let folder: TemporaryFolder

/** Films of three pictures, one a second, and a still of each side. */
before(async () => {
  folder = temporaryFolder()
  for (const side of ['left', 'right'] as const) {
    const pitch = openPitch(side, format)
    const pictures = Buffer.concat(picturesShown.map((n) => Buffer.from(pitch.picture(n))))
    await write(`${side}.mp4`, pictures, '-c:v', 'libx264', '-preset', 'ultrafast', '-qp', '16')
    await write(`${side}.png`, pictures, '-frames:v', '1')
  }
  await write('black.mp4', Buffer.concat(picturesShown.map(blackPicture)), '-c:v', 'libx264', '-preset', 'ultrafast')
})

after(() => folder[Symbol.dispose]())

async function write(name: string, pictures: Buffer, ...codec: readonly string[]): Promise<void> {
  const raw = ['-f', 'rawvideo', '-pixel_format', 'yuv420p', '-video_size', '640x360', '-framerate', '1', '-i', 'pipe:0']
  const { code, stderr } = await runChild('ffmpeg', ['-loglevel', 'error', ...raw, ...codec, folder.file(name)], { input: pictures })
  assert.equal(code, 0, stderr)
}

function blackPicture(): Buffer {
  return Buffer.alloc((640 * 360 * 3) / 2, 128).fill(16, 0, 640 * 360)
}

type Ran = { readonly exitCode: number; readonly document: unknown; readonly said: string }

/** The verb, as the command line calls it. */
async function calibrate(
  args: readonly string[],
  options: Readonly<Record<string, unknown>> = {},
  home = folder.file('home'),
): Promise<Ran> {
  const documents: unknown[] = []
  const said: string[] = []
  const exitCode = await command.run({
    home,
    json: true,
    verbose: false,
    args: args.map((name) => folder.file(name)),
    options: { frames: '3', projection: 'auto', lens: 'auto', seconds: '6', ...options },
    signal: new AbortController().signal,
    out: (document) => void documents.push(document),
    print: (line) => void said.push(line),
    say: (line) => void said.push(line),
  })
  assert.equal(documents.length, 1)
  return { exitCode, document: documents[0], said: said.join('\n') }
}

const accepted = z.object({
  accepted: z.literal(true),
  rmsPx: z.number(),
  inliers: z.int(),
  /** How long it may take is measured, in docs/design/calibration.md: a test does not time. */
  tookMs: z.int().positive(),
  overlapShare: z.number(),
  calibration: calibrationSchema,
  file: z.string(),
})
const refused = z.object({
  accepted: z.literal(false),
  calibration: z.null(),
  message: z.string(),
  hint: z.string(),
  refusals: z.array(z.object({ code: z.string() })),
})

/** Worst distance from the truth over the whole right picture, and root mean square in the overlap, in pixels. */
function offPx(found: Matrix3): { worst: number; overlap: number } {
  const truth = simulatedCalibration(format).homography
  const places = Array.from({ length: 400 }, (_, n) => ({ x: (n % 20) * 33.6, y: Math.floor(n / 20) * 18.9 }))
  const offs = places.map((place) => {
    const [a, b] = [apply(found, place), apply(truth, place)]
    return { shared: b.x < format.width, off: Math.hypot(a.x - b.x, a.y - b.y) }
  })
  const shared = offs.filter((each) => each.shared)
  return {
    worst: Math.max(...offs.map(({ off }) => off)),
    overlap: Math.sqrt(shared.reduce((sum, { off }) => sum + off * off, 0) / shared.length),
  }
}

test('two films give a calibration that is exact over the whole right picture, and a picture to look at', async () => {
  const { exitCode, document, said } = await calibrate(['left.mp4', 'right.mp4'], {
    out: folder.file('a.json'),
    picture: folder.file('a.png'),
  })
  assert.equal(exitCode, 0, said)
  const { calibration, rmsPx, inliers, overlapShare } = accepted.parse(document)
  const { overlap, worst } = offPx(calibration.homography)
  assert.ok(overlap < 0.1, `${overlap} pixels off in the overlap`)
  assert.ok(worst < 0.8, `${worst} pixels off at worst`)
  assert.ok(rmsPx < 0.3 && inliers >= 60 && overlapShare > 0.2 && overlapShare < 0.3, JSON.stringify({ rmsPx, inliers, overlapShare }))
  assert.equal(calibration.lens, undefined)
  assert.deepEqual(calibration.turns, { left: { rotation: 0, flip: 'none' }, right: { rotation: 0, flip: 'none' } })
  assert.ok((calibration.canvas?.width ?? 0) > 1_100)
  const [gain = 0] = calibration.exposure?.y ?? []
  assert.ok(gain > 1.08 && gain < 1.2, `the right camera is darker by 1/${gain}`)
  assert.ok((calibration.seam?.featherPx ?? 0) > 40, JSON.stringify(calibration.seam))
  assert.deepEqual(parseCalibration(readFileSync(folder.file('a.json'), 'utf8'), 'a.json'), calibration)
  assert.equal(readFileSync(folder.file('a.png')).subarray(1, 4).toString(), 'PNG')
})

test('two stills, quickly, with a window of their own, become the calibration of the rig; an earlier one stays', async () => {
  const home = folder.file('home-of-stills')
  const options = { fast: true, canvas: '0,4,1120,350' }
  const first = accepted.parse((await calibrate(['left.png', 'right.png'], options, home)).document)
  assert.deepEqual(first.calibration.canvas, { x: 0, y: 4, width: 1120, height: 350 })
  assert.ok(offPx(first.calibration.homography).overlap < 0.2)
  await calibrate(['left.png', 'right.png'], options, home)
  assert.equal(first.file, folder.file('home-of-stills', 'calibration', 'rig-1', 'current.json'))
  assert.equal(readdirSync(folder.file('home-of-stills', 'calibration', 'rig-1')).length, 3)
})

test('the cameras themselves are run for some seconds, and nothing of their footage is kept', async () => {
  const home = folder.file('home-of-cameras')
  mkdirSync(home)
  const set = {
    CAMERA_LEFT: 'simulated:left',
    CAMERA_RIGHT: 'simulated:right?latency=300',
    RESOLUTION: '640x360',
    CACHE_DIR: rigEnvironment.CACHE_DIR,
  }
  const lines = Object.entries(set).map(([name, value]) => `${name}=${value}`)
  writeFileSync(path.join(home, '.env'), lines.join('\n'), { mode: 0o600 })
  const before = leftovers()
  const { exitCode, document, said } = await calibrate([], { fast: true, seconds: '4' }, home)
  assert.equal(exitCode, 0, said)
  const { calibration, file } = accepted.parse(document)
  const { overlap } = offPx(calibration.homography)
  assert.ok(overlap < 0.2, `${overlap} pixels off in the overlap`)
  assert.equal(file, path.join(home, 'calibration', 'rig-1', 'current.json'))
  assert.deepEqual(leftovers(), before)
})

const leftovers = (): readonly string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('ezrec-calibrate-'))

test('pictures that cannot be laid over each other are refused with the reason, and nothing is written', async () => {
  const out = folder.file('refused.json')
  for (const [left, right, code] of [
    ['left.mp4', 'left.mp4', 'same-picture'],
    ['black.mp4', 'black.mp4', 'no-drawing'],
    ['right.mp4', 'left.mp4', 'swapped'],
    ['left.mp4', 'black.mp4', 'too-few-matches'],
  ] as const) {
    const { exitCode, document } = await calibrate([left, right], { out })
    assert.equal(exitCode, 1)
    assert.equal(refused.parse(document).refusals[0]?.code, code, `${left} and ${right}`)
    assert.equal(existsSync(out), false)
  }
})

test('files that are no pictures are refused by name, and nothing is written', async () => {
  writeFileSync(folder.file('empty.mp4'), '')
  writeFileSync(folder.file('torn.mp4'), readFileSync(folder.file('left.mp4')))
  truncateSync(folder.file('torn.mp4'), 600)
  writeFileSync(folder.file('torn.png'), readFileSync(folder.file('left.png')).subarray(0, 300))
  const sound = ['-loglevel', 'error', '-f', 'lavfi', '-i', 'sine=duration=1', folder.file('sound.mp4')]
  assert.equal((await runChild('ffmpeg', sound)).code, 0)
  const out = folder.file('bad.json')
  for (const [left, right, message] of [
    ['empty.mp4', 'right.mp4', /empty\.mp4 .*: it is empty/],
    ['left.mp4', 'torn.mp4', /torn\.mp4 /],
    ['torn.png', 'right.png', /torn\.png /],
    ['sound.mp4', 'right.mp4', /sound\.mp4 .*: it holds no picture/],
    ['left.png', 'right.mp4', /one of the two is a still/],
    ['left.mp4', 'none.mp4', /there is no such file/],
  ] as const) {
    await assert.rejects(calibrate([left, right], { out }), (error) => {
      assert.ok(error instanceof EzrecError && error.code === 'invalid', String(error))
      assert.match(error.message, message)
      assert.ok(error.hint.length > 10)
      return true
    })
    assert.equal(existsSync(out), false)
  }
})

test('a file that is there is not replaced, and wrong options are told before anything is computed', async () => {
  writeFileSync(folder.file('mine.json'), 'mine')
  await assert.rejects(calibrate(['left.mp4', 'right.mp4'], { out: folder.file('mine.json') }), { code: 'conflict' })
  assert.equal(readFileSync(folder.file('mine.json'), 'utf8'), 'mine')
  const wrong = (options: Readonly<Record<string, unknown>>, args = ['left.mp4', 'right.mp4']) =>
    assert.rejects(calibrate(args, options), { code: 'invalid' })
  await wrong({ canvas: '0,0,1121,350' })
  await wrong({ canvas: '0,0,big' })
  await wrong({ canvas: '0,0,1120,350', projection: 'cylindrical' })
  await wrong({ frames: '0' })
  await wrong({}, ['left.mp4'])
  await wrong({ import: folder.file('h.json') })
})

test("the original's calibration is taken over", async () => {
  const { homography: h } = simulatedCalibration(format)
  const H = [h.slice(0, 3), h.slice(3, 6), h.slice(6)]
  writeFileSync(folder.file('h.json'), JSON.stringify({ H, left_shape: [360, 640], right_shape: [360, 640] }))
  const { exitCode, document } = await calibrate([], { import: folder.file('h.json'), out: folder.file('taken.json') })
  assert.equal(exitCode, 0)
  const { calibration } = z.object({ accepted: z.literal(true), calibration: calibrationSchema }).parse(document)
  assert.deepEqual(calibration.left, { width: 640, height: 360 })
  assert.deepEqual(parseCalibration(readFileSync(folder.file('taken.json'), 'utf8'), 'taken.json'), calibration)
})
