import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { temporaryFolder } from '../../../../tests/temporary-folder.ts'
import { upright } from '../../../adapters/ffmpeg.ts'
import { EzrecError } from '../../../base/errors.ts'
import { formOf, judgeProbe, lookAtPictureFile, pictureArgs } from './picture-file.ts'
import { instantsOf } from './read-frames.ts'

const signal = new AbortController().signal
const bytes = (...numbers: number[]): Uint8Array => Uint8Array.from(numbers)

test('a file is what it begins with, and nothing that only names other files', () => {
  assert.equal(formOf(bytes(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10)), 'png_pipe')
  assert.equal(formOf(bytes(0xff, 0xd8, 0xff, 0xe0)), 'jpeg_pipe')
  assert.equal(formOf(Buffer.from('\0\0\0\x20ftypisom')), 'mov')
  assert.equal(formOf(bytes(0x1a, 0x45, 0xdf, 0xa3)), 'matroska')
  const transport = Buffer.alloc(377)
  for (const at of [0, 188, 376]) transport[at] = 0x47
  assert.equal(formOf(transport), 'mpegts')
  for (const text of ['#EXTM3U\n#EXT-X-VERSION:3\n', 'ffconcat version 1.0\nfile a.mp4\n', '<svg xmlns="', 'GIF89a', '', 'G'])
    assert.equal(formOf(Buffer.from(text)), undefined, text)
})

test('nothing that a file may begin with is a crash', () =>
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (first) => {
      const form = formOf(first)
      assert.ok(form === undefined || /^[a-z_]+$/.test(form))
    }),
  ))

test('whatever ffprobe may say, a picture has even sides that a camera has, or it is refused', () => {
  const stream = fc.record(
    {
      width: fc.integer({ min: -4, max: 40_000 }),
      height: fc.integer({ min: -4, max: 40_000 }),
      duration: fc.string(),
      codec: fc.string(),
    },
    { requiredKeys: [] },
  )
  const said = fc.oneof(
    fc.string(),
    fc.record({ streams: fc.array(stream, { maxLength: 2 }) }).map((answer) => JSON.stringify(answer)),
  )
  fc.assert(
    fc.property(said, (text) => {
      try {
        const { width, height, seconds } = judgeProbe('a.mp4', 'mov', text)
        assert.ok(width % 2 === 0 && height % 2 === 0 && width >= 64 && height <= 8192 && seconds !== undefined && seconds >= 0)
      } catch (error) {
        assert.ok(error instanceof EzrecError && error.code === 'invalid')
      }
    }),
  )
})

test('a file that is none is refused before any program reads it', async () => {
  using folder = temporaryFolder()
  const rejected = (file: string, message: RegExp) => assert.rejects(lookAtPictureFile(file, signal), { code: 'invalid', message })
  await rejected(folder.file('none.mp4'), /there is no such file/)
  await rejected(folder.path, /no regular file/)
  writeFileSync(folder.file('empty.mp4'), '')
  await rejected(folder.file('empty.mp4'), /it is empty/)
  writeFileSync(folder.file('list.mp4'), '#EXTM3U\nhttp://127.0.0.1:1/secret.ts\n')
  await rejected(folder.file('list.mp4'), /neither a film/)
})

test('a name that looks like an option or an address is only a name', () => {
  const args = pictureArgs(
    { file: '-i http://example.org', form: 'mov', width: 640, height: 360, seconds: 9 },
    { rotation: 90, flip: 'horizontal' },
    4.5,
  )
  assert.ok(args.includes('file:-i http://example.org'))
  assert.ok(args.includes('4.500'))
  assert.match(args[args.indexOf('-vf') + 1] ?? '', /^scale=640:360:flags=bilinear,format=yuv420p,transpose=clock,hflip$/)
  const still = pictureArgs({ file: 'a.png', form: 'png_pipe', width: 640, height: 360, seconds: undefined }, upright, 0)
  assert.equal(still.includes('-ss'), false)
  assert.match(still[still.indexOf('-vf') + 1] ?? '', /out_color_matrix=bt709:out_range=tv/)
})

test('frames lie in the middles of equal parts of what both films hold, at the same instants', () => {
  assert.deepEqual(instantsOf({ left: { seconds: 12 }, right: { seconds: 9 } }, 3, 0), [
    { left: 1.5, right: 1.5 },
    { left: 4.5, right: 4.5 },
    { left: 7.5, right: 7.5 },
  ])
  assert.deepEqual(instantsOf({ left: { seconds: 10 }, right: { seconds: 10 } }, 2, -2), [
    { left: 4, right: 2 },
    { left: 8, right: 6 },
  ])
  assert.deepEqual(instantsOf({ left: { seconds: undefined }, right: { seconds: undefined } }, 3, 0), [{ left: 0, right: 0 }])
  assert.throws(() => instantsOf({ left: { seconds: 3 }, right: { seconds: 3 } }, 3, 5), { code: 'invalid' })
})
