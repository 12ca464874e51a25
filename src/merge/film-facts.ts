// What a film file is before it is merged: its form, size and rate, how many pictures it holds. Read from the packets, not believed from the container.
// Never decodes, never follows a film to another file or the network, never tries a second demuxer, never opens a path as an option.

import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { EzrecError, errnoOf } from '../base/errors.ts'
import { runChild, startChild } from '../base/process.ts'
import { filmFormOf, sniffBytes, type FilmForm } from './film-form.ts'
import { judgeStream, streamSchema, type Preparation } from './film-stream-policy.ts'
import { judgeTiming, type Rate } from './film-timing-policy.ts'
import type { PictureSize } from './picture.ts'
import { jsonOf } from '../base/json.ts'

/** The size is that of its pictures as they are merged: upright, with square pixels and even sides. */
export type FilmFacts = PictureSize &
  Preparation & {
    readonly file: string
    readonly form: FilmForm
    /** There is a stream of it; whether it can be decoded nobody knows yet. */
    readonly hasSound: boolean
    readonly rate: Rate
    readonly seconds: number
    /** What people should know, each half a sentence. */
    readonly remarks: readonly string[]
  }

/** More streams than any camera gives. */
const mostStreams = 64
/** A day at 50 a second. */
const mostPictures = 4_320_000

/** What ffprobe says of a film, judged; `toldSeconds` is the container's word. */
export type ProbedFilm = PictureSize &
  Preparation & {
    readonly file: string
    readonly form: FilmForm
    readonly hasSound: boolean
    readonly toldSeconds: number
    readonly timeBase: number
    readonly remarks: readonly string[]
  }

/** Errors: invalid (none, in no known container, unreadable, no video, or a video that would come out wrong), with the reason in `facts.fault`. */
export async function probeFilm(file: string, signal?: AbortSignal): Promise<ProbedFilm> {
  const form = filmFormOf(await readHead(file))
  if (typeof form !== 'string') throw unfit(file, form.fault)
  const probed = await runChild('ffprobe', probeArgs(form, file), { timeoutMs: 60_000, ...(signal ? { signal } : {}) })
  if (probed.code !== 0) throw unfit(file, plainly(probed.stderr))
  const { stream, ...told } = streamFrom(file, probed.stdout.toString('utf8'))
  const judged = judgeStream(stream)
  if ('fault' in judged) throw unfit(file, judged.fault, judged.hint)
  return { ...judged, ...told, file, form }
}

/** Reads one film. Errors: those of `probeFilm`, and invalid where its pictures cannot be placed in time. */
export async function readFilmFacts(file: string, signal?: AbortSignal): Promise<FilmFacts> {
  const { toldSeconds, timeBase, ...judged } = await probeFilm(file, signal)
  const { form } = judged
  const timing = judgeTiming(await readTimes(file, form, timeBase, signal))
  if ('fault' in timing) throw unfit(file, timing.fault, timing.hint)
  const remarks = [
    ...judged.remarks,
    ...(timing.varies ? ['its pictures do not come at even times: they are placed by their time stamps'] : []),
    ...(toldSeconds > timing.seconds + 1
      ? [`it tells of ${toldSeconds.toFixed(1)} s and holds ${timing.seconds.toFixed(1)} s: the rest is missing`]
      : []),
  ]
  return { ...judged, rate: timing.rate, seconds: timing.seconds, remarks }
}

/** In front of a film, for ffprobe and ffmpeg alike: one demuxer, no other file, bounded streams and pictures. */
export const filmInputArgs = (form: FilmForm, file: string): string[] => [
  ...['-protocol_whitelist', 'file', '-max_streams', String(mostStreams), '-max_pixels', String(4_096 * 4_096)],
  ...['-f', form, '-i', `file:${file}`],
]

const probeArgs = (form: FilmForm, file: string): string[] => [
  ...['-hide_banner', '-loglevel', 'error', '-of', 'json'],
  '-show_entries',
  'stream=codec_type,codec_name,pix_fmt,width,height,time_base,sample_aspect_ratio,field_order,color_space,color_range,color_transfer,color_primaries,duration:stream_side_data=rotation:stream_tags=DURATION:stream_disposition=attached_pic',
  ...filmInputArgs(form, file),
]

const answerSchema = z.object({ streams: z.array(z.unknown()) })

const kindSchema = z.object({
  codec_type: z.string().optional(),
  disposition: z.object({ attached_pic: z.number().optional() }).optional(),
})

