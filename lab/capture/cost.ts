// What a capture chain costs beside the cheapest thing that does half its work: ffmpeg copying a stream into segments.
// Both run at once, from cameras of their own; the cameras' own processes are not counted.

import path from 'node:path'
import { makeFolder } from '../../src/base/files.ts'
import { newId } from '../../src/base/ids.ts'
import { startChild } from '../../src/base/process.ts'
import { systemClock } from '../../src/base/clock.ts'
import { openSpares } from '../../src/capture/chain.ts'
import { openSource } from '../../src/capture/drivers/driver.ts'
import { followJournal, journalFile } from '../../src/capture/journal.ts'
import type { Context } from '../harness.ts'
import { cpuSecondsOf } from '../process-cpu.ts'

export type Cost = {
  /** Cores: CPU seconds by second. */
  readonly chainCores: number
  readonly copyCores: number
  /** Pictures that the chain told of, and that there should be. */
  readonly frames: number
  readonly expected: number
}

const format = { width: 1280, height: 720, fps: 25 } as const

export async function measureCost({ folder, cacheFolder, signal, say }: Context, seconds: number): Promise<Cost> {
  const commands = {
    left: await openSource('simulated:left', {
      side: 'left',
      format,
      cacheFolder,
      signal,
      onProgress: (share, what) => say(`${what} ${Math.round(share * 100)} %`),
    }),
    right: await openSource('simulated:right', {
      side: 'right',
      format,
      cacheFolder,
      signal,
      onProgress: (share, what) => say(`${what} ${Math.round(share * 100)} %`),
    }),
  }
  const takeId = newId()
  const take = path.join(folder, `${takeId}-left`)
  const copies = path.join(folder, 'copies')
  await makeFolder(take)
  await makeFolder(copies)
  await using spares = openSpares('left', folder, say)
  const order = { takeId, rigId: 'rig', camera: 'left' as const, folder: take, segmentMs: 4_000, stallMs: 5_000, startMs: 10_000 }
  const chain = await spares.begin({
    ...order,
    command: { ...commands.left, args: [...commands.left.args], stopSignals: ['SIGINT', 'SIGKILL'] },
  })
  const copyArgs = [
    '-v',
    'error',
    '-f',
    'mpegts',
    '-i',
    'pipe:0',
    '-c',
    'copy',
    '-f',
    'segment',
    '-segment_time',
    '4',
    '-segment_format',
    'mpegts',
  ]
  await using copy = await startChild('ffmpeg', [...copyArgs, path.join(copies, '%06d.ts')], { stdin: 'pipe' })
  await using camera = await startChild(commands.right.program, commands.right.args, { stdout: 'pipe', stopSignals: ['SIGINT', 'SIGKILL'] })
  if (copy.stdin) camera.stdout?.pipe(copy.stdin)

  await systemClock.sleep(5_000, signal) // both have found their pace
  const chainPid = await pidOf(take)
  const before = { chain: cpuSecondsOf(chainPid), copy: cpuSecondsOf(copy.pid), frames: await framesOf(take) }
  await systemClock.sleep(seconds * 1_000, signal)
  const after = { chain: cpuSecondsOf(chainPid), copy: cpuSecondsOf(copy.pid), frames: await framesOf(take) }
  chain.stop()
  await chain.exited
  return {
    chainCores: (after.chain - before.chain) / seconds,
    copyCores: (after.copy - before.copy) / seconds,
    frames: after.frames - before.frames,
    expected: seconds * format.fps,
  }
}

async function pidOf(take: string): Promise<number> {
  const lines = await followJournal(journalFile(take)).read()
  return lines.find((line) => line.is === 'begun')?.pid ?? 0
}

/** By its newest anchor: written once a second. */
async function framesOf(take: string): Promise<number> {
  const lines = await followJournal(journalFile(take)).read()
  return lines.findLast((line) => line.is === 'anchor')?.frames ?? 0
}
