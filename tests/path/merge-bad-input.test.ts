// Films as people have them, and files that are none: each is merged as it should be, or refused with its reason and without a trace.

import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { z } from 'zod'
import { runChild } from '../../src/base/process.ts'

const program = path.resolve(import.meta.dirname, '../../bin/ezrec.ts')
let folder = ''
const at = (name: string): string => path.join(folder, name)

before(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'ezrec-bad-input-'))
  await make('good.mp4', ['-f', 'lavfi', '-i', source(), ...h264])
})
after(() => rm(folder, { recursive: true }))

const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p']
const source = (size = '320x96', seconds = 2, rate = 25): string => `testsrc2=size=${size}:rate=${rate}:duration=${seconds}`

async function make(name: string, args: readonly string[]): Promise<string> {
  const { code, stderr } = await runChild('ffmpeg', ['-v', 'error', '-y', ...args, at(name)])
  assert.equal(code, 0, stderr)
  return at(name)
}

const answerSchema = z.object({ width: z.int(), height: z.int(), fps: z.number(), frames: z.int() })
const errorSchema = z.object({ success: z.literal(false), message: z.string(), hint: z.string() })

async function merge(
  left: string,
  right: string,
  ...more: readonly string[]
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const args = ['merge', left, right, '--out', at('out.mp4'), '--preset', 'ultrafast', '--json', ...more]
  const { code, stdout, stderr } = await runChild(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    program,
    '--home',
    at('home'),
    ...args,
  ])
  return { code, stdout: stdout.toString('utf8'), stderr }
}

/** Merges it as the left one beside the good film, and gives what was told; the merged film is removed. */
async function merged(film: string): Promise<z.infer<typeof answerSchema> & { stderr: string; luma: Buffer }> {
  const { code, stdout, stderr } = await merge(film, at('good.mp4'))
  assert.equal(code, 0, stderr)
  const answer = answerSchema.parse(JSON.parse(stdout))
  const decode = ['-v', 'error', '-xerror', '-i', at('out.mp4'), '-vf', 'format=gray', '-f', 'rawvideo', 'pipe:1']
  const { stdout: luma } = await runChild('ffmpeg', decode, { maxOutputBytes: 2 ** 28 })
  assert.equal(luma.length, answer.frames * answer.width * answer.height, 'every frame decodes')
  await rm(at('out.mp4'))
  return { ...answer, stderr, luma }
}

async function refused(film: string, reason: RegExp): Promise<void> {
  const { code, stdout } = await merge(film, at('good.mp4'))
  assert.equal(code, 2, stdout)
  const said = errorSchema.parse(JSON.parse(stdout))
  assert.match(said.message, reason)
  assert.ok(said.hint.length > 10)
  const left = (await readdir(folder)).filter((name) => name.includes('out.mp4'))
  assert.deepEqual(left, [], 'nothing half-written is left')
}

test('a film that was cut off before its index is refused', async () => {
  const whole = await readFile(at('good.mp4'))
  await writeFile(at('cut.mp4'), whole.subarray(0, whole.length / 2))
  await refused(at('cut.mp4'), /its index is missing: it was cut off/)
})

test('a film that was cut off behind its index is merged as far as it goes, and that is told', async () => {
  const fast = await make('fast.mp4', ['-f', 'lavfi', '-i', source('320x96', 8), ...h264, '-movflags', '+faststart'])
  const whole = await readFile(fast)
  await writeFile(at('torn.mp4'), whole.subarray(0, whole.length / 2))
  const { frames, stderr } = await merged(at('torn.mp4'))
  assert.ok(frames >= 50 && frames < 150, `${frames} frames`)
  assert.match(stderr, /tells of 8\.0 s and holds \d\.\d s: the rest is missing/)
})

test('a film whose sound goes on after its pictures is whole, also as an intro', async () => {
  const sound = ['-f', 'lavfi', '-i', 'sine=frequency=440:duration=4']
  const longer = await make('longer.mkv', ['-f', 'lavfi', '-i', source(), ...sound, ...h264, '-c:a', 'aac'])
  const { frames, stderr } = await merged(longer)
  assert.equal(frames, 50)
  assert.doesNotMatch(stderr, /the rest is missing/)
  await mkdir(at('home'), { recursive: true })
  await writeFile(at('home/.env'), `INTRO_VIDEO_PATH=${longer}\n`, { mode: 0o600 })
  const introduced = await merged(at('good.mp4'))
  await rm(at('home/.env'))
  assert.ok(introduced.frames >= 100 && introduced.frames <= 102, `${introduced.frames} frames: ${introduced.stderr}`)
})

