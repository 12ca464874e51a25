// The simulated microphone: `node main.ts` writes the scene's sound as MPEG-TS to its standard output, sample by sample as they are due.
// Never outlives its reader or its parent, and never waits for it: what is not taken in time is lost, as in a real one.

import { systemClock } from '../../../base/clock.ts'
import { messageOf } from '../../../base/errors.ts'
import { startChild, type Child } from '../../../base/process.ts'
import { childStopStepMs, liveWith } from '../../drivers/child-life.ts'
import { rawSoundArguments, soundForm } from '../../drivers/sound-arguments.ts'
import { samplesBetween } from './scene-sound.ts'

/** As a device's period. */
const periodMs = 20

/** As a device's buffer. */
const bufferMs = 400

try {
  await runMicrophone()
} catch (error) {
  process.stderr.write(`simulated microphone: ${messageOf(error)}\n`)
  process.exitCode = 1
}

async function runMicrophone(): Promise<void> {
  await using encoder = await startChild('ffmpeg', rawSoundArguments, {
    stdin: 'pipe',
    stdout: 'inherit',
    stopSignals: ['SIGINT', 'SIGTERM', 'SIGKILL'],
    stopStepMs: childStopStepMs,
    onStderrLine: (line) => void process.stderr.write(`${line}\n`),
  })
  const over = new AbortController()
  const playing = play(encoder, over.signal)
  await liveWith(encoder)
  over.abort()
  await playing
}

async function play(encoder: Child, signal: AbortSignal): Promise<void> {
  const nowIndex = (): number => Math.floor((systemClock.monotonicUs() * soundForm.sampleRate) / 1e6)
  const longest = (bufferMs * soundForm.sampleRate) / 1_000
  for (let from = nowIndex(); !signal.aborted; await systemClock.sleep(periodMs, signal)) {
    const to = nowIndex()
    const taken = (encoder.stdin?.writableLength ?? 0) < longest * 2
    if (taken) encoder.stdin?.write(samplesBetween(Math.max(from, to - longest), to))
    from = to
  }
}
