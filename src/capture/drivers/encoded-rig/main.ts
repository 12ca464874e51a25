// A simulated camera whose pictures this box encodes, as it does those of a CSI or USB camera: `node main.ts '<JSON>'` writes MPEG-TS.
// For measuring: what stands for the light on the sensor (a loop that is played and decoded) is in processes of its own.

import { closeSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { messageOf } from '../../../base/errors.ts'
import { openFifo } from '../../../base/fifo.ts'
import { startChild } from '../../../base/process.ts'
import { cameraSettingsSchema } from '../../loop-camera/camera-settings.ts'
import { childStopStepMs, liveWith } from '../child-life.ts'
import { encodeRawArguments, playRawArguments } from '../encoded-rig.ts'

const loopCamera = fileURLToPath(new URL('../../loop-camera/main.ts', import.meta.url))

const orderSchema = z.object({ camera: cameraSettingsSchema, fps: z.number(), bitrateKbps: z.number() })

try {
  await runEncodedCamera(orderSchema.parse(JSON.parse(process.argv[2] ?? '')))
} catch (error) {
  process.stderr.write(`encoded camera: ${messageOf(error)}\n`)
  process.exitCode = 1
}

async function runEncodedCamera({ camera, fps, bitrateKbps }: z.infer<typeof orderSchema>): Promise<void> {
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
