// What the films of a merge lack is told: in its answer, and in words.

import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { runChild } from '../../src/base/process.ts'
import { temporaryFolder, type TemporaryFolder } from '../temporary-folder.ts'

const program = path.resolve(import.meta.dirname, '../../bin/ezrec.ts')

async function film(file: string, source: string, ...more: readonly string[]): Promise<string> {
  const encode = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '25', '-pix_fmt', 'yuv420p']
  const { code, stderr } = await runChild('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', source, ...more, ...encode, file])
  assert.equal(code, 0, stderr)
  return file
}

const span = { camera: z.string(), fromSeconds: z.number(), seconds: z.number() }
const count = z.object({ kept: z.int(), repeated: z.int(), missing: z.int() })
const answerSchema = z.object({
  coverage: z.record(z.string(), z.number()),
  gaps: z.array(z.object({ ...span, cause: z.string() })),
  pictureFaults: z.array(z.object({ ...span, fault: z.string() })),
  shown: z.object({ left: count, right: count }),
  damaged: z.array(z.string()),
})

async function merge(folder: TemporaryFolder, left: string, right: string): Promise<z.infer<typeof answerSchema> & { stderr: string }> {
  const flags = ['--disable-warning=ExperimentalWarning', program, '--home', folder.file('home'), 'merge', left, right]
  const args = ['--out', folder.file('out.mp4'), '--force', '--preset', 'ultrafast', '--json']
  const { code, stdout, stderr } = await runChild(process.execPath, [...flags, ...args])
  assert.equal(code, 0, stderr)
  return { ...answerSchema.parse(JSON.parse(stdout.toString('utf8'))), stderr }
}

const moving = (seconds: number): string => `testsrc2=size=320x96:rate=25:duration=${seconds}`

test('of two films that are whole nothing is told', async () => {
  using folder = temporaryFolder()
  const left = await film(folder.file('left.mp4'), moving(6))
  const right = await film(folder.file('right.mp4'), 'testsrc2=size=320x96:rate=50:duration=6')
  const { coverage, gaps, pictureFaults, shown, damaged, stderr } = await merge(folder, left, right)
  assert.deepEqual([coverage, gaps, pictureFaults, damaged], [{ left: 1, right: 1 }, [], [], []])
  assert.deepEqual(shown, { left: { kept: 150, repeated: 150, missing: 0 }, right: { kept: 300, repeated: 0, missing: 0 } })
  assert.doesNotMatch(stderr, /the (left|right) film/)
})

test('a film that is over sooner, a hole and black pictures are gaps and faults with their times', async () => {
  using folder = temporaryFolder()
  const black = await film(folder.file('black.mp4'), 'color=black:s=320x96:r=25:d=8')
  const short = await film(folder.file('short.mp4'), moving(2))
  const first = await merge(folder, black, short)
  assert.deepEqual(first.coverage, { left: 1, right: 0.25 })
  assert.deepEqual(first.gaps, [{ camera: 'right', fromSeconds: 2, seconds: 6, cause: 'film-ended' }])
  assert.deepEqual(first.pictureFaults, [{ camera: 'left', fromSeconds: 0, seconds: 8, fault: 'black' }])
  assert.match(first.stderr, /note: the right film has none for 6 s from 2 s on \(film-ended\)/)
  assert.match(first.stderr, /note: the left film looks black for 8 s from 0 s on/)
  const whole = await film(folder.file('whole.mp4'), moving(8))
  const holed = await film(folder.file('holed.mkv'), moving(8), '-vf', "select='lt(n\\,50)+gt(n\\,60)'", '-fps_mode', 'passthrough')
  const second = await merge(folder, holed, whole)
  assert.deepEqual(second.gaps, [{ camera: 'left', fromSeconds: 2, seconds: 0.44, cause: 'frames-dropped' }])
  assert.deepEqual([second.shown.left.missing, second.coverage], [11, { left: 0.945, right: 1 }])
})

test('pictures that were overwritten are told as damage', async () => {
  using folder = temporaryFolder()
  const whole = await film(folder.file('whole.mp4'), moving(6), '-movflags', '+faststart')
  const bytes = await readFile(whole)
  const from = bytes.indexOf('mdat') + 4
  bytes.fill(0xa5, from + Math.floor((bytes.length - from) / 3), from + Math.floor(((bytes.length - from) * 2) / 3))
  const torn = folder.file('torn.mp4')
  await writeFile(torn, bytes)
  const { damaged, stderr, coverage } = await merge(folder, torn, whole)
  assert.deepEqual(damaged, ['left'])
  assert.match(stderr, /note: the left film is damaged, pictures of it are lost or smeared/)
  assert.ok((coverage['left'] ?? 1) < 1, JSON.stringify(coverage))
})
