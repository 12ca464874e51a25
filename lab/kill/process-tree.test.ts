import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { decodeArgs, encodeArgs } from '../../src/adapters/ffmpeg.ts'
import { startChild } from '../../src/base/process.ts'
import { membersOf, roleOf } from './process-tree.ts'

test('every process of a session is known by its command line', () => {
  const encode = { width: 640, height: 180, fps: 25, preset: 'ultrafast', crf: 23, maxRateKbps: 6_000, chunkFrames: 50 } as const
  assert.equal(roleOf(`ffmpeg ${encodeArgs(encode).join(' ')}`).part, 'encoder')
  assert.equal(roleOf(`ffmpeg ${decodeArgs({ width: 320, height: 180 }).join(' ')}`).part, 'decoder')
  assert.deepEqual(roleOf('camera-chain.ts /t/2026-05-02/01M81Y7RA84K6TE510NJ627CRS-left'), {
    part: 'chain',
    side: 'left',
  })
  assert.deepEqual(roleOf('node /e/src/capture/loop-camera/main.ts {"loops":{"live":"/c/pitch-right-live-640x360-25-a"}}'), {
    part: 'camera',
    side: 'right',
  })
  assert.equal(roleOf('node /e/bin/ezrec.ts --home /h worker --under-parent').part, 'worker')
  assert.equal(roleOf('node /e/bin/ezrec.ts --home /h record --seconds 6').part, undefined)
})

test('only processes that carry the mark are members', async () => {
  const mark = await mkdtemp(path.join(os.tmpdir(), 'ezrec-mark-'))
  try {
    await using ours = await startChild('sleep', ['600'], { env: { TMPDIR: mark } })
    await using _other = await startChild('sleep', ['601'], { env: { TMPDIR: `${mark}-other` } })
    assert.deepEqual(
      membersOf(mark).map(({ pid }) => pid),
      [ours.pid],
    )
  } finally {
    await rm(mark, { recursive: true })
  }
})
