// Any stretch of a film's sound, counted from the film's first picture: one channel, as sync compares it.
// Reads no more of the file than the stretch and a little before it; never closes a hole: it is silence, as long as it lasts.

import { ffmpegBase } from '../../adapters/ffmpeg.ts'
import { EzrecError } from '../../base/errors.ts'
import { runChild } from '../../base/process.ts'
import { filmInputArgs, type FilmFacts } from '../film-facts.ts'
import { firstPictureAt } from '../first-picture.ts'

type FilmSource = Pick<FilmFacts, 'form' | 'file'>
export type HeardFilm = FilmSource & Pick<FilmFacts, 'hasSound'>

/** Samples a second. */
export const soundRate = 8_000

/** Errors: media_unreadable, canceled. */
export type ReadStretch = (fromSeconds: number, seconds: number) => Promise<Float32Array>

/** Of a film's first sound; `undefined` when it has none, or no picture that can be shown. */
export async function openStretches(film: HeardFilm, signal: AbortSignal): Promise<ReadStretch | undefined> {
  const firstPicture = film.hasSound ? await firstPictureAt(film, signal) : undefined
  if (firstPicture === undefined) return undefined
  return async (fromSeconds, seconds) => {
    const args = filmSoundArgs(film, { start: firstPicture + fromSeconds, seconds, isSought: fromSeconds > beforeSeconds })
    const { code, stdout, stderr } = await runChild('ffmpeg', args, { signal, timeoutMs: 120_000 })
    if (code !== 0)
      throw new EzrecError('media_unreadable', `the sound of ${film.file} cannot be decoded`, {
        hint: 'play the film with ffplay to see where it is damaged',
        facts: { path: film.file, stderr: stderr.slice(-300) },
      })
    return Float32Array.from({ length: Math.floor(stdout.length / 2) }, (_, n) => stdout.readInt16LE(2 * n) / 32_768)
  }
}

/** Sound may lie so far behind the pictures of its time in a file. */
const beforeSeconds = 2

/** `start` is a stamp of the file, as it is with `-seek_timestamp` (an accurate seek would count it twice beside `-copyts`). Samples are placed by their own stamps: else ffmpeg closes holes of more than 10 s
 *  in transport streams. What is missing is silence, what is earlier is cut. */
export const filmSoundArgs = ({ form, file }: FilmSource, { start, seconds, isSought }: Stretch): string[] =>
  [
    [
      ...ffmpegBase,
      '-copyts',
      ...(isSought ? ['-noaccurate_seek', '-seek_timestamp', '1', '-ss', (start - beforeSeconds).toFixed(6)] : []),
      ...filmInputArgs(form, file),
      '-map',
      '0:a:0',
    ],
    ['-af', `asetpts=PTS-(${start.toFixed(6)})/TB,aresample=${soundRate}:async=1:first_pts=0,atrim=duration=${seconds.toFixed(6)}`],
    ['-ac', '1', '-f', 's16le', 'pipe:1'],
  ].flat()

type Stretch = { readonly start: number; readonly seconds: number; readonly isSought: boolean }
