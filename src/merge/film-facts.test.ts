import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { EzrecError } from '../base/errors.ts'
import { runChild } from '../base/process.ts'
import { filmInputArgs, readFilmFacts, streamFrom } from './film-facts.ts'

const stream = { codec_type: 'video', codec_name: 'h264', width: 1280, height: 720, time_base: '1/12800', duration: '10.000000' }

test('a film is opened by one demuxer, without other files, and within bounds', () => {
  assert.equal(
    filmInputArgs('mov', '/films/-a b.mp4').join(' '),
    '-protocol_whitelist file -max_streams 64 -max_pixels 16777216 -f mov -i file:/films/-a b.mp4',
  )
})

test('the first video stream is taken, with what the container tells of its length', () => {
  const { toldSeconds, timeBase } = streamFrom('a.mp4', JSON.stringify({ streams: [stream] }))
  assert.deepEqual([toldSeconds, timeBase], [10, 1 / 12_800])
  assert.equal(streamFrom('a.ts', JSON.stringify({ streams: [{ ...stream, duration: 'N/A' }] })).toldSeconds, 0)
  const { duration: _, ...bare } = stream
  const container = { streams: [bare], format: { duration: '12.000000' } }
  assert.equal(streamFrom('a.mkv', JSON.stringify(container)).toldSeconds, 0, 'its longest stream may be the sound')
  const tagged = { ...container, streams: [{ ...bare, tags: { DURATION: '01:00:02.500000000' } }] }
  assert.equal(streamFrom('a.mkv', JSON.stringify(tagged)).toldSeconds, 3_602.5)
  assert.throws(() => streamFrom('a.mp3', '{"streams":[]}'), /it holds no video/)
  assert.throws(() => streamFrom('a.avi', JSON.stringify({ streams: [{ ...stream, time_base: '0/0' }] })), /no time stamps/)
})

test('a cover is no video, whatever stands before the pictures, and sound is told', () => {
  const cover = { ...stream, codec_name: 'mjpeg', width: 600, disposition: { attached_pic: 1 } }
  const sound = { codec_type: 'audio', codec_name: 'aac', time_base: '1/48000', disposition: { attached_pic: 0 } }
  const found = streamFrom('a.mp4', JSON.stringify({ streams: [sound, cover, { ...stream, disposition: { attached_pic: 0 } }] }))
  assert.deepEqual([found.stream.width, found.hasSound], [1_280, true])
  assert.equal(streamFrom('a.mp4', JSON.stringify({ streams: [stream, { codec_type: 'data' }] })).hasSound, false)
  assert.throws(() => streamFrom('a.mp3', JSON.stringify({ streams: [sound, cover] })), /it holds no video/)
})

test('whatever ffprobe says, a film is read or refused as invalid', () => {
  const value = fc.oneof(fc.string(), fc.integer(), fc.constant('1/25'), fc.constant('video'), fc.constant(null), fc.constant('1/0'))
  const shaped = fc
    .record({ streams: fc.array(fc.dictionary(fc.constantFrom(...Object.keys(stream)), value)) })
    .map((said) => JSON.stringify(said))
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), shaped), (said) => {
      try {
        const { toldSeconds, timeBase } = streamFrom('a.mp4', said)
        assert.ok(Number.isFinite(toldSeconds) && timeBase > 0)
      } catch (error) {
        assert.ok(error instanceof EzrecError && error.code === 'invalid', String(error))
      }
    }),
  )
})

test('what a film was trimmed of, and what it still carries before its beginning, is no part of it', async () => {
  using folder = temporaryFolder()
  const [whole, trimmed] = [folder.file('whole.mp4'), folder.file('trimmed.mp4')]
  const source = ['-f', 'lavfi', '-i', 'testsrc2=size=160x90:rate=25:duration=8']
  await runChild('ffmpeg', ['-loglevel', 'error', ...source, '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '100', '-bf', '2', whole])
  await runChild('ffmpeg', ['-loglevel', 'error', '-ss', '2.4', '-i', whole, '-c', 'copy', trimmed])
  assert.equal((await readFilmFacts(whole)).seconds, 8)
  const { seconds } = await readFilmFacts(trimmed)
  assert.ok(Math.abs(seconds - 5.6) < 0.1, `${seconds}`)
})
