import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { courtCalibration } from '../court/court-calibration.ts'
import { openSource } from './driver.ts'
import { loopKey } from './loop-order.ts'

test('loops of the planar rig have the keys that they had when it was the only one', () => {
  const source = { kind: 'pitch', view: 'left', firstFrame: 0, pictures: 'live' } as const
  const format = { width: 640, height: 360, fps: 25 }
  assert.equal(loopKey({ format, groupFrames: 10, source }), 'pitch-left-live-640x360-25-0cef41ea1ba671f6')
  assert.match(loopKey({ format, groupFrames: 10, source: { ...source, rig: 'real' } }), /^real-left-live-640x360-25-/)
})

test('the real rig keeps its truth beside its loops, the opposite one has none', async () => {
  const cacheFolder = await mkdtemp(path.join(tmpdir(), 'ezrec-rigs-'))
  try {
    const format = { width: 256, height: 64, fps: 10 }
    for (const spec of ['simulated:left?rig=opposite', 'simulated:right?rig=real'])
      await openSource(spec, { side: 'left', format, cacheFolder })
    const names = await readdir(cacheFolder)
    const truth = 'simulated-calibration-real-256x64.json'
    assert.deepEqual(names.map((name) => name.replace(/-[0-9a-f]{16}$/, '')).toSorted(), [
      'opposite-left-live-256x64-10',
      'real-right-live-256x64-10',
      truth,
    ])
    assert.deepEqual(JSON.parse(await readFile(path.join(cacheFolder, truth), 'utf8')), courtCalibration(format))
  } finally {
    await rm(cacheFolder, { recursive: true })
  }
})
