import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { before, test } from 'node:test'
import fc from 'fast-check'
import { framesOf, transportStream } from '../../tests/media/test-films.ts'
import { streamOf } from '../../tests/media/made-stream.ts'
import { soundStream } from '../../tests/media/test-sound.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { adoptSegment } from './adopt-segment.ts'

let real: Buffer
before(async () => {
  real = await transportStream(3)
})

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

test('a file that was cut anywhere is adopted with whole pictures only, and its row tells the file as it then is', async () => {
  using folder = temporaryFolder()
  const file = folder.file('000000.ts')
  const whole = await framesOf(real)
  const cuts = fc.integer({ min: 0, max: real.length })
  const tails = fc.constantFrom(
    Buffer.alloc(0),
    Buffer.alloc(100),
    Buffer.alloc(4_096),
    Buffer.alloc(500, 0x47),
    Buffer.concat([Buffer.alloc(188), real]),
  )
  await fc.assert(
    fc.asyncProperty(cuts, tails, async (at, tail) => {
      const torn = Buffer.concat([real.subarray(0, at), tail])
      writeFileSync(file, torn)
      const adopted = await adoptSegment(file, 7, 0)
      const now = readFileSync(file)
      if (!adopted) return assert.ok(now.equals(torn))
      assert.deepEqual([adopted.number, adopted.bytes, adopted.sha256], [7, now.length, sha256(now)])
      assert.ok(now.equals(real.subarray(0, now.length)))
      assert.equal(adopted.lastTicks - adopted.firstTicks, (adopted.frames - 1) * 3_600)
    }),
    { numRuns: 60 },
  )
  writeFileSync(file, real.subarray(0, real.length - 1_000))
  const adopted = await adoptSegment(file, 0, 0)
  assert.ok(adopted && adopted.frames > 60)
  const hash = (line: string): string | undefined => line.split(',').at(-1)
  assert.deepEqual((await framesOf(readFileSync(file))).map(hash), whole.slice(0, adopted.frames).map(hash))
})

test('a tail of zeros, as a power cut leaves it, costs no picture before it', async () => {
  using folder = temporaryFolder()
  writeFileSync(folder.file('a.ts'), Buffer.concat([streamOf([0, 3_600, 7_200, 10_800]), Buffer.alloc(8_192)]))
  const adopted = await adoptSegment(folder.file('a.ts'), 0, 0)
  assert.deepEqual([adopted?.frames, adopted?.lastTicks], [3, 7_200])
})

test('a file without a whole picture, an empty one, a foreign one and a missing one give nothing and are left as they are', async () => {
  using folder = temporaryFolder()
  const file = folder.file('a.ts')
  for (const content of [Buffer.alloc(0), Buffer.alloc(10_000, 1), streamOf([0]), Buffer.from('G')]) {
    writeFileSync(file, content)
    assert.equal(await adoptSegment(file, 0, 0), undefined)
    assert.deepEqual(readFileSync(file), content)
  }
  assert.equal(await adoptSegment(folder.file('none.ts'), 0, 0), undefined)
})

test('a file to which nothing was to be added keeps its last picture, unless its end is not there', async () => {
  using folder = temporaryFolder()
  const whole = streamOf([0, 3_600, 7_200])
  for (const [content, frames] of [
    [whole, 3],
    [whole.subarray(0, -50), 2],
    [Buffer.concat([whole, Buffer.alloc(4_096)]), 2],
  ] as const) {
    writeFileSync(folder.file('a.ts'), content)
    assert.equal((await adoptSegment(folder.file('a.ts'), 0, 0, { complete: true }))?.frames, frames)
  }
})

test('of a file whose sync has failed only the pages that were durable before are believed', async () => {
  using folder = temporaryFolder()
  const file = folder.file('a.ts')
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: real.length }), async (durableBytes) => {
      writeFileSync(file, real)
      const adopted = await adoptSegment(file, 0, 0, { syncFailed: true, durableBytes, complete: true })
      const now = readFileSync(file)
      if (!adopted) return assert.equal(now.length, real.length)
      assert.deepEqual([adopted.bytes, adopted.sha256], [now.length, sha256(now)])
      assert.ok(adopted.bytes <= Math.floor(durableBytes / 4_096) * 4_096)
    }),
    { numRuns: 40 },
  )
  writeFileSync(file, real)
  const adopted = await adoptSegment(file, 0, 0, { syncFailed: true, durableBytes: real.length })
  assert.ok(adopted && adopted.frames >= 70)
})

test('of sound that was cut off the whole access units are adopted', async () => {
  using folder = temporaryFolder()
  const file = folder.file('000000.ts')
  const sound = await soundStream(2)
  writeFileSync(file, sound.subarray(0, Math.floor(sound.length * 0.6)))
  const adopted = await adoptSegment(file, 0, 0)
  assert.ok(adopted && adopted.frames > 50 && adopted.frames < 60, JSON.stringify(adopted))
  assert.equal(adopted.lastTicks - adopted.firstTicks, (adopted.frames - 1) * 1_920)
  assert.equal(readFileSync(file).length, adopted.bytes)
})
