// A simulated camera whose pictures this box encodes, as it does those of a CSI or USB camera: `node main.ts '<JSON>'` writes MPEG-TS.
// For measuring: what stands for the light on the sensor (a loop that is played and decoded) is in processes of its own.

import { closeSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { messageOf } from '../../../base/errors.ts'
import { openFifo } from '../../../base/fifo.ts'
import { startChild } from '../../../base/process.ts'
import { readCameraSettings, type CameraSettings } from '../../loop-camera/camera-settings.ts'
import { fieldsOf } from '../../loop-camera/fields.ts'
import { childStopStepMs, liveWith } from '../child-life.ts'
import { encodeRawArguments, playRawArguments } from '../encoded-rig.ts'

const loopCamera = fileURLToPath(new URL('../../loop-camera/main.ts', import.meta.url))

try {
  const order = fieldsOf(JSON.parse(process.argv[2] ?? ''), 'the order')
  const [fps, bitrateKbps] = [order.number('fps', { least: 1 }), order.number('bitrateKbps', { least: 1 })]
  await runEncodedCamera({ camera: readCameraSettings(order.object('camera')), fps, bitrateKbps })
} catch (error) {
  process.stderr.write(`encoded camera: ${messageOf(error)}\n`)
  process.exitCode = 1
}

type EncodedOrder = { readonly camera: CameraSettings; readonly fps: number; readonly bitrateKbps: number }

async function runEncodedCamera({ camera, fps, bitrateKbps }: EncodedOrder): Promise<void> {
  const onStderrLine = (line: string): void => void process.stderr.write(`${line}\n`)
  const stop = { stopSignals: ['SIGINT', 'SIGTERM', 'SIGKILL'] as const, stopStepMs: childStopStepMs }
  const { readFd, writeFd } = await openFifo() // not through Node: they are 35 MB a second
  await using player = await startChild('ffmpeg', playRawArguments, { stdin: 'pipe', stdout: writeFd, ...stop }).finally(() =>
    closeSync(writeFd),
  )
  await using rig = await startChild(process.execPath, [loopCamera, JSON.stringify(camera)], { stdout: 'pipe', ...stop })
  if (player.stdin) rig.stdout?.pipe(player.stdin)
  await using encoder = await startChild('ffmpeg', encodeRawArguments(fps, bitrateKbps), {
    stdin: readFd,
    stdout: 'inherit',
    ...stop,
    onStderrLine,
  }).finally(() => closeSync(readFd))
  void rig.exited.then(() => player.stop())
  await liveWith(encoder)
}
