import assert from 'node:assert/strict'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { temporaryFolder, type TemporaryFolder } from '../../tests/temporary-folder.ts'
import { startEncoder } from './encoder.ts'
import { pictureBytes } from './picture.ts'
import { openVerifier, type VerifierOptions } from './verifier.ts'

const size = { width: 128, height: 72 }
const pictures = [25, 25, 25, 1]
let init: Buffer
let chunks: Buffer[]
let folder: TemporaryFolder

before(async () => {
  folder = temporaryFolder()
  const encoder = await startEncoder({ ...size, fps: 25, preset: 'ultrafast', crf: 23, maxRateKbps: 2_000, chunkFrames: 25 })
  const feeding = (async () => {
    for (let n = 0; n < 76; n += 1)
      await encoder.write(Buffer.from(Array.from({ length: pictureBytes(size) }, (_, at) => (at * n * 7) & 255)))
    encoder.end()
  })()
  chunks = []
  for await (const piece of encoder.pieces()) {
    if (piece.is === 'init') init = piece.bytes
    else chunks.push(piece.bytes)
  }
  await feeding
  await encoder.close()
})
after(() => folder[Symbol.dispose]())

let programs = 0

/** ffmpeg, each start of it written down, after its arguments went through sed. */
function ffmpegThat(edit: string): { program: string; starts: () => number } {
  const program = folder.file(`ffmpeg-${(programs += 1)}`)
  const args = `for arg do printf '%s\\n' "$arg"; done | sed '${edit}' | tr '\\n' ' '`
  writeFileSync(program, `#!/bin/sh\necho >> "$0.starts"\nexec ffmpeg $(${args})\n`)
  chmodSync(program, 0o755)
  return { program, starts: () => readFileSync(`${program}.starts`).length }
}

async function countAll(given: readonly Buffer[], options: VerifierOptions): Promise<number[]> {
  const verifier = openVerifier(init, options)
  const counts: number[] = []
  for (const chunk of given) counts.push(await verifier.count(chunk))
  await verifier.close()
  return counts
}

/** With its last picture torn. */
function damaged(chunk: Buffer): Buffer {
  return Buffer.from(chunk).fill(0xff, chunk.length - 400, chunk.length - 20)
}

test('one decoder counts chunk after chunk, each as soon as it is there, also one of a single picture', { timeout: 60_000 }, async () => {
  const { program, starts } = ffmpegThat('')
  const never = 1_000_000 // were it asked to wait for more, the test would not end
  assert.deepEqual(await countAll(chunks, { program, patienceMs: never }), pictures)
  assert.equal(starts(), 1)
  assert.deepEqual(await countAll(chunks.slice(3), { patienceMs: never }), [1])
})

test('a picture that does not decode refuses its chunk, and none of the others', { timeout: 60_000 }, async () => {
  const [one, two, three] = chunks
  assert.ok(one && two && three)
  assert.deepEqual(await countAll([one, damaged(two), three], {}), [25, -1, 25])
  assert.deepEqual(await countAll([damaged(one), one], {}), [-1, 25])
})

test(
  'an ffmpeg that keeps a picture back is asked by ending its input, and from the second time on at once',
  { timeout: 60_000 },
  async () => {
    const { program, starts } = ffmpegThat('/^-threads$/{n;s/1/2/}')
    assert.deepEqual(await countAll(chunks, { program, patienceMs: 1_000 }), pictures)
    assert.ok(starts() >= 4)
  },
)

test('a decoder that has had its number of chunks is followed by another one', { timeout: 60_000 }, async () => {
  const { program, starts } = ffmpegThat('')
  assert.deepEqual(await countAll(chunks, { program, chunksEach: 2 }), pictures)
  assert.equal(starts(), 3)
})

test('a verifier that is killed refuses nothing: it says so', { timeout: 60_000 }, async () => {
  const program = folder.file('never-speaks')
  writeFileSync(program, '#!/bin/sh\nexec cat > /dev/null\n')
  chmodSync(program, 0o755)
  const verifier = openVerifier(init, { program })
  await assert.rejects(Promise.all([verifier.count(chunks[0] ?? assert.fail()), sleep(200).then(verifier.close)]), {
    code: 'upstream_unavailable',
  })
})
