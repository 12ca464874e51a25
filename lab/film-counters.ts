// The counters that the simulated cameras burn into their pictures, read back from a merged film: the truth about every frame.
// Believes nothing that a row says.

import { EzrecError } from '../src/base/errors.ts'
import { runChild } from '../src/base/process.ts'
import { readCounter } from '../src/capture/pitch/counter.ts'

/** Scene frame that each camera showed, `undefined` where a card stands, frame by frame. */
export type FilmCounters = readonly (readonly [left: number | undefined, right: number | undefined])[]

/** Errors: media_unreadable when a picture does not decode. `width` is the film's. */
export async function readFilmCounters(file: string, width: number): Promise<FilmCounters> {
  const args = ['-v', 'error', '-xerror', '-i', file, '-vf', 'crop=iw:32:0:0,format=gray', '-f', 'rawvideo', 'pipe:1']
  const strip = await runChild('ffmpeg', args, { maxOutputBytes: 2 ** 30, timeoutMs: 300_000 })
  if (strip.code !== 0)
    throw new EzrecError('media_unreadable', `${file} does not decode: ${strip.stderr.slice(-300)}`, {
      hint: 'look at the film with ffprobe',
    })
  const bytes = width * 32
  return Array.from({ length: strip.stdout.length / bytes }, (_, n) => {
    const luma = strip.stdout.subarray(n * bytes, (n + 1) * bytes)
    return [readCounter(luma, width, 'left'), readCounter(luma, width, 'right')] as const
  })
}