test('an empty file is refused', async () => {
  await writeFile(at('empty.mp4'), '')
  await refused(at('empty.mp4'), /it is empty/)
})

test('a file with nothing but sound is refused', async () => {
  await refused(await make('sound.mp4', ['-f', 'lavfi', '-i', 'sine=duration=1', '-c:a', 'aac']), /it holds no video/)
})

test('HDR is refused with the way to make it SDR', async () => {
  const tags = ['-color_primaries', 'bt2020', '-color_trc', 'smpte2084', '-colorspace', 'bt2020nc']
  const hdr = await make('hdr.mp4', ['-f', 'lavfi', '-i', source(), ...h264, '-pix_fmt', 'yuv420p10le', ...tags])
  await refused(hdr, /it is HDR \(PQ\)/)
  const { stdout } = await merge(hdr, at('good.mp4'))
  assert.match(errorSchema.parse(JSON.parse(stdout)).hint, /tonemap/)
})

test('ten bits a colour become eight', async () => {
  const deep = await make('deep.mkv', [
    '-f',
    'lavfi',
    '-i',
    'color=gray:s=320x96:r=25:d=1',
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-pix_fmt',
    'yuv420p10le',
  ])
  const { luma } = await merged(deep)
  assert.ok(Math.abs((luma[48 * 640 + 100] ?? 0) - 126) < 6, `${luma[48 * 640 + 100]}`)
})

test('RGB films keep their colours', async () => {
  const green = (size: string) => ['-f', 'lavfi', '-i', `color=0x00C000:s=${size}:r=25:d=1,format=rgb24`]
  const films = [
    await make('rgb.mp4', [...green('320x96'), '-c:v', 'libx264rgb', '-preset', 'ultrafast', '-crf', '0']),
    await make('rgb.mkv', [...green('319x95'), '-c:v', 'ffv1', '-pix_fmt', 'gbrp']),
    await make('rgb.avi', [...green('320x96'), '-c:v', 'rawvideo', '-pix_fmt', 'bgr24']),
  ]
  for (const rgb of films) {
    const { luma } = await merged(rgb)
    const shown = luma[48 * 640 + 100] ?? 0
    assert.ok(Math.abs(shown - 137) <= 2, `${rgb}: ${shown}; in full range BT.709 is 137, BT.601 113`)
  }
})

test('a rate that varies a little is placed by time stamps; one that varies too much is refused', async () => {
  const uneven = ['-vf', "select='not(eq(mod(n\\,7)\\,3))'", '-fps_mode', 'passthrough']
  const vfr = await make('vfr.mkv', ['-f', 'lavfi', '-i', source('320x96', 2, 30), ...uneven, ...h264])
  const told = await merged(vfr)
  assert.deepEqual([told.fps, told.frames], [30, 60])
  assert.match(told.stderr, /placed by their time stamps/)
  const still = ['-vf', "select='lt(n\\,10)+gt(n\\,80)'", '-fps_mode', 'passthrough']
  await refused(await make('still.mkv', ['-f', 'lavfi', '-i', source('320x96', 4, 25), ...still, ...h264]), /its rate varies too much/)
})

test('every third picture of 30 a second gone: the film is merged at 30', async () => {
  const thirds = ['-vf', "select='not(eq(mod(n\\,3)\\,1))'", '-fps_mode', 'passthrough']
  const { fps, frames } = await merged(await make('thirds.mkv', ['-f', 'lavfi', '-i', source('320x96', 2, 30), ...thirds, ...h264]))
  assert.deepEqual([fps, frames], [30, 60])
})

test('two films in one file, one behind the other, are refused with the true reason; what is told to mend it mends it', async () => {
  const first = await readFile(await make('first.ts', ['-f', 'lavfi', '-i', source(), ...h264]))
  await writeFile(at('both.ts'), Buffer.concat([first, first]))
  await refused(at('both.ts'), /its time stamps begin anew after 2\.0 s: it is two films, one behind the other/)
  const mended = await make('mended.mp4', ['-i', at('both.ts'), '-c', 'copy'])
  assert.ok((await merged(mended)).frames >= 99)
})

