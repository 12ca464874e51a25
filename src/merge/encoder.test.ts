import assert from 'node:assert/strict'
import { randomFillSync } from 'node:crypto'
import { test } from 'node:test'
import type { EncodeOptions } from '../adapters/ffmpeg.ts'
import { readFragment, sampleDescriptions } from './cmaf.ts'
import { startEncoder } from './encoder.ts'
import { pictureBytes } from './picture.ts'

const size = { width: 128, height: 72 }
const plain = (n: number): Buffer => Buffer.alloc(pictureBytes(size), 16 + n)

async function encode(
  options: Pick<EncodeOptions, 'preset' | 'crf'> & Partial<EncodeOptions>,
  pictures: number,
  draw = plain,
): Promise<{ init: Buffer; fragments: Buffer[] }> {
  const encoder = await startEncoder({ ...size, fps: 25, maxRateKbps: 2_000, chunkFrames: 50, ...options })
  const feeding = (async () => {
    for (let n = 0; n < pictures; n += 1) await encoder.write(draw(n))
    encoder.end()
  })()
  let init: Buffer = Buffer.alloc(0)
  const fragments: Buffer[] = []
  for await (const piece of encoder.pieces()) {
    if (piece.is === 'init') init = piece.bytes
    else fragments.push(piece.bytes)
  }
  await feeding
  await encoder.close()
  return { init, fragments }
}

test('every preset and profile describes its pictures alike, so that a restarted or faster encoder may go on with a film', async () => {
  const [first, ...others] = await Promise.all(
    (['ultrafast', 'superfast', 'veryfast'] as const).flatMap((preset) =>
      [20, 30].map((crf) => encode({ preset, crf, maxRateKbps: 100 * crf }, 2)),
    ),
  )
  assert.ok(first)
  assert.ok(sampleDescriptions(first.init).length > 100)
  for (const other of others) assert.deepEqual(sampleDescriptions(other.init), sampleDescriptions(first.init))
})

test('no preset takes more than the highest rate, however lively the film: what the size forecast goes by', async () => {
  const noise = Array.from({ length: 10 }, () => randomFillSync(Buffer.alloc(pictureBytes(size))))
  for (const preset of ['ultrafast', 'superfast', 'veryfast'] as const) {
    const { fragments } = await encode({ preset, crf: 15 }, 150, (n) => noise[n % 10] ?? Buffer.alloc(0))
    const bytes = fragments.reduce((sum, fragment) => sum + fragment.length, 0)
    assert.ok(bytes < (2_000_000 / 8) * (6 + 2) && bytes > (2_000_000 / 8) * 3, `${preset}: ${bytes}`) // 6 s, and 2 s of buffer
  }
})

test("a fragment is a closed group of a chunk's pictures, the last one as short as the film ends", async () => {
  const { fragments } = await encode({ preset: 'ultrafast', crf: 23 }, 117)
  assert.deepEqual(
    fragments
      .map((fragment) => readFragment(fragment))
      .map(({ runs, firstIsKey }) => [runs[0]?.sampleSizes.length, runs[0]?.sampleTicks, firstIsKey]),
    [
      [50, 3_600, true],
      [50, 3_600, true],
      [17, 3_600, true],
    ],
  )
})

test('an encoder that dies in the middle says so', async () => {
  const encoder = await startEncoder({ ...size, fps: 25, preset: 'ultrafast', crf: 23, maxRateKbps: 2_000, chunkFrames: 50 })
  await encoder.close()
  await assert.rejects(encoder.write(Buffer.alloc(pictureBytes(size))), { code: 'upstream_unavailable' })
})
