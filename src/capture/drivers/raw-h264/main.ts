// The program between a hardware encoder and the chain: `node main.ts '<JSON>'` runs rpicam-vid, which writes bare H.264 to us and time
// stamps to a pipe with a name, and writes both as MPEG-TS to standard output. Never keeps more than a picture or two.

import { constants, openSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { EzrecError, messageOf } from '../../../base/errors.ts'
import { runChild, startChild } from '../../../base/process.ts'
import { childStopStepMs, liveWith } from '../child-life.ts'
import { stampStream } from './stamped-stream.ts'

const maxWaitingBytes = 64 * 1024 * 1024

const orderSchema = z.object({ program: z.string(), args: z.array(z.string()) })

try {
  await runRawCamera(orderSchema.parse(JSON.parse(process.argv[2] ?? '')))
} catch (error) {
  process.stderr.write(`raw camera: ${messageOf(error)}\n`)
  process.exitCode = 1
}

async function runRawCamera({ program, args }: z.infer<typeof orderSchema>): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ezrec-stamps-'))
  try {
    const file = path.join(folder, 'stamps')
    const made = await runChild('mkfifo', ['-m', '600', file])
    if (made.code !== 0) throw new EzrecError('internal', `mkfifo: ${made.stderr.trim()}`, { hint: 'see that TMPDIR can be written' })
    // For reading and writing, so that it neither blocks nor ends before the camera has opened it.
    const stamps = new Socket({ fd: openSync(file, constants.O_RDWR | constants.O_NONBLOCK), readable: true, writable: false })
    const output = new Socket({ fd: 1, readable: false, writable: true }) // process.stdout would block on a full pipe
    await using camera = await startChild(program, [...args, '--save-pts', file], {
      stdout: 'pipe',
      stopSignals: ['SIGINT', 'SIGTERM', 'SIGKILL'],
      stopStepMs: childStopStepMs,
      onStderrLine: (line) => process.stderr.write(`${line}\n`),
    })
    const stream = stampStream()
    const write = (make: () => Buffer[]): void => {
      try {
        for (const packets of make()) output.write(packets)
        if (output.writableLength > maxWaitingBytes) throw new RangeError('what the camera sends is not read')
      } catch (error) {
        process.stderr.write(`raw camera: ${messageOf(error)}\n`)
        void camera.stop()
      }
    }
    camera.stdout?.on('data', (piece: Buffer) => write(() => stream.pushVideo(piece)))
    stamps.setEncoding('utf8').on('data', (text: string) => write(() => stream.pushTimes(text)))
    output.on('error', () => void camera.stop()) // EPIPE: nobody will ever read again
    await liveWith(camera)
    stamps.destroy()
    output.end()
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
