import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, suite, test } from 'node:test'
import { runChild } from '../../base/process.ts'
import { readCameraSettings } from '../loop-camera/camera-settings.ts'
import { fieldsOf } from '../loop-camera/fields.ts'
import { readLoopIndex, type LoopIndex } from '../loop-camera/loop-file.ts'
import type { RigFormat } from '../pitch/rig-format.ts'
import { openSource } from './driver.ts'

const format: RigFormat = { width: 320, height: 180, fps: 25 }

let folder = ''
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ezrec-films-'))
})
after(() => rm(folder, { recursive: true, force: true }))

/** Makes a film with ffmpeg's own test sources. */
async function film(name: string, ...args: string[]): Promise<string> {
  const file = path.join(folder, name)
  const made = await runChild('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...args, `file:${file}`], { timeoutMs: 60_000 })
  assert.equal(made.code, 0, made.stderr)
  return file
}

const picture = (size: string, rate: number, seconds: number): string[] => [
  '-f',
  'lavfi',
  '-i',
  `testsrc2=size=${size}:rate=${rate}:duration=${seconds}`,
]

/** The loop that a film was made into, and a picture of it as grey bytes. */
async function loopOf(file: string): Promise<{ index: LoopIndex; luma: Buffer }> {
  const command = await openSource(`file:${file}?`, { side: 'left', format, cacheFolder: path.join(folder, 'cache') })
  const { loops } = readCameraSettings(fieldsOf(JSON.parse(command.args[1] ?? '')))
  const index = readLoopIndex(JSON.parse(await readFile(path.join(loops.live, 'loop.json'), 'utf8')))
  const raw = ['-frames:v', '1', '-f', 'rawvideo', '-pix_fmt', 'gray', '-']
  const { stdout } = await runChild('ffmpeg', ['-v', 'error', '-nostdin', '-i', path.join(loops.live, 'loop.h264'), ...raw])
  return { index, luma: stdout }
}

const lumaAt = (luma: Buffer, x: number, y: number): number => luma[y * format.width + x] ?? 0

suite('films as cameras', { concurrency: 2 }, () => {
  test('a film of another codec, size, rate and with sound becomes whole seconds of the rig', async () => {
    const sound = ['-f', 'lavfi', '-i', 'sine=duration=3.5', '-shortest']
    const file = await film('some film – 100% ?.mkv', ...picture('426x240', 30, 3.5), ...sound, '-c:v', 'mpeg4', '-c:a', 'aac')
    const { index } = await loopOf(file)
    assert.deepEqual([index.width, index.height, index.fps, index.gops.length], [320, 180, 25, 3])
    assert.ok(index.gops.every((gop) => gop.sizes.length === 26))
  })

  test('a film shorter than a second stands on its last picture to the end of it', async () => {
    const { index } = await loopOf(await film('short.mp4', ...picture('320x180', 25, 0.4)))
    assert.equal(index.gops.length, 1)
  })

  test('a film of varying rate keeps its length', async () => {
    const vary = ['-vf', "select='not(mod(n,3))+lt(n,20)'", '-fps_mode', 'vfr']
    const { index } = await loopOf(await film('-varying.mkv', ...picture('320x180', 25, 4), ...vary))
    assert.ok(index.gops.length === 3 || index.gops.length === 4, `${index.gops.length} s`)
  })

  test('a film turned by its container stands upright with bars at its sides', async () => {
    const flat = await film('flat.mp4', '-f', 'lavfi', '-i', 'color=white:size=320x180:rate=25:duration=1')
    const turned = await film('turned.mp4', '-display_rotation', '90', '-i', flat, '-c', 'copy').catch(() =>
      film('turned.mp4', '-i', flat, '-c', 'copy', '-metadata:s:v', 'rotate=90'),
    )
    const { luma } = await loopOf(turned)
    assert.ok(lumaAt(luma, 10, 90) < 30 && lumaAt(luma, 309, 90) < 30, 'bars')
    assert.ok(lumaAt(luma, 160, 5) > 220 && lumaAt(luma, 160, 174) > 220, 'picture')
  })

  test('what is no film is refused by name before anything is made', async () => {
    const text = path.join(folder, 'notes.mp4')
    await writeFile(text, 'not a film')
    const sound = await film('sound.wav', '-f', 'lavfi', '-i', 'sine=duration=1')
    for (const [file, fault] of [
      [text, /cannot be played/],
      [sound, /holds no video/],
      [path.join(folder, 'none.mp4'), /no such file/],
      [folder, /no regular file/],
    ] as const)
      await assert.rejects(openSource(`file:${file}`, { side: 'left', format, cacheFolder: folder }), (error: unknown) => {
        assert.ok(error instanceof Error && 'code' in error && error.code === 'invalid')
        assert.match(error.message, fault)
        return true
      })
  })

  test('a film that was replaced under the same name is made anew', async () => {
    const file = await film('changing.mp4', ...picture('320x180', 25, 1))
    const before = await loopOf(file)
    await film('changing.mp4', ...picture('320x180', 25, 2))
    const later = await loopOf(file)
    assert.deepEqual([before.index.gops.length, later.index.gops.length], [1, 2])
  })
})
