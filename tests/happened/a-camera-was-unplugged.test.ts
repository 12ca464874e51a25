// A camera whose device is gone: nothing is tried before it is back, and then at once.
// Never a real device: a-real-camera-was-unplugged.test.ts unplugs one, `./ezrec lab cameras` many.

import assert from 'node:assert/strict'
import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { test } from 'node:test'
import type { Take } from '../../src/capture/take.ts'
import { encodeArguments, transportArguments } from '../../src/capture/drivers/transport-arguments.ts'
import { framesOf, framesSoFar, keepOneCamera } from '../path/cameras-kept.ts'
import { pause } from '../real-session.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const format = { width: 160, height: 90, fps: 25 }

test('a camera that is unplugged is waited for, and recorded again when it is back', async () => {
  using folder = temporaryFolder()
  const device = folder.file('by-path-video-index0')
  symlinkSync('/dev/null', device)
  mkdirSync(folder.file('takes'))
  const picture = `testsrc2=size=${format.width}x${format.height}:rate=${format.fps}`
  const kept = keepOneCamera(folder.file('takes'), {
    program: 'ffmpeg',
    args: ['-v', 'error', '-nostdin', '-re', '-f', 'lavfi', '-i', picture, ...encodeArguments(format, 500), ...transportArguments],
    stopSignals: ['SIGINT', 'SIGTERM', 'SIGKILL'],
    presentWhile: device,
  })
  let all: readonly Take[] = []
  try {
    let sourcePid: number | undefined
    await kept.until(([first]) => {
      sourcePid = first?.source?.pid
      return framesSoFar(first) >= 2 * format.fps
    })
    assert.ok(sourcePid)
    rmSync(device)
    process.kill(sourcePid, 'SIGKILL')
    await kept.until(([first]) => first?.ended !== undefined)
    await pause(1_500) // longer than the first waits of a camera that only ended
    const seen: number[] = []
    await kept.until((now) => seen.push(now.length) > 1) // the first look is one of before
    assert.equal(seen.at(-1), 1, 'nothing was tried')
    symlinkSync('/dev/null', device)
    await kept.until(([, second]) => framesSoFar(second) >= 2 * format.fps)
  } finally {
    all = await kept.stop()
  }
  assert.deepEqual(
    all.map(({ ended }) => ended?.cause),
    ['camera-ended', 'stopped'],
  )
  assert.ok(framesOf(all[1]) >= 2 * format.fps)
})
