import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { temporaryFolder } from '../../../tests/temporary-folder.ts'
import { runChild } from '../../base/process.ts'
import { readFilmFacts } from '../film-facts.ts'
import { openStretches, soundRate, type ReadStretch } from './sound-stretch.ts'

const folder = temporaryFolder()
const signal = new AbortController().signal

async function ffmpeg(...args: readonly string[]): Promise<void> {
  const { code, stderr } = await runChild('ffmpeg', ['-loglevel', 'error', '-y', ...args])
  assert.equal(code, 0, stderr)
}

/** Thirty seconds, with a click of a tenth of a second at each full one but the first; the higher the later. */
const whole = folder.file('whole.mp4')
before(async () => {
  const clicks = "aevalsrc='0.8*sin(2*PI*(300+20*floor(t))*t)*lt(mod(t\\,1)\\,0.1)*gte(t\\,1)':s=44100:d=30"
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=128x96:rate=25:duration=30', '-f', 'lavfi', '-i', clicks]
  await ffmpeg(...picture, '-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '2', '-g', '250', '-c:a', 'aac', whole)
  return () => folder[Symbol.dispose]()
})

async function opened(file: string): Promise<ReadStretch> {
  const read = await openStretches(await readFilmFacts(file, signal), signal)
  assert.ok(read)
  return read
}

/** When clicks begin in a stretch, in seconds of it. */
function clicksIn(samples: Float32Array): number[] {
  const begun: number[] = []
  let loudAt = -soundRate
  for (const [n, sample] of samples.entries()) {
    if (Math.abs(sample) < 0.2) continue
    if (n - loudAt > soundRate / 5) begun.push(n / soundRate)
    loudAt = n
  }
  return begun
}

for (const { what, name, before: input = [], args = [], cut = 0 } of [
  { what: 'an MP4', name: 'a.mp4' },
  { what: 'an MP4 that an edit list cuts', name: 'b.mp4', before: ['-ss', '0.3'], cut: 0.3 },
  { what: 'a transport stream whose clock began long ago', name: 'c.ts', args: ['-output_ts_offset', '5000'] },
  { what: 'a Matroska film', name: 'd.mkv' },
  { what: 'a Flash film', name: 'e.flv' },
])
  test(`a stretch of ${what} begins where it was asked for, at its beginning and far behind it`, async () => {
    const film = folder.file(name)
    await ffmpeg(...input, '-i', whole, '-c', 'copy', ...args, film)
    const read = await opened(film)
    for (const from of [0, 0.5, 21.25]) {
      const samples = await read(from, 4)
      assert.equal(samples.length, 4 * soundRate)
      const expected = Array.from({ length: 30 }, (_, n) => n + 1 - cut - from).filter((at) => at >= 0 && at < 4)
      const heard = clicksIn(samples)
      assert.equal(heard.length, expected.length, `${heard.join(' ')} from ${from}`)
      for (const [n, at] of heard.entries()) assert.ok(Math.abs(at - (expected[n] ?? 0)) < 0.005, `${heard.join(' ')} from ${from}`)
    }
    assert.ok((await read(28 - cut, 4)).length < 2.2 * soundRate, 'no more than there is')
  })

test('a film without sound has none', async () => {
  const film = folder.file('silent.mp4')
  await ffmpeg('-i', whole, '-an', '-c', 'copy', film)
  assert.equal(await openStretches(await readFilmFacts(film, signal), signal), undefined)
})
