import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { loudnessSchema, readSummary, soundWordOf } from './loudness.ts'

/** As ffmpeg 5.1 and 7.1 print it. */
const summary = (integrated: string, peak: string): string =>
  `[Parsed_ebur128_0 @ 0x1] Summary:\n\n  Integrated loudness:\n    I:         ${integrated} LUFS\n    Threshold: -32.9 LUFS\n\n` +
  `  Loudness range:\n    LRA:         0.1 LU\n    Threshold: -42.9 LUFS\n    LRA low:   -23.0 LUFS\n    LRA high:  -22.9 LUFS\n\n` +
  `  True peak:\n    Peak:      ${peak} dBFS\n      encoder         : Lavc59.37.100 pcm_s16le\n`

test('loudness and true peak are read from the last summary', () => {
  assert.deepEqual(readSummary(`Stream mapping:\n${summary('0.0', '-inf')}later\n${summary('-22.9', '-13.0')}`), {
    integratedLufs: -22.9,
    truePeakDb: -13,
  })
})

test('a silent film has no loudness: the gate is not told as one', () => {
  assert.deepEqual(readSummary(summary('-70.0', '-inf')), { integratedLufs: null, truePeakDb: null })
  assert.deepEqual(readSummary(summary('nan', '-91.2')), { integratedLufs: null, truePeakDb: -91.2 })
})

test('whatever else ffmpeg says is no loudness', () => {
  assert.equal(readSummary('Error while decoding'), undefined)
  assert.equal(readSummary('Summary:\n  Integrated loudness:\n    I: -20.0 LUFS\n'), undefined)
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.tuple(fc.string(), fc.string()).map(([a, b]) => summary(a, b)),
      ),
      (said) => {
        const read = readSummary(said)
        if (read) loudnessSchema.parse(read)
      },
    ),
  )
})

test('a film without a track of sound has none; one with a track is silent only once that was measured', () => {
  assert.equal(soundWordOf(false, null), 'none')
  assert.equal(soundWordOf(true, null), 'sound')
  assert.equal(soundWordOf(true, { integratedLufs: null, truePeakDb: null }), 'silent')
  assert.equal(soundWordOf(true, { integratedLufs: -23, truePeakDb: -3 }), 'sound')
})
