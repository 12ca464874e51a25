import assert from 'node:assert/strict'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test, type TestContext } from 'node:test'
import fc from 'fast-check'
import { EzrecError } from '../../base/errors.ts'
import { cuesOf, readScoreCues, rowsOf, type ScoreCue } from './score-cues.ts'
import { mostScores } from './score-store.ts'

const fps = 25

async function fileOf(t: TestContext, bytes: string | Buffer): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'ezrec-test-'))
  t.after(() => rm(folder, { recursive: true }))
  const file = path.join(folder, 'score')
  await writeFile(file, bytes)
  return file
}

const read = async (t: TestContext, bytes: string | Buffer) => readScoreCues(await fileOf(t, bytes), AbortSignal.timeout(30_000))

test('SubRip as Windows writes it, and WebVTT with all that it may hold, say the same', async (t) => {
  const srt = '\ufeff1\r\n00:00:01,000 --> 00:00:02,500\r\n<b>Home 1:0</b>\r\nset 2\r\n\r\n2\r\n00:01:00,000 --> 01:00:00,040\r\n1:1'
  const vtt =
    'WEBVTT - of a match\n\nNOTE nobody sees this\n\nfirst\n00:01.000 --> 00:02.500 line:0 align:start\n<v Bob>Home</v> 1:0\nset 2\n\n01:00.000 --> 01:00:00.040\n1:1\n'
  const wanted = [
    { fromMs: 1_000, untilMs: 2_500, text: 'HOME 1:0\nSET 2' },
    { fromMs: 60_000, untilMs: 3_600_040, text: '1:1' },
  ]
  assert.deepEqual(await read(t, srt), { cues: wanted, undrawn: '' })
  assert.deepEqual(await read(t, vtt), { cues: wanted, undrawn: '' })
})

test('a plain text stands all through', async (t) => {
  const { cues, undrawn } = await read(t, 'final  2:1 \u4e2d\n')
  assert.equal(undrawn, '\u4e2d')
  assert.deepEqual(rowsOf(cues, fps), [{ firstFrame: 0, text: 'FINAL 2:1' }])
})

test('letters that nobody can draw are told wherever they stand', async (t) => {
  const cue = (n: number, text: string): string =>
    `00:00:${String(n % 60).padStart(2, '0')}.000 --> 00:00:${String(n % 60).padStart(2, '0')}.900\n${text}\n`
  const long = Array.from({ length: 200 }, (_, n) => cue(n, `HOME 1:0 AWAY, SECOND HALF ${n}`))
  assert.equal((await read(t, `WEBVTT\n\n${[...long, cue(59, '1:1 \u4e2d')].join('\n')}`)).undrawn, '\u4e2d')
})

test('what is no text of cues is refused: a folder, a large file, a form without a cue, too many of them', async (t) => {
  const refused = async (bytes: string | Buffer, says: RegExp): Promise<void> =>
    assert.rejects(read(t, bytes), (error) => error instanceof EzrecError && error.code === 'invalid' && says.test(error.message))
  await refused(Buffer.alloc((1 << 20) + 1, 65), /it is larger than 1 MiB/)
  await refused('WEBVTT\n\nnothing\n', /holds no cues/)
  const cue = (n: number): string => `00:00:${String(n % 60).padStart(2, '0')}.000 --> 00:00:${String(n % 60).padStart(2, '0')}.900\n${n}\n`
  await refused(`WEBVTT\n\n${Array.from({ length: mostScores + 1 }, (_, n) => cue(n)).join('\n')}`, /more than 5000 cues/)
  const file = await fileOf(t, 'x')
  await assert.rejects(readScoreCues(path.dirname(file), AbortSignal.timeout(5_000)), { code: 'invalid' })
  await assert.rejects(readScoreCues(`${file}-none`, AbortSignal.timeout(5_000)), { code: 'invalid', message: /there is no such file/ })
  await symlink(file, `${file}-link`) // the operator's own, at the command line
  assert.equal((await readScoreCues(`${file}-link`, AbortSignal.timeout(5_000))).cues[0]?.text, 'X')
})

test('whatever the bytes are, they are cues, a plain text or refused', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('WEBVTT\n\n', '1\n00:00:01,000 --> ', ''),
      fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('00:00:02,000\n1:0', '00:01.000 --> 00:02.000\n\u0000{\\an8}<c>')),
      async (begin, end) => {
        const found = await read(t, begin + end).catch((error: unknown) => error)
        if (found instanceof Error) assert.ok(found instanceof EzrecError && found.code === 'invalid', String(found))
      },
    ),
    { numRuns: 25 },
  )
})

test('what does not follow the form is left out, and so is a cue that ends before it begins', () => {
  assert.deepEqual(cuesOf('WEBVTT\n\n00:05.000 --> 00:04.000\nx\n\n0:1 --> 00:04.000\nx\n\n00:01.000 --> 00:02.000\n1 < 2\n'), [
    { fromMs: 1_000, untilMs: 2_000, text: '1 < 2' },
  ])
})

test('at each frame stands the cue that began last of those that stand then', () => {
  const times = fc.integer({ min: 0, max: 4_000 })
  const cues = fc.array(fc.record({ fromMs: times, forMs: fc.integer({ min: 1, max: 2_000 }), text: fc.constantFrom('A', 'B', 'C') }), {
    maxLength: 8,
  })
  fc.assert(
    fc.property(cues, fc.integer({ min: 0, max: 160 }), (given, frame) => {
      const all = given.map(({ fromMs, forMs, text }): ScoreCue => ({ fromMs, untilMs: fromMs + forMs, text }))
      const atMs = (frame * 1_000) / fps
      const standing = all.filter(({ fromMs, untilMs }) => fromMs <= atMs && atMs < untilMs).toSorted((a, b) => a.fromMs - b.fromMs)
      const found = rowsOf(all, fps).findLast(({ firstFrame }) => firstFrame <= frame)?.text ?? ''
      const latest = standing.filter(({ fromMs }) => fromMs === standing.at(-1)?.fromMs).map(({ text }) => text)
      assert.ok(latest.length === 0 ? found === '' : latest.includes(found), `${found} instead of ${latest.join()}`)
    }),
  )
})