const pictureSchema = streamSchema.extend({
  duration: z.string().optional(),
  tags: z.object({ DURATION: z.string().optional() }).optional(),
})

type ToldStream = { readonly stream: z.infer<typeof streamSchema> } & Pick<ProbedFilm, 'toldSeconds' | 'timeBase' | 'hasSound'>

/** What ffprobe says of the first video stream, a cover apart, as `V:0` names it. Pure. Errors: invalid. */
export function streamFrom(file: string, said: string): ToldStream {
  const streams = (answerSchema.safeParse(jsonOf(said)).data?.streams ?? []).map((each) => ({ each, ...kindSchema.safeParse(each).data }))
  const video = streams.find(({ codec_type: type, disposition }) => type === 'video' && disposition?.attached_pic !== 1)
  const stream = video && pictureSchema.safeParse(video.each).data
  if (!stream) throw unfit(file, 'it holds no video')
  const [, num, den] = /^(\d{1,9})\/(\d{1,9})$/.exec(stream.time_base) ?? []
  const timeBase = Number(num) / Number(den)
  if (!(timeBase > 0 && Number.isFinite(timeBase))) throw unfit(file, 'its pictures have no time stamps')
  const [, hours, minutes, seconds] = /^(\d{1,3}):(\d\d):(\d\d(?:\.\d+)?)$/.exec(stream.tags?.DURATION ?? '') ?? []
  // Matroska tells it in a tag. The container's own is that of its longest stream, which may be the sound.
  const told = Number(stream.duration ?? Number(hours ?? 0) * 3_600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0))
  const hasSound = streams.some(({ codec_type: type }) => type === 'audio')
  return { stream, hasSound, toldSeconds: Number.isFinite(told) ? told : 0, timeBase }
}

/** The time of every picture, in seconds: each packet is read once, none is decoded. */
async function readTimes(file: string, form: FilmForm, timeBase: number, signal: AbortSignal | undefined): Promise<number[]> {
  const args = ['-hide_banner', '-loglevel', 'error', '-select_streams', 'V:0', '-show_entries', 'packet=pts,dts,flags', '-of', 'csv=p=0']
  const deadline = AbortSignal.timeout(600_000)
  await using child = await startChild('ffprobe', [...args, ...filmInputArgs(form, file)], {
    stdout: 'pipe',
    signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
  })
  const times: number[] = []
  let bare = 0
  for await (const line of child.stdout ? createInterface({ input: child.stdout }) : []) {
    const [pts = '', dts = '', flags = ''] = line.split(',')
    if (flags.includes('D')) continue // decoded for those behind it, and not shown: a film that was trimmed
    const time = Number(/^-?\d+$/.test(pts) ? pts : dts) * timeBase
    if (Number.isFinite(time) && (pts + dts).length > 0) times.push(time)
    else if (line !== '') bare += 1
    if (times.length > mostPictures) throw unfit(file, `it holds more than ${mostPictures} pictures`)
  }
  await child.exited
  if (signal?.aborted === true) throw new EzrecError('canceled', 'reading a film was stopped', { hint: 'nothing was written' })
  if (deadline.aborted) throw unfit(file, 'it could not be read within ten minutes')
  if (bare > times.length) throw unfit(file, 'its pictures have no time stamps')
  return times
}

async function readHead(file: string): Promise<Buffer> {
  try {
    await using handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK) // a named pipe without a writer would wait for ever
    if (!(await handle.stat()).isFile()) throw unfit(file, 'it is no regular file')
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(sniffBytes), 0, sniffBytes, 0)
    return buffer.subarray(0, bytesRead)
  } catch (cause) {
    if (cause instanceof EzrecError) throw cause
    throw unfit(file, errnoOf(cause) === 'ENOENT' ? 'there is no such file' : 'it cannot be opened', undefined, cause)
  }
}

/** ffprobe's last word, or ours for what people meet. */
function plainly(stderr: string): string {
  if (/moov atom not found/.test(stderr)) return 'its index is missing: it was cut off while it was written'
  if (/max_streams/.test(stderr)) return `it has more than ${mostStreams} streams`
  return stderr.trim().split('\n').at(-1)?.slice(-200) ?? 'ffprobe cannot read it'
}

const unfit = (
  file: string,
  fault: string,
  hint = 'name a film that ffmpeg can read, and play it with ffplay to see whether it is damaged',
  cause?: unknown,
): EzrecError => new EzrecError('invalid', `the film ${file} cannot be merged: ${fault}`, { hint, facts: { path: file, fault }, cause })
