import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { runChild } from '../base/process.ts'
import { readFilmFacts } from './film-facts.ts'
import type { FilmForm } from './film-form.ts'
import type { DecodedPicture } from './picture-child.ts'
import { openFilmReader, placePictures } from './film-reader.ts'
import { planesOf } from './picture.ts'

/** What is shown frame by frame, by a film whose pictures have these times: the picture's number, and how. */
async function show(times: readonly number[], frames: number, rate = { num: 25, den: 1 }, own = rate): Promise<string[]> {
  const pictures = times.map((ticks, n): DecodedPicture => ({ ticks, data: Buffer.from([n]) }))
  const at = placePictures(() => Promise.resolve(pictures.shift()), rate, own)
  const shown: string[] = []
  for (let frame = 0; frame < frames; frame += 1) {
    const found = await at(frame)
    shown.push('data' in found ? `${found.is} ${found.data[0]}` : found.is)
  }
  return shown
}

test('a film begins at its own first picture, wherever its clock stood', async () => {
  assert.deepEqual(await show([900_000, 903_600, 907_200], 4), ['picture 0', 'picture 1', 'picture 2', 'ended'])
})

test('a short hole repeats the picture before it, a long one stays a hole', async () => {
  assert.deepEqual(await show([0, 3 * 3_600], 4), ['picture 0', 'repeat 0', 'repeat 0', 'picture 1'])
  assert.deepEqual((await show([0, 7 * 3_600], 8)).slice(0, 3), ['picture 0', 'hole', 'hole'])
})

test('times that were rounded by a container fall on their frames', async () => {
  const milliseconds = Array.from({ length: 6 }, (_, n) => Math.round((n * 1_001) / 30) * 90)
  assert.deepEqual(
    await show(milliseconds, 6, { num: 30_000, den: 1_001 }),
    milliseconds.map((_, n) => `picture ${n}`),
  )
})

test('a film of a much lower rate than the other one repeats its pictures; five of its own may be missing', async () => {
  for (const fps of [10, 12, 15, 18, 24]) {
    const times = Array.from({ length: 20 }, (_, n) => Math.round((n * 90_000) / fps))
    const shown = await show(times, Math.floor((19 * 120) / fps), { num: 120, den: 1 }, { num: fps, den: 1 })
    assert.ok(!shown.includes('hole'), `${fps}: ${shown.slice(0, 20).join(' ')}`)
  }
  const own = { num: 25, den: 1 }
  const holes = async (lost: number) => (await show([0, 3_600 * (lost + 1)], 2 * (lost + 1), { num: 50, den: 1 }, own)).includes('hole')
  assert.deepEqual([await holes(5), await holes(6)], [false, true])
})

test('of two pictures at one time the first is shown, and one out of order is left out', async () => {
  assert.deepEqual(await show([0, 3_600, 3_700, 0, 7_200], 4), ['picture 0', 'picture 1', 'picture 4', 'ended'])
})

test('a frame that is asked for again shows its picture again', async () => {
  const times = [0, 3_600, 7_200]
  const at = placePictures(
    async () => {
      const ticks = times.shift()
      return ticks === undefined ? undefined : { ticks, data: Buffer.of(ticks / 3_600) }
    },
    { num: 25, den: 1 },
  )
  const shown = []
  for (const frame of [0, 1, 1, 2, 2, 3, 3]) {
    const found = await at(frame)
    shown.push('data' in found ? `${found.is} ${found.data[0]}` : found.is)
  }
  assert.deepEqual(shown, ['picture 0', 'picture 1', 'repeat 1', 'picture 2', 'repeat 2', 'ended', 'ended'])
})

test('a film without a picture is over at once', async () => {
  assert.deepEqual(await show([], 2), ['ended', 'ended'])
})

const size = { width: 64, height: 48 }

/** Pictures 10 a second with B-frames, each as light as its number says. */
async function makeFilm(file: string, numbers: readonly number[], args: readonly string[] = []): Promise<void> {
  const input = Buffer.concat(numbers.map((number) => Buffer.alloc((size.width * size.height * 3) / 2, 30 + 4 * number)))
  const raw = ['-f', 'rawvideo', '-pixel_format', 'yuv420p', '-video_size', `${size.width}x${size.height}`, '-framerate', '10', '-i', '-']
  const { code, stderr } = await runChild(
    'ffmpeg',
    ['-loglevel', 'error', ...raw, '-c:v', 'libx264', '-preset', 'ultrafast', '-qp', '4', '-bf', '2', '-muxdelay', '0', ...args, file],
    { input },
  )
  assert.equal(code, 0, stderr)
}

const counted = (count: number, from = 0): number[] => Array.from({ length: count }, (_, n) => from + n)

