import assert from 'node:assert/strict'
import { test } from 'node:test'
import { installM2m } from '../../tests/programs/ffmpeg-m2m-folder.ts'
import { smallRecording } from '../../tests/small-recording.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { eventsAfter } from '../adapters/log-tables.ts'
import { systemClock } from '../base/clock.ts'
import { silentLogger } from '../base/logger.ts'
import { noBranding } from './branding/branding.ts'
import { forgetChunks, listChunks, readInit } from './chunk-store.ts'
import { sampleDescriptions } from './cmaf.ts'
import { isFaultOf, startEncoder } from './encoder.ts'
import { encoderOf, timesBegun } from './film-encoder.ts'
import { pictureBytes } from './picture.ts'
import { mergeRecording } from './video-processor.ts'

const spare = { node: 'video11', largestSide: 1_920, rate: 60 }

/** A film of two seconds of cards, 160x90, on a board whose encoder has this fault. */
async function mergeBy(fault: Parameters<typeof installM2m>[1]) {
  using home = temporaryFolder()
  const device = installM2m(home.file('device'), fault)
  using recording = await smallRecording(home.path)
  const { db } = recording
  forgetChunks(db, 'r')
  const size = { preset: 'ultrafast', crf: 30, maxRateKbps: 500, chunkSeconds: 1, findBranding: async () => noBranding } as const
  const places = { home: home.path, takesFolder: home.file('takes'), recordingsFolder: home.path, cacheFolder: home.file('cache') }
  const board = { encoder: 'auto' as const, findSpareEncoder: async () => spare, encoderProgram: device.program }
  const options = { db, clock: systemClock, logger: silentLogger(), rigWatch: 'live' as const, ...size, ...places, ...board }
  await mergeRecording(options, 'r', AbortSignal.timeout(60_000))
  return {
    chunks: listChunks(db, 'r').map(({ frames }) => frames),
    encoder: encoderOf(db, 'r')?.encoder,
    begun: timesBegun(db, 'r'),
    starts: device.starts(),
    description: sampleDescriptions(readInit(db, 'r') ?? Buffer.alloc(0)),
    events: eventsAfter(db, 0).map(({ kind }) => kind),
  }
}

test("a film is encoded by the board's own encoder, chunk by chunk, every picture decoded; its description has headers and colours", async () => {
  const film = await mergeBy('well')
  assert.deepEqual([film.chunks, film.encoder, film.starts, film.begun], [[25, 25], 'v4l2m2m', 1, 0])
  const avcC = film.description.indexOf('avcC')
  assert.ok(avcC > 0 && film.description.readUInt32BE(avcC - 4) > 20, 'the headers are in it, though the device told them late')
  assert.ok(film.description.includes('colr'))
})

test('a device that breaks in the middle, is not there, or makes groups as it likes: the film begins anew with x264, for a film has one description', async () => {
  const broken = await mergeBy('breaks')
  assert.ok(broken.events.includes('recording.begunAnew'))
  assert.ok(broken.events.filter((kind) => kind === 'chunk.made').length > 2, 'the device had made one')
  const others = [await mergeBy('absent'), await mergeBy('ownGroups')]
  for (const film of [broken, ...others]) {
    assert.deepEqual([film.chunks, film.encoder, film.starts, film.begun], [[25, 25], 'x264', 3, 1])
    assert.deepEqual(film.description, broken.description)
  }
  const x264 = await startEncoder({ width: 160, height: 90, fps: 25, preset: 'veryfast', crf: 20, maxRateKbps: 900, chunkFrames: 25 })
  const [, first] = await Promise.all([x264.write(Buffer.alloc((160 * 90 * 3) / 2)).then(() => x264.end()), x264.pieces().next()])
  await x264.close()
  assert.deepEqual(sampleDescriptions(first.value?.bytes ?? Buffer.alloc(0)), broken.description, 'nothing of the device is left in it')
})

test('a device that hangs is ended, and told as a fault of its own', async () => {
  using home = temporaryFolder()
  const size = { width: 160, height: 90 }
  const options = { ...size, fps: 25, preset: 'ultrafast', crf: 30, maxRateKbps: 500, chunkFrames: 25, encoder: 'v4l2m2m' } as const
  const encoder = await startEncoder(options, installM2m(home.file('device'), 'hangs').program, 300)
  const picture = Buffer.alloc(pictureBytes(size), 100)
  const feed = async (): Promise<void> => {
    for (let n = 0; n < 400; n += 1) await encoder.write(picture)
  }
  await assert.rejects(feed, (error) => isFaultOf('v4l2m2m', error))
  await encoder.close()
})
