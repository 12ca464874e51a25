// The disk of a box fills up in the middle of a match and gets room again: the same booking goes on, and the film tells what is missing.

import assert from 'node:assert/strict'
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { errnoOf } from '../../src/base/errors.ts'
import { cannotMount } from '../machine.ts'
import { examineFilm, openHome, pause, processesOf, readAnswer, untilRecording } from '../real-session.ts'
import { memoryDisk } from './failing-disk.ts'

test('a disk that is full for some seconds costs those seconds, and says so', { skip: cannotMount }, async () => {
  await using disk = await memoryDisk(320 * 1_024, 10_000)
  const folder = path.join(disk.path, 'home')
  await using home = await openHome()
  const session = await home.start(['--home', folder, 'record', '--seconds', '26', '--json'])
  await untilRecording(folder, 7_000)
  const ballast = path.join(disk.path, 'ballast')
  await fillFor(ballast, 5_000)
  rmSync(ballast)
  const ended = await session.ended
  assert.equal(ended.code, 0, ended.stderr)
  const answer = readAnswer(ended)
  assert.equal(answer.status, 'partial')
  assert.deepEqual([...new Set(answer.gaps.map(({ camera }) => camera))].toSorted(), ['left', 'right'])
  for (const { camera, cause, fromSeconds, seconds } of answer.gaps) {
    assert.equal(cause, 'disk', camera)
    assert.ok(fromSeconds >= 5 && seconds < 14, `${camera} from ${fromSeconds} s for ${seconds} s`)
  }
  assert.equal((await examineFilm(answer.video.path)).frames, 26 * 25)
  assert.deepEqual(processesOf(folder), [])
})

/** Takes every byte, also those that are given back meanwhile. */
async function fillFor(file: string, ms: number): Promise<void> {
  const ballast = openSync(file, 'w')
  for (const until = performance.now() + ms; performance.now() < until; await pause(50)) fill(ballast)
  closeSync(ballast)
}

function fill(ballast: number): void {
  for (let piece = 1 << 20; piece >= 4_096;) {
    try {
      writeSync(ballast, Buffer.alloc(piece, 1))
    } catch (error) {
      if (errnoOf(error) !== 'ENOSPC') throw error
      piece /= 2
    }
  }
}
