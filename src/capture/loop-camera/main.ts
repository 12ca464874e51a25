// The camera program: `node main.ts '<settings as JSON>'` writes a live camera's MPEG-TS to its standard output.
// Never outlives its reader or its parent, unless told to hang; ends within 200 ms of SIGINT or SIGTERM.

import { fstatSync } from 'node:fs'
import { Socket } from 'node:net'
import type { Writable } from 'node:stream'
import { systemClock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import { playCamera } from './camera.ts'
import { readCameraSettings, type CameraSettings } from './camera-settings.ts'
import { fieldsOf } from './fields.ts'
import { openFrameQueue, type FrameQueue } from './frame-queue.ts'
import { openLoop } from './loop-file.ts'

try {
  await runCameraProgram(readCameraSettings(fieldsOf(JSON.parse(process.argv[2] ?? ''), 'the settings')))
} catch (error) {
  process.stderr.write(`loop camera: ${messageOf(error)}\n`)
  process.exitCode = 1
}

async function runCameraProgram(settings: CameraSettings): Promise<void> {
  const output = openOutput()
  const stop = new AbortController()
  const onSignal = (): void => stop.abort()
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
  output.on('error', onSignal) // EPIPE: nobody will ever read again
  await using live = await openLoop(settings.loops.live)
  await using still = settings.loops.still === undefined ? undefined : await openLoop(settings.loops.still)
  await using black = settings.loops.black === undefined ? undefined : await openLoop(settings.loops.black)
  const queue = openFrameQueue(output)
  using _watch = watch(queue, onSignal)
  const end = await playCamera(settings, { live, still, black }, queue, systemClock, stop.signal)
  if (end === 'hung') await untilOrphaned()
  if (end === 'died') process.exitCode = 1
  else await Promise.race([queue.drained(), systemClock.sleep(100)])
  reportDrops(queue)
  output.destroy()
  process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
}

/** Standard output that never blocks: Node promises synchronous writes of `process.stdout` to pipes. A file, for looking at it, is
 *  written as it is. */
function openOutput(): Writable {
  const facts = fstatSync(1)
  return facts.isFIFO() || facts.isSocket() ? new Socket({ fd: 1, readable: false, writable: true }) : process.stdout
}

/** Once a second: tells of drops, and ends the camera when its parent is gone. */
function watch(queue: FrameQueue, onOrphaned: () => void): Disposable {
  const parent = process.ppid
  let told = 0
  const timer = setInterval(() => {
    if (process.ppid !== parent) onOrphaned()
    if (queue.counts.dropped > told) reportDrops(queue)
    told = queue.counts.dropped
  }, 1000)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}

function reportDrops(queue: FrameQueue): void {
  process.stderr.write(`${JSON.stringify({ camera: 'loop', ...queue.counts })}\n`)
}

/** A hung camera does nothing and heeds no signal; only when its parent is gone it ends, so that no test leaves one behind. */
async function untilOrphaned(): Promise<void> {
  const parent = process.ppid
  while (process.ppid === parent) await systemClock.sleep(1000)
}
