// The sound of a film as a player would hear it, against the pictures of the simulated rig: whose tones begin with the scene's full seconds.
// Never trusts a table: the sound is decoded.

import { z } from 'zod'
import { runChild } from '../src/base/process.ts'

export type HeardFilm = {
  /** Length of the sound in seconds, decoded. */
  readonly seconds: number
  /** Distances between the packets' times, in samples: one number when the track is even. */
  readonly steps: readonly number[]
  /** When tones begin, in seconds of the film. */
  readonly tones: readonly number[]
}

const sampleRate = 48_000
const packetsSchema = z.object({ packets: z.array(z.object({ pts: z.int() })) })

export async function hearFilm(file: string): Promise<HeardFilm> {
  const probe = await runChild('ffprobe', ['-v', 'error', '-select_streams', 'a:0', '-show_entries', 'packet=pts', '-of', 'json', file])
  const times = packetsSchema.parse(JSON.parse(probe.stdout.toString())).packets.map(({ pts }) => pts)
  const { stdout } = await runChild('ffmpeg', ['-v', 'error', '-i', file, '-map', '0:a:0', '-f', 's16le', 'pipe:1'], {
    maxOutputBytes: 64 * 1024 * 1024,
  })
  const tones: number[] = []
  let loudAt = -sampleRate
  for (let n = 0; n < stdout.length / 2; n += 1) {
    if (Math.abs(stdout.readInt16LE(n * 2)) < 3_000) continue
    if (n - loudAt > sampleRate / 2) tones.push(n / sampleRate)
    loudAt = n
  }
  return { seconds: stdout.length / 2 / sampleRate, steps: [...new Set(times.slice(1).map((pts, n) => pts - (times[n] ?? 0)))], tones }
}
