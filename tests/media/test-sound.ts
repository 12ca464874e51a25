// Sound as a microphone's program sends it, made by the real ffmpeg from the simulated scene, faster than it would last.
// Never a device.

import { runChild } from '../../src/base/process.ts'
import { rawSoundArguments } from '../../src/capture/drivers/sound-arguments.ts'
import { samplesBetween } from '../../src/capture/sound/simulated-sound/scene-sound.ts'

/** MPEG-TS of the scene's sound from its second `from` on, `seconds` long. */
export async function soundStream(seconds: number, from = 0): Promise<Buffer> {
  const input = samplesBetween(from * 48_000, (from + seconds) * 48_000)
  return (await runChild('ffmpeg', rawSoundArguments, { input })).stdout
}
