import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { framesOf, smallFilm } from '../../../tests/media/test-films.ts'
import { temporaryFolder } from '../../../tests/temporary-folder.ts'
import { runChild } from '../../base/process.ts'
import { silentUnit } from '../sound/sound-track.ts'
import { hashBookendFile, probeBookend } from './bookend-file.ts'
import { readBookend, type BookendFilm } from './bookend-film.ts'
import { makeBookend } from './make-bookend.ts'

const never = new AbortController().signal
const home = temporaryFolder()
after(() => home[Symbol.dispose]())

/** The file that ffmpeg makes of these arguments. */
async function given(name: string, ...args: readonly string[]): Promise<string> {
  const { code, stderr } = await runChild('ffmpeg', ['-v', 'error', '-y', ...args, home.file(name)])
  assert.equal(code, 0, stderr)
  return home.file(name)
}

const picture = (size: string, rate: number, seconds: number): string[] => [
  '-f',
  'lavfi',
  '-i',
  `color=white:s=${size}:r=${rate}:d=${seconds}`,
]
const tone = (seconds: number): string[] => ['-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=44100:duration=${seconds}`]
const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p']

async function make(file: string, sound = false): Promise<BookendFilm> {
  await hashBookendFile(file, never)
  return readBookend(await makeBookend({ source: await probeBookend(file, never), encode: smallFilm, sound }, never))
}

/** The luma of one frame as ffmpeg decodes it. */
async function lumaOf({ bytes }: BookendFilm, frame: number): Promise<(x: number, y: number) => number> {
  const args = [
    '-v',
    'error',
    '-f',
    'mp4',
    '-i',
    'pipe:0',
    '-vf',
    `select=eq(n\\,${frame}),format=gray`,
    '-frames:v',
    '1',
    '-f',
    'rawvideo',
    'pipe:1',
  ]
  const { stdout } = await runChild('ffmpeg', args, { input: bytes })
  return (x, y) => stdout[y * smallFilm.width + x] ?? -1
}

let good = ''
before(async () => {
  good = await given('good.mp4', ...picture('320x240', 30, 1), ...tone(1), ...h264, '-c:a', 'aac', '-shortest')
})

test("any size, rate and codec comes out at the film's own, letterboxed, every picture decodable", async () => {
  const made = await make(good)
  assert.equal(made.frames, 25)
  assert.deepEqual(
    made.fragments.map(({ frames }) => frames),
    [10, 10, 5],
  )
  const luma = await lumaOf(made, 12)
  assert.deepEqual([luma(2, 45) < 20, luma(80, 45) > 225, luma(158, 45) < 20, luma(80, 1) > 225], [true, true, true, true])
  for (const [name, ...args] of [
    ['a.webm', ...picture('96x170', 60, 1), '-c:v', 'libvpx', '-deadline', 'realtime'],
    ['a.avi', ...picture('161x91', 12.5, 1), '-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p'],
    ['a.ts', ...picture('320x240', 50, 1), '-c:v', 'mpeg2video'],
  ] as const) {
    const other = await make(await given(name, ...args))
    assert.ok(Math.abs(other.frames - 25) <= 1, `${name}: ${other.frames} frames`)
    assert.equal(other.descriptionSha256, made.descriptionSha256, name)
  }
})

test("in a film with sound it ends with a whole unit, its own sound or silence in the film's one form", async () => {
  const made = await make(good, true)
  assert.equal(made.frames, 32, 'the last picture stands until then')
  const units = made.fragments.flatMap(({ runs }) => runs.filter(({ track }) => track === 2)).flatMap(({ sampleSizes }) => sampleSizes)
  assert.equal(units.length, 60)
  assert.ok(units.slice(2, 44).every((size) => size > 40) && units.slice(50).every((size) => size === silentUnit.length), units.join(' '))
  assert.equal((await framesOf(made.bytes, '0:a:0')).length, 60)
  const mute = await make(await given('mute.mp4', ...picture('320x240', 25, 1), ...h264), true)
  assert.equal(mute.descriptionSha256, made.descriptionSha256)
  assert.ok(
    mute.fragments.every(({ runs }) =>
      runs.some(({ track, sampleSizes }) => track === 2 && sampleSizes.every((size) => size === silentUnit.length)),
    ),
  )
})

test('what is no film, or none that could be an intro, is refused with its reason', async () => {
  writeFileSync(home.file('list.mp4'), '#EXTM3U\n#EXTINF:2,\nfile:///etc/passwd\n')
  writeFileSync(home.file('concat.mp4'), "ffconcat version 1.0\nfile '/etc/hostname'\n")
  writeFileSync(home.file('noise.mp4'), Buffer.alloc(4_000, 7))
  writeFileSync(home.file('empty.mp4'), '')
  assert.equal((await runChild('mkfifo', [home.file('pipe.mp4')])).code, 0)
  const whole = await given('whole.mkv', '-f', 'lavfi', '-i', 'testsrc2=s=320x240:r=25:d=4', ...h264)
  await given('large.mkv', '-f', 'lavfi', '-i', 'color=white:s=5000x64:r=1:d=1', '-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p')
  await given('tiny.avi', ...picture('2x2', 25, 1), '-c:v', 'rawvideo', '-pix_fmt', 'yuv420p')
  await given('sound.m4a', ...tone(1), '-c:a', 'aac', '-f', 'mp4')
  await given('hours.mkv', '-f', 'lavfi', '-i', 'color=s=32x32:r=1/3600:d=36000', ...h264)
  await given(
    'streams.mkv',
    ...picture('32x32', 25, 0.2),
    ...Array.from({ length: 100 }, () => ['-map', '0:v']).flat(),
    '-c:v',
    'mpeg2video',
  )
  await given('live.ts', ...picture('32x32', 2, 70), ...h264)
  await using torn = await open(whole, 'r+')
  await torn.truncate(Math.floor((await torn.stat()).size / 2))
  await using sparse = await open(home.file('sparse.mp4'), 'w')
  await sparse.truncate(2 ** 40)
  const told: Readonly<Record<string, RegExp>> = {
    'none.mp4': /there is no such file/,
    'list.mp4': /a playlist, not a film/,
    'concat.mp4': /a list of files, not a film/,
    'noise.mp4': /in no container that is known/,
    'empty.mp4': /it is empty/,
    'pipe.mp4': /no regular file/,
    'sparse.mp4': /larger than 512 MiB/,
    'large.mkv': /5000x64 is larger than 4096/,
    'tiny.avi': /2x2 is smaller than 16/,
    'sound.m4a': /holds no video/,
    'hours.mkv': /longer than 60 s: 36000 s/,
    'live.ts': /longer than 60 s/,
    'streams.mkv': /more than 64 streams/,
    'whole.mkv': /tells of 4\.0 s and only \d\.\d s of it can be decoded/,
  }
  for (const [name, fault] of Object.entries(told))
    await assert.rejects(make(home.file(name)), (error: unknown) => {
      assert.ok(error instanceof Error && 'facts' in error && 'code' in error, `${name}: ${String(error)}`)
      assert.equal(error.code, 'invalid', `${name}: ${error.message}`)
      assert.match(String(Object(error.facts)['fault']), fault, name)
      return true
    })
})

test('bytes that are no bookend of ours are not taken for one', async () => {
  const { bytes } = await make(good)
  for (const cut of [0, 100, bytes.length - 1]) assert.throws(() => readBookend(bytes.subarray(0, cut)), { code: 'media_unreadable' })
  assert.throws(() => readBookend(Buffer.concat([bytes, Buffer.alloc(8)])), { code: 'media_unreadable' })
})
