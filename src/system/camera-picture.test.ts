import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runChild } from '../base/process.ts'
import { judgePicture, readPicture } from './camera-picture.ts'

const width = 640
const picture = (value: (x: number, y: number) => number): Uint8Array =>
  Uint8Array.from({ length: width * 360 }, (_, n) => value(n % width, Math.floor(n / width)))

test('a lit picture with edges is good, and the sharper one has the higher number', () => {
  const edge = (blur: number) => picture((x) => 128 + 100 * Math.tanh(Math.cos((x * Math.PI) / 40) / blur))
  const [sharp, soft] = [judgePicture(edge(0.02)), judgePicture(edge(0.5))]
  assert.equal(sharp.verdict, 'good')
  assert.ok(sharp.sharpness > 5 * soft.sharpness, `${sharp.sharpness} ${soft.sharpness}`)
})

test('a covered lens, a dark hall and a blinded camera are told apart', () => {
  assert.equal(judgePicture(picture((x, y) => 14 + ((x * 7 + y * 3) % 3))).verdict, 'covered')
  assert.equal(judgePicture(picture(() => 40)).verdict, 'covered')
  assert.equal(judgePicture(picture((x) => (x % 40 < 4 ? 200 : 12))).verdict, 'dark')
  assert.equal(judgePicture(picture((x, y) => (y < 180 ? 255 : x % 200))).verdict, 'bright')
})

test('shares and brightness are what they say', () => {
  const { brightness, darkShare, brightShare } = judgePicture(picture((x) => (x < 320 ? 0 : 250)))
  assert.deepEqual([brightness, darkShare, brightShare], [125, 0.5, 0.5])
})

test('the first picture of a stream is decoded; a stream without one is refused', async () => {
  const made = await runChild(
    'ffmpeg',
    '-v error -f lavfi -i testsrc2=size=320x180:rate=25 -t 0.4 -c:v libx264 -f mpegts pipe:1'.split(' '),
  )
  const { facts, jpeg } = await readPicture(made.stdout, new AbortController().signal)
  assert.equal(facts.verdict, 'good')
  assert.deepEqual([...jpeg.subarray(0, 2)], [0xff, 0xd8])
  await assert.rejects(readPicture(Buffer.alloc(1880), new AbortController().signal), { code: 'media_unreadable' })
})
