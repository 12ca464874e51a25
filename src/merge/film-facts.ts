// What a film file is before it is merged: its size, its rate, how many pictures it holds. Read from the packets, not believed from the container.
// Never decodes, never follows a film to the network, never opens a path as an option.

import { stat } from 'node:fs/promises'
import { z } from 'zod'
import { EzrecError, errnoOf } from '../base/errors.ts'
import { runChild } from '../base/process.ts'
import type { PictureSize } from './picture.ts'

/** Frames a second as a fraction: 25/1, 30000/1001. */
export type Rate = { readonly num: number; readonly den: number }

export type FilmFacts = PictureSize & {
  readonly file: string
  readonly rate: Rate
  readonly packets: number
  /** The longer of what the container tells and what the packets need. */
  readonly seconds: number
}

/** Reads one film. Errors: invalid (none, unreadable, no video, odd sides, a rate that is not constant). */
export async function readFilmFacts(file: string, signal?: AbortSignal): Promise<FilmFacts> {
  const facts = await stat(file).catch((cause: unknown) => {
    throw unfit(file, errnoOf(cause) === 'ENOENT' ? 'there is no such file' : 'it cannot be opened', cause)
  })
  if (!facts.isFile()) throw unfit(file, 'it is no regular file')
  const probed = await runChild('ffprobe', filmProbeArgs(file), { timeoutMs: 600_000, ...(signal ? { signal } : {}) })
  if (probed.code !== 0) throw unfit(file, probed.stderr.trim().split('\n').at(-1)?.slice(-200) ?? 'ffprobe cannot read it')
  return factsFrom(file, probed.stdout.toString('utf8'))
}

/** Every packet is read once, none is decoded. */
export const filmProbeArgs = (file: string): string[] =>
  [
    ['-hide_banner', '-loglevel', 'error', '-select_streams', 'V:0', '-count_packets'],
    ['-show_entries', 'stream=width,height,r_frame_rate,avg_frame_rate,nb_read_packets,duration:stream_side_data=rotation:format=duration'],
    ['-of', 'json', '-protocol_whitelist', 'file,pipe', '-i', `file:${file}`],
  ].flat()

/** What ffprobe says, judged. Pure. Errors: invalid. */
export function factsFrom(file: string, said: string): FilmFacts {
  const answer = answerSchema.safeParse(parseJson(said))
  const [stream] = answer.data?.streams ?? []
  if (!answer.data || !stream) throw unfit(file, 'it holds no video')
  const turned = (stream.side_data_list ?? []).some(({ rotation }) => Math.abs(rotation ?? 0) % 180 === 90)
  const [width, height] = turned ? [stream.height, stream.width] : [stream.width, stream.height]
  if (width % 2 !== 0 || height % 2 !== 0) throw unfit(file, `its picture of ${width}x${height} has an odd side`)
  const packets = Number(stream.nb_read_packets ?? 0)
  if (packets === 0) throw unfit(file, 'it holds no picture')
  const rate = constantRate(file, stream.r_frame_rate, stream.avg_frame_rate)
  const told = Number(stream.duration ?? answer.data.format?.duration ?? 0)
  return { file, width, height, rate, packets, seconds: Math.max(Number.isFinite(told) ? told : 0, (packets * rate.den) / rate.num) }
}

/** Refuses two films that cannot be merged as they are. Errors: invalid, naming what differs. */
export function assertAlike(left: FilmFacts, right: FilmFacts): void {
  const faults = [
    ...(left.width === right.width && left.height === right.height
      ? []
      : [`their sizes differ: ${left.width}x${left.height} and ${right.width}x${right.height}`]),
    ...(left.rate.num * right.rate.den === right.rate.num * left.rate.den
      ? []
      : [`their rates differ: ${told(left.rate)} and ${told(right.rate)} frames a second`]),
  ]
  if (faults.length === 0) return
  throw new EzrecError('invalid', `these films cannot be merged: ${faults.join('; ')}`, {
    hint: 'bring both to one size and rate first, for example: ffmpeg -i IN -vf scale=1280:720 -r 25 OUT.mp4',
    facts: { left: left.file, right: right.file },
  })
}

/** The film's timescale counts 90,000 in a second: a frame must last a whole number of it. */
function constantRate(file: string, nominal: string, average: string): Rate {
  const rate = parseRate(nominal)
  const mean = parseRate(average)
  if (!rate) throw unfit(file, 'it has no frame rate')
  const [fps, meanFps] = [rate.num / rate.den, mean ? mean.num / mean.den : rate.num / rate.den]
  if (Math.abs(fps - meanFps) / fps > 0.02)
    throw unfit(file, `its rate is not constant: ${told(rate)} nominal, ${meanFps.toFixed(3)} on average`)
  if ((90_000 * rate.den) % rate.num !== 0 || fps < 1 || fps > 120)
    throw unfit(file, `${told(rate)} frames a second is a rate that this version does not merge`)
  return rate
}

function parseRate(text: string): Rate | undefined {
  const [, num, den] = /^(\d{1,9})\/(\d{1,9})$/.exec(text) ?? []
  const rate = { num: Number(num), den: Number(den) }
  return rate.num > 0 && rate.den > 0 ? rate : undefined
}

const told = ({ num, den }: Rate): string => (den === 1 ? String(num) : `${num}/${den}`)

const answerSchema = z.object({
  streams: z.array(
    z.object({
      width: z.int().positive().max(16_384),
      height: z.int().positive().max(16_384),
      r_frame_rate: z.string(),
      avg_frame_rate: z.string(),
      nb_read_packets: z.string().optional(),
      duration: z.string().optional(),
      side_data_list: z.array(z.object({ rotation: z.number().optional() })).optional(),
    }),
  ),
  format: z.object({ duration: z.string().optional() }).optional(),
})

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // said as "no video": ffprobe was cut short
  }
}

const unfit = (file: string, fault: string, cause?: unknown): EzrecError =>
  new EzrecError('invalid', `the film ${file} cannot be merged: ${fault}`, {
    hint: 'name a film of constant rate that ffmpeg can read, and play it with ffplay to see whether it is damaged',
    facts: { path: file },
    cause,
  })
