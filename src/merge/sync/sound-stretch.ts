// Any stretch of a film's sound, counted from the film's first picture: one channel, as sync compares it.
// Reads no more of the file than the stretch and a little before it; never closes a hole: it is silence, as long as it lasts.

import { z } from 'zod'
import { ffmpegBase } from '../../adapters/ffmpeg.ts'
import { EzrecError } from '../../base/errors.ts'
import { jsonOf } from '../../base/json.ts'
import { runChild } from '../../base/process.ts'
import { filmInputArgs, type FilmFacts } from '../film-facts.ts'

export type FilmSource = Pick<FilmFacts, 'form' | 'file'>

/** Samples a second. */
export const soundRate = 8_000

/** Errors: media_unreadable, canceled. */
export type ReadStretch = (fromSeconds: number, seconds: number) => Promise<Float32Array>

/** Of a film's first sound; `undefined` when it has none. */
export async function openStretches(film: FilmSource, signal: AbortSignal): Promise<ReadStretch | undefined> {
  const probed = await runChild('ffprobe', filmStartArgs(film), { signal, timeoutMs: 60_000 })
  const told = probed.code === 0 ? startsSchema.safeParse(jsonOf(probed.stdout.toString('utf8'))) : undefined
  const [video, audio] = ['video', 'audio'].map((kind) => told?.data?.streams.find(({ codec_type: type }) => type === kind))
  if (!video || !audio) return undefined
  const firstPicture = finite(video.start_time)
  const firstStamp = finite(told?.data?.format?.start_time)
  return async (fromSeconds, seconds) => {
    const start = firstPicture + fromSeconds
    const args = filmSoundArgs(film, { start, seconds, seekTo: Math.max(0, start - firstStamp - beforeSeconds) })
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

/** When the first picture and the first sound of a file begin. */
export const filmStartArgs = ({ form, file }: FilmSource): string[] =>
  [
    ['-hide_banner', '-loglevel', 'error', '-show_entries', 'stream=codec_type,start_time:format=start_time', '-of', 'json'],
    filmInputArgs(form, file),
  ].flat()

/** `start` is a stamp of the file, `seekTo` counts from its first one. Samples are placed by their own stamps: else ffmpeg closes holes of more than 10 s
 *  in transport streams. What is missing is silence, what is earlier is cut. */
export const filmSoundArgs = ({ form, file }: FilmSource, { start, seconds, seekTo }: Stretch): string[] =>
  [
    [...ffmpegBase, '-copyts', ...(seekTo > 0 ? ['-ss', seekTo.toFixed(6)] : []), ...filmInputArgs(form, file), '-map', '0:a:0'],
    ['-af', `asetpts=PTS-(${start.toFixed(6)})/TB,aresample=${soundRate}:async=1:first_pts=0,atrim=duration=${seconds.toFixed(6)}`],
    ['-ac', '1', '-f', 's16le', 'pipe:1'],
  ].flat()

type Stretch = { readonly start: number; readonly seconds: number; readonly seekTo: number }

const startsSchema = z.object({
  streams: z.array(z.object({ codec_type: z.string().optional(), start_time: z.string().optional() })),
  format: z.object({ start_time: z.string().optional() }).optional(),
})

const finite = (text: string | undefined): number => (Number.isFinite(Number(text)) ? Number(text) : 0)