test('two films of other sizes and rates are merged at the higher rate, each as large as it is', async () => {
  const other = await make('other.mp4', ['-f', 'lavfi', '-i', source('160x90', 2, 50), ...h264])
  const { width, height, fps, frames } = await merged(other)
  assert.deepEqual([width, height, fps, frames], [480, 96, 50, 100])
})

test('a film that was filmed upright is merged upright', async () => {
  const bars = 'color=white:s=320x96:r=25:d=1,drawbox=x=0:y=0:w=160:h=96:color=black:t=fill'
  const lying = await make('lying.mp4', ['-f', 'lavfi', '-i', bars, ...h264])
  const told = await runChild('ffmpeg', ['-v', 'error', '-y', '-display_rotation', '90', '-i', lying, '-c', 'copy', at('upright.mp4')])
  // An ffmpeg before 6 has another word for it.
  const upright = told.code === 0 ? at('upright.mp4') : await make('upright.mp4', ['-i', lying, '-c', 'copy', '-metadata:s:v', 'rotate=90'])
  const { width, height, luma } = await merged(upright)
  assert.deepEqual([width, height], [96 + 320, 320])
  const [above, below] = [luma[20 * width + 48] ?? 0, luma[300 * width + 48] ?? 0]
  assert.ok(above > 200 && below < 40, `turned to the left, as the container says, white is above: ${above}, ${below}`)
})

test('an interlaced film has its fields put together', async () => {
  const fields = ['-vf', 'interlace=scan=tff', '-flags', '+ilme+ildct', '-c:v', 'mpeg2video', '-q:v', '3']
  const { frames, stderr } = await merged(await make('fields.mpg', ['-f', 'lavfi', '-i', source('320x96', 2, 50), ...fields]))
  assert.equal(frames, 50)
  assert.match(stderr, /it is interlaced: its fields are put together/)
})

test('a picture with an odd side is padded by a pixel', async () => {
  const odd = await make('odd.mkv', [
    '-f',
    'lavfi',
    '-i',
    'color=white:s=320x96:r=25:d=1,format=yuv444p,crop=319:95:exact=1',
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-pix_fmt',
    'yuv444p',
  ])
  const { width, height, luma } = await merged(odd)
  assert.deepEqual([width, height], [640, 96])
  assert.ok((luma[94 * 640 + 318] ?? 0) > 200 && (luma[95 * 640 + 100] ?? 255) < 60)
})

test('what only names other files is never opened, whatever it is called', async () => {
  const secret = at('good.mp4')
  await writeFile(at('list.mp4'), `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfile://${secret}\n#EXT-X-ENDLIST\n`)
  await refused(at('list.mp4'), /it is a playlist/)
  await writeFile(at('concat.mp4'), `ffconcat version 1.0\nfile '${secret}'\n`)
  await refused(at('concat.mp4'), /it is a list of files/)
  await writeFile(at('session.mp4'), 'v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n')
  await refused(at('session.mp4'), /description of a session/)
})

test('an enormous picture is refused', async () => {
  const size = '8192x16'
  const huge = await make('huge.mkv', ['-f', 'lavfi', '-i', `color=gray:s=${size}:r=25:d=0.2`, ...h264])
  await refused(huge, /larger than 4096 pixels/)
})

test('a film with a thousand streams is refused', async () => {
  const many = Array.from({ length: 1_000 }, () => ['-map', '0:v']).flat()
  await refused(await make('many.mkv', ['-i', at('good.mp4'), ...many, '-t', '0.1', '-c', 'copy']), /more than 64 streams/)
})

test('time stamps that jump by years are refused', async () => {
  const jump = ['-vf', "setpts='if(lt(N\\,25)\\,N\\,N+25*400000)/25/TB'", '-fps_mode', 'passthrough']
  await refused(await make('jump.mkv', ['-f', 'lavfi', '-i', source(), ...jump, ...h264]), /span \d+ hours/)
})

test('what is no regular file is refused without waiting for it', async () => {
  const { code } = await runChild('mkfifo', [at('pipe.mp4')])
  assert.equal(code, 0)
  await refused(at('pipe.mp4'), /it is no regular file/)
  await refused('/dev/zero', /it is no regular file/)
})
