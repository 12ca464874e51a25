import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { runChild, startChild, type Child } from '../../src/base/process.ts'
import { readCounter, writeCounter } from '../../src/capture/pitch/counter.ts'
import { cut, turnBack } from '../turned-picture.ts'
import { boxesIn } from '../../src/merge/boxes.ts'

const size = { width: 320, height: 96 }
const pictureBytes = (size.width * size.height * 3) / 2
const program = path.resolve(import.meta.dirname, '../../bin/ezrec.ts')

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'ezrec-merge-'))
  try {
    await use(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** A film whose every picture carries its number; `leftOut` are not shown, and the others keep their times. */
async function makeFilm(
  file: string,
  side: 'left' | 'right',
  { frames, rate = '25', leftOut = [], codec = ['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '2'] }: FilmOptions,
): Promise<string> {
  const pictures = Array.from({ length: frames }, (_, n) => {
    const picture = Buffer.alloc(pictureBytes, 128)
    writeCounter(picture, { ...size, fps: 25 }, side, n)
    return picture
  })
  const select =
    leftOut.length === 0 ? [] : ['-vf', `select='not(${leftOut.map((n) => `eq(n\\,${n})`).join('+')})'`, '-fps_mode', 'passthrough']
  const args = ['-f', 'rawvideo', '-pixel_format', 'yuv420p', '-video_size', `${size.width}x${size.height}`, '-framerate', rate, '-i', '-']
  const { code, stderr } = await runChild('ffmpeg', ['-loglevel', 'error', ...args, ...select, ...codec, '-y', file], {
    input: Buffer.concat(pictures),
  })
  assert.equal(code, 0, stderr)
  return file
}

type FilmOptions = { frames: number; rate?: string; leftOut?: readonly number[]; codec?: readonly string[] }

async function merge(folder: string, ...args: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const home = path.join(folder, 'home')
  const flags = ['--disable-warning=ExperimentalWarning', program, '--home', home, 'merge']
  const { code, stdout, stderr } = await runChild(process.execPath, [...flags, ...args, '--preset', 'ultrafast', '--json'])
  return { code, stdout: stdout.toString('utf8'), stderr }
}

const resultSchema = z.object({
  layout: z.literal('side-by-side'),
  width: z.number(),
  height: z.number(),
  fps: z.number(),
  frames: z.int(),
  durationSeconds: z.number(),
  offsetMs: z.null(),
  cpuSeconds: z.number(),
  wallSeconds: z.number(),
})
const errorSchema = z.object({ success: z.literal(false), error: z.string(), message: z.string() })

/** The counters of each picture of a merged film. */
async function countersOf(file: string): Promise<(number | undefined)[][]> {
  const { stdout } = await runChild('ffmpeg', ['-loglevel', 'error', '-i', file, '-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-'], {
    maxOutputBytes: 1 << 28,
  })
  const width = size.width * 2
  return Array.from({ length: stdout.length / (pictureBytes * 2) }, (_, n) => {
    const luma = stdout.subarray(n * pictureBytes * 2, n * pictureBytes * 2 + width * size.height)
    return [readCounter(luma, width, 'left', { x: 0, y: 0 }), readCounter(luma, width, 'right', { x: width - 256, y: 0 })]
  })
}

/** The times of the packets, in the film's own ticks. */
async function timesOf(file: string): Promise<number[]> {
  const { stdout } = await runChild('ffprobe', ['-v', 'error', '-show_entries', 'packet=pts', '-of', 'csv=p=0', file])
  return stdout.toString('utf8').trim().split('\n').map(Number)
}

const counted = (frames: number): (number | undefined)[][] => Array.from({ length: frames }, (_, n) => [n, n])

test('two films become one, picture by picture, in a file that plays from its start', () =>
  withFolder(async (folder) => {
    const left = await makeFilm(path.join(folder, 'left.mp4'), 'left', { frames: 130 })
    const right = await makeFilm(path.join(folder, 'right.mkv'), 'right', { frames: 130 })
    const out = path.join(folder, 'new', 'both.mp4')
    const { code, stdout, stderr } = await merge(folder, left, right, '--out', out)
    assert.equal(code, 0, stderr)
    const result = resultSchema.parse(JSON.parse(stdout))
    assert.deepEqual(
      { width: result.width, height: result.height, fps: result.fps, frames: result.frames, durationSeconds: result.durationSeconds },
      { width: 640, height: 96, fps: 25, frames: 130, durationSeconds: 5.2 },
    )
    assert.ok(result.cpuSeconds > 0.2 && result.wallSeconds > 0)
    assert.deepEqual(await countersOf(out), counted(130))
    assert.deepEqual(
      await timesOf(out),
      Array.from({ length: 130 }, (_, n) => n * 3_600),
    )
    assert.deepEqual(
      boxesIn(await readFile(out)).map(({ type }) => type),
      ['ftyp', 'moov', 'free', 'mdat'],
    )
    assert.deepEqual(await readdir(path.dirname(out)), ['both.mp4'])
  }))

test('a still of the first picture is written beside the film when it is asked for', () =>
  withFolder(async (folder) => {
    const left = await makeFilm(path.join(folder, 'left.mp4'), 'left', { frames: 60 })
    const right = await makeFilm(path.join(folder, 'right.mp4'), 'right', { frames: 60 })
    const poster = path.join(folder, 'both.jpg')
    const { code, stderr } = await merge(folder, left, right, '--out', path.join(folder, 'both.mp4'), '--poster', poster)
    assert.equal(code, 0, stderr)
    assert.deepEqual(await countersOf(poster), counted(1))
    const again = await merge(folder, left, right, '--out', path.join(folder, 'other.mp4'), '--poster', poster)
    assert.equal(again.code, 1)
    assert.match(errorSchema.parse(JSON.parse(again.stdout)).message, /both\.jpg is there already/)
    assert.equal(existsSync(path.join(folder, 'other.mp4')), false)
  }))

test('a film that ends earlier shows a card until the other one ends', () =>
  withFolder(async (folder) => {
    const left = await makeFilm(path.join(folder, 'left.mp4'), 'left', { frames: 30 })
    const right = await makeFilm(path.join(folder, 'right.mp4'), 'right', { frames: 75 })
    const out = path.join(folder, 'both.mp4')
    assert.equal((await merge(folder, left, right, '--out', out)).code, 0)
    const expected = counted(75).map(([l, r], n) => [n < 30 ? l : undefined, r])
    assert.deepEqual(await countersOf(out), expected)
  }))

test('films are paired by their time stamps: a lost picture is repeated, nothing slips', () =>
  withFolder(async (folder) => {
    const left = await makeFilm(path.join(folder, 'left.mkv'), 'left', { frames: 60, leftOut: [20] })
    const right = await makeFilm(path.join(folder, 'right.mkv'), 'right', { frames: 60 })
    const out = path.join(folder, 'both.mp4')
    assert.equal((await merge(folder, left, right, '--out', out)).code, 0)
    assert.deepEqual(
      await countersOf(out),
      counted(60).map(([l, r], n) => [n === 20 ? 19 : l, r]),
    )
  }))

test('films are turned as asked, each by itself; the smaller one stands in the middle', () =>
  withFolder(async (folder) => {
    const left = await makeFilm(path.join(folder, 'left.mp4'), 'left', { frames: 30 })
    const right = await makeFilm(path.join(folder, 'right.mp4'), 'right', { frames: 25 })
    for (const [leftBy, rightBy] of [
      [180, 0],
      [90, 0],
      [270, 90],
    ] as const) {
      const out = path.join(folder, `${leftBy}-${rightBy}.mp4`)
      const { code, stderr } = await merge(
        folder,
        left,
        right,
        '--out',
        out,
        '--left-rotation',
        `${leftBy}`,
        '--right-rotation',
        `${rightBy}`,
      )
      assert.equal(code, 0, stderr)
      const [l, r] = [leftBy, rightBy].map((by) => (by % 180 === 0 ? size : { width: size.height, height: size.width }))
      assert.ok(l && r)
      const canvas = { width: l.width + r.width, height: Math.max(l.height, r.height) }
      const { stdout } = await runChild('ffmpeg', ['-loglevel', 'error', '-i', out, '-pix_fmt', 'gray', '-f', 'rawvideo', '-'])
      const bytes = canvas.width * canvas.height
      assert.equal(stdout.length, 30 * bytes)
      for (let n = 0; n < 30; n += 1) {
        const film = { data: stdout.subarray(n * bytes, (n + 1) * bytes), ...canvas }
        const shownLeft = turnBack(cut(film, 0, 0, l), leftBy)
        const shownRight = turnBack(cut(film, l.width, (canvas.height - r.height) / 2, r), rightBy)
        const expected = n < 25 ? n : undefined // then its card
        assert.deepEqual(
          [readCounter(shownLeft.data, size.width, 'left'), readCounter(shownRight.data, size.width, 'right')],
          [n, expected],
          `${leftBy} and ${rightBy}, frame ${n}`,
        )
      }
    }
  }))

test('the rate of television in America keeps its exact times', () =>
  withFolder(async (folder) => {
    const films = await Promise.all(
      (['left', 'right'] as const).map((side) => makeFilm(path.join(folder, `${side}.mp4`), side, { frames: 61, rate: '30000/1001' })),
    )
    const out = path.join(folder, 'both.mp4')
    const { code, stdout, stderr } = await merge(folder, ...films, '--out', out)
    assert.equal(code, 0, stderr)
    assert.equal(resultSchema.parse(JSON.parse(stdout)).fps, 29.97)
    assert.deepEqual(
      await timesOf(out),
      Array.from({ length: 61 }, (_, n) => n * 3_003),
    )
  }))

test('what cannot be merged is refused with its reason and changes nothing', () =>
  withFolder(async (folder) => {
    const left = await makeFilm(path.join(folder, 'left.mp4'), 'left', { frames: 5 })
    const other = await makeFilm(path.join(folder, 'other.mp4'), 'right', { frames: 5 })
    const torn = path.join(folder, 'torn.mp4')
    const whole = await readFile(left)
    await writeFile(torn, whole.subarray(0, whole.length / 2))
    const out = path.join(folder, 'out', 'both.mp4')
    const refusals = [
      { args: [left, torn, '--out', out], says: /torn\.mp4 cannot be merged/, exit: 2 },
      { args: [left, path.join(folder, 'none.mp4'), '--out', out], says: /there is no such file/, exit: 2 },
      { args: [left, '--out', out], says: /alone is no recording/, exit: 2 },
      { args: [left, left, '--out', left], says: /left\.mp4 is named twice/, exit: 2 },
      { args: [left, left, '--out', out, '--layout', 'panorama'], says: /wants a calibration/, exit: 2 },
      { args: [left, left, '--out', other], says: /is there already/, exit: 1 },
      { args: [left, left, '--out', folder, '--force'], says: /cannot be written: it is a folder/, exit: 2 },
      { args: [left, left, '--out', '/dev/null', '--force'], says: /cannot be written: it is no regular file/, exit: 2 },
      { args: [left, left, '--out', '/proc/x.mp4'], says: /cannot be written: nothing can be made in its folder|may not write/, exit: 2 },
      { args: [left, left, '--out', path.join(other, 'x.mp4')], says: /a file stands there, or above it/, exit: 2 },
    ]
    const before = await readFile(other)
    for (const { args, says, exit } of refusals) {
      const { code, stdout } = await merge(folder, ...args)
      assert.equal(code, exit, stdout)
      assert.match(errorSchema.parse(JSON.parse(stdout)).message, says)
    }
    assert.equal(existsSync(path.dirname(out)), false)
    assert.deepEqual(await readFile(other), before)
    assert.deepEqual((await readdir(folder)).toSorted(), ['left.mp4', 'other.mp4', 'torn.mp4'])
  }))

test('a file that is there is replaced when that is asked for', () =>
  withFolder(async (folder) => {
    const left = await makeFilm(path.join(folder, 'left.mp4'), 'left', { frames: 5 })
    const right = await makeFilm(path.join(folder, 'right.mp4'), 'right', { frames: 5 })
    const out = path.join(folder, 'both.mp4')
    await writeFile(out, 'old')
    assert.equal((await merge(folder, left, right, '--out', out, '--force')).code, 0)
    assert.deepEqual(await countersOf(out), counted(5))
  }))

test('what a killed merge left is cleared by the next one to the same file, what a living one has is not', () =>
  withFolder(async (folder) => {
    const slow = ['-c:v', 'libx264', '-preset', 'ultrafast', '-vf', 'loop=loop=20000:size=1']
    const film = await makeFilm(path.join(folder, 'long.mp4'), 'left', { frames: 1, codec: [...slow, '-frames:v', '5000'] })
    const short = await makeFilm(path.join(folder, 'short.mp4'), 'left', { frames: 5 })
    const out = path.join(folder, 'out', 'both.mp4')
    const flags = ['--disable-warning=ExperimentalWarning', program, '--home', path.join(folder, 'home')]
    const begin = async (): Promise<Child> => {
      const begun = Promise.withResolvers<void>()
      const child = await startChild(process.execPath, [...flags, 'merge', film, film, '--out', out], {
        onStderrLine: (line) => line.startsWith('merge: ') && begun.resolve(),
      })
      await Promise.race([begun.promise, child.exited])
      return child
    }
    const killed = await begin()
    killed.kill('SIGKILL')
    await killed.exited
    const [left] = await readdir(path.dirname(out))
    assert.match(left ?? '', /^\.both\.mp4\./)
    await using living = await begin()
    living.kill('SIGSTOP') // or it would be done too soon
    const others = await readdir(path.dirname(out))
    assert.equal(others.length, 1)
    assert.notEqual(others[0], left)
    assert.equal((await merge(folder, short, short, '--out', out)).code, 0)
    assert.deepEqual((await readdir(path.dirname(out))).toSorted(), [...others, 'both.mp4'])
    living.kill('SIGCONT')
    await living.stop()
  }))

test('a merge that is stopped leaves nothing', () =>
  withFolder(async (folder) => {
    const slow = ['-c:v', 'libx264', '-preset', 'ultrafast', '-vf', 'loop=loop=20000:size=1']
    const film = await makeFilm(path.join(folder, 'long.mp4'), 'left', { frames: 1, codec: [...slow, '-frames:v', '5000'] })
    const flags = ['--disable-warning=ExperimentalWarning', program, '--home', path.join(folder, 'home')]
    const begun = Promise.withResolvers<void>()
    await using child = await startChild(process.execPath, [...flags, 'merge', film, film, '--out', path.join(folder, 'both.mp4')], {
      onStderrLine: (line) => line.startsWith('merge: ') && begun.resolve(),
    })
    await Promise.race([begun.promise, child.exited])
    child.kill('SIGINT')
    assert.deepEqual(await child.exited, { code: 130, signal: null })
    assert.deepEqual(await readdir(folder), ['long.mp4'])
  }))

test('the intro that is set stands before two films, too; an outro that is none is left out and told', async () => {
  await withFolder(async (folder) => {
    const at = (name: string): string => path.join(folder, name)
    const left = await makeFilm(at('left.mp4'), 'left', { frames: 20 })
    const right = await makeFilm(at('right.mp4'), 'right', { frames: 20 })
    await mkdir(at('home'))
    await writeFile(at('home/.env'), `INTRO_VIDEO_PATH=${right}\nOUTRO_VIDEO_PATH=${at('none.mp4')}\n`, { mode: 0o600 })
    const { code, stdout, stderr } = await merge(folder, left, right, '--out', at('out.mp4'))
    assert.equal(code, 0, stderr)
    assert.match(stderr, /warning: the outro .*none\.mp4 is left out: there is no such file/)
    assert.equal(resultSchema.parse(JSON.parse(stdout)).frames, 40)
    const decoded = await runChild('ffmpeg', ['-v', 'warning', '-i', at('out.mp4'), '-f', 'rawvideo', '-pix_fmt', 'gray', '-'])
    assert.equal(decoded.stderr, '')
    const bytes = 2 * size.width * size.height
    const shown = Array.from({ length: decoded.stdout.length / bytes }, (_, n) =>
      readCounter(decoded.stdout.subarray(n * bytes, (n + 1) * bytes), 2 * size.width, 'left'),
    )
    const nothing = Array.from({ length: 20 }, () => undefined)
    assert.deepEqual(
      shown,
      [...nothing, ...Array.from({ length: 20 }, (_, n) => n)],
      'the intro stands in the middle, black beside it; then both films from their first pictures on',
    )
  })
})