/** The number of the picture that the film has for each frame. */
async function numbersIn(file: string, form: FilmForm): Promise<Map<number, number>> {
  const reader = await openFilmReader({ file, form, ...size, before: [], colours: '' }, { num: 10, den: 1 }, { rotation: 0, flip: 'none' })
  const found = new Map<number, number>()
  try {
    for (let frame = 0; ; frame += 1) {
      const shown = await reader.at(frame)
      if (shown.is === 'ended') return found
      if (shown.is === 'picture') found.set(frame, Math.round(((shown.data[0] ?? 0) - 30) / 4))
    }
  } finally {
    await reader.close()
  }
}

test('a transport stream that misses 15 s of its match stays in step behind them', async () => {
  using folder = temporaryFolder()
  const [file, behind] = [folder.file('film.ts'), folder.file('behind.ts')]
  await makeFilm(file, counted(20), ['-output_ts_offset', '1'])
  await makeFilm(behind, counted(20, 20), ['-output_ts_offset', '18'])
  writeFileSync(file, readFileSync(behind), { flag: 'a' })
  const expected = counted(40).map((number): [number, number] => [number < 20 ? number : number + 150, number])
  assert.deepEqual(await numbersIn(file, 'mpegts'), new Map(expected))
})

for (const [what, name, form, args] of [
  ['whose clock wraps after a second', 'film.ts', 'mpegts', ['-output_ts_offset', '95442.7']],
  ['whose clock wraps after two minutes', 'film.ts', 'mpegts', ['-vf', 'setpts=PTS*60', '-output_ts_offset', '95323.7']],
  ['whose clock begins late', 'film.mkv', 'matroska', ['-output_ts_offset', '500']],
  ['that begins before nought', 'film.mp4', 'mov', ['-output_ts_offset', '-1', '-avoid_negative_ts', 'disabled', '-use_editlist', '0']],
] as const)
  test(`a film ${what} shows every picture at its time`, async () => {
    using folder = temporaryFolder()
    const file = folder.file(name)
    await makeFilm(file, counted(30), args)
    const step = what.includes('minutes') ? 60 : 1
    assert.deepEqual(await numbersIn(file, form), new Map(counted(30).map((number) => [number * step, number])))
  })

test('the last picture of a film of the lower rate lasts as long as its others', async () => {
  const times = [0, 3_600]
  const at = placePictures(
    async () => {
      const ticks = times.shift()
      return ticks === undefined ? undefined : { ticks, data: Buffer.of(1) }
    },
    { num: 50, den: 1 },
    { num: 25, den: 1 },
  )
  const shown = []
  for (let frame = 0; frame < 5; frame += 1) shown.push((await at(frame)).is)
  assert.deepEqual(shown, ['picture', 'repeat', 'picture', 'repeat', 'ended'])
})

/** The middle of the first picture of a film of one colour: luma and both chromas. */
async function colourOf(file: string): Promise<number[]> {
  const film = await readFilmFacts(file)
  const reader = await openFilmReader(film, film.rate, { rotation: 0, flip: 'none' })
  try {
    const shown = await reader.at(0)
    assert.ok(shown.is === 'picture')
    return planesOf(film).map(({ offset, stride, rows }) => shown.data[offset + (rows >> 1) * stride + (stride >> 1)] ?? 0)
  } finally {
    await reader.close()
  }
}

test('a colour is the same whatever matrix and range its film has, with odd sides, too', async () => {
  using folder = temporaryFolder()
  const file = folder.file('film.mkv')
  for (const side of ['64x48', '65x49'])
    for (const [format, matrix, space, range] of [
      ['yuv444p', 'bt709', 'bt709', 'tv'],
      ['yuvj444p', 'bt709', 'bt709', 'pc'],
      ['yuv444p10le', 'bt709', 'bt709', 'pc'],
      ['yuvj444p', 'bt601', 'smpte170m', 'pc'],
      ['yuv444p', 'bt601', 'bt470bg', 'tv'],
      ['yuv444p', 'fcc', 'fcc', 'tv'],
      ['yuv444p', 'smpte240m', 'smpte240m', 'tv'],
    ]) {
      const source = `color=c=0xc83c28:s=${side}:r=25:d=0.4,format=gbrp,scale=out_color_matrix=${matrix}:out_range=${range},format=${format}`
      const tags = ['-colorspace', space ?? '', '-color_range', range ?? '']
      await runChild('ffmpeg', ['-loglevel', 'error', '-y', '-f', 'lavfi', '-i', source, '-c:v', 'libx264', '-qp', '1', ...tags, file])
      const shown = await colourOf(file)
      // Of 200, 60, 40 by BT.709 in limited range.
      for (const [n, expected] of [92, 105, 190].entries())
        assert.ok(Math.abs((shown[n] ?? 0) - expected) <= 1, `${side} ${format} ${matrix} ${range}: ${shown.join()}`)
    }
})
