// A film or a still as some pictures of it: what it is, is told by its first bytes, and it is read as nothing else.
// Never follows a playlist, a reference to another file or an address; never reads more pictures than it is asked for.

import { open } from 'node:fs/promises'
import { z } from 'zod'
import type { Turn } from '../../../../config/picture-words.ts'
import { ffmpegBase, turnFilter } from '../../../adapters/ffmpeg.ts'
import { EzrecError, errnoOf } from '../../../base/errors.ts'
import { runChild } from '../../../base/process.ts'
import { pictureBytes, turnedSize, type PictureSize } from '../../picture.ts'
import { jsonOf } from '../../../base/json.ts'

export type PictureFile = PictureSize & {
  readonly file: string
  /** The demuxer. */
  readonly form: string
  /** From its first picture to its last one; `undefined`: a still. */
  readonly seconds: number | undefined
}

const longestSide = 8_192
const shortestSide = 64
const stillForms: readonly string[] = ['png_pipe', 'jpeg_pipe']

/** Looks at a file without decoding it. Errors: invalid (none, empty, unknown, no picture, odd or senseless sides). */
export async function lookAtPictureFile(file: string, signal: AbortSignal): Promise<PictureFile> {
  const form = formOf(await firstBytes(file))
  if (form === undefined) throw unfit(file, 'it is neither a film (MP4, MOV, Matroska, MPEG-TS, AVI) nor a still (PNG, JPEG)')
  const { code, stdout, stderr } = await runChild('ffprobe', probeArgs(file, form), { timeoutMs: 60_000, signal })
  if (code !== 0) throw unfit(file, stderr.trim().split('\n').at(-1)?.slice(-200) || 'ffprobe cannot read it')
  return { file, form, ...judgeProbe(file, form, stdout.toString('utf8')) }
}

export const probeArgs = (file: string, form: string): string[] => [
  ...['-hide_banner', '-loglevel', 'error', '-protocol_whitelist', 'file,pipe', '-f', form, '-select_streams', 'V:0'],
  ...[
    '-show_entries',
    'stream=width,height,duration,avg_frame_rate:stream_side_data=rotation:format=duration',
    '-of',
    'json',
    '-i',
    `file:${file}`,
  ],
]

/** What ffprobe says, judged. Pure. Errors: invalid. */
export function judgeProbe(file: string, form: string, said: string): PictureSize & Pick<PictureFile, 'seconds'> {
  const answer = probeSchema.safeParse(jsonOf(said))
  const [stream] = answer.data?.streams ?? []
  if (!answer.data || !stream) throw unfit(file, 'it holds no picture')
  const isTurned = (stream.side_data_list ?? []).some(({ rotation }) => Math.abs(rotation ?? 0) % 180 === 90)
  const [width, height] = isTurned ? [stream.height, stream.width] : [stream.width, stream.height]
  if (width % 2 !== 0 || height % 2 !== 0) throw unfit(file, `its picture of ${width}x${height} has an odd side`)
  if (Math.max(width, height) > longestSide || Math.min(width, height) < shortestSide)
    throw unfit(file, `its picture of ${width}x${height} is none that a camera of a rig gives (${shortestSide} to ${longestSide})`)
  if (stillForms.includes(form)) return { width, height, seconds: undefined }
  const seconds = Number(stream.duration ?? answer.data.format?.duration ?? Number.NaN)
  if (!Number.isFinite(seconds) || seconds <= 0) throw unfit(file, 'it does not tell how long it is: it may be cut off')
  return { width, height, seconds: Math.max(0, seconds - pictureSeconds(stream.avg_frame_rate)) }
}

/** How long a picture lasts, on average: a film's last one begins that long before its end. */
function pictureSeconds(rate = ''): number {
  const [, num, den] = /^(\d{1,9})\/(\d{1,9})$/.exec(rate) ?? []
  const seconds = Number(den) / Number(num)
  return Number.isFinite(seconds) && seconds > 0 ? seconds : 0.1
}

/** One picture as yuv420p bytes, limited range; a film's at `atSeconds` from its beginning, a still's as it is. Errors: invalid. */
export async function readPictureAt(picture: PictureFile, turn: Turn, atSeconds: number, signal: AbortSignal): Promise<Buffer> {
  const size = turnedSize(picture, turn.rotation)
  const { code, stdout, stderr } = await runChild('ffmpeg', pictureArgs(picture, turn, atSeconds), {
    timeoutMs: 60_000,
    maxOutputBytes: 2 * pictureBytes(size),
    signal,
  })
  if (code === 0 && stdout.length === pictureBytes(size)) return stdout
  const where = picture.seconds === undefined ? 'its picture' : `its picture at ${atSeconds.toFixed(2)} s`
  throw unfit(picture.file, `${where} cannot be decoded: ${stderr.trim().split('\n').at(-1)?.slice(-160) || 'there is none'}`)
}

export function pictureArgs({ file, form, width, height, seconds }: PictureFile, turn: Turn, atSeconds: number): string[] {
  // A film is read as the merge reads it; a still brings its own colours and range.
  const colours = seconds === undefined ? ':out_color_matrix=bt709:out_range=tv' : ''
  const seek = seconds === undefined ? [] : ['-ss', atSeconds.toFixed(3)]
  return [
    ...[...ffmpegBase, '-threads', '1', '-protocol_whitelist', 'file,pipe', '-f', form, ...seek, '-i', `file:${file}`],
    ...['-map', '0:V:0', '-frames:v', '1', '-vf', `scale=${width}:${height}:flags=bilinear${colours},format=yuv420p${turnFilter(turn)}`],
    ...['-f', 'rawvideo', 'pipe:1'],
  ]
}

/** The demuxer for what a file begins with. Pure. */
export function formOf(first: Uint8Array): string | undefined {
  const text = Buffer.from(first).toString('latin1')
  if (text.startsWith('\x89PNG\r\n')) return 'png_pipe'
  if (text.startsWith('\xff\xd8\xff')) return 'jpeg_pipe'
  if (['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip'].includes(text.slice(4, 8))) return 'mov'
  if (text.startsWith('\x1aE\xdf\xa3')) return 'matroska'
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'AVI ') return 'avi'
  if (text[0] === 'G' && text[188] === 'G' && text[376] === 'G') return 'mpegts'
  return undefined
}

async function firstBytes(file: string): Promise<Uint8Array> {
  try {
    await using handle = await open(file, 'r')
    if (!(await handle.stat()).isFile()) throw unfit(file, 'it is no regular file')
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(377), 0, 377, 0)
    if (bytesRead === 0) throw unfit(file, 'it is empty')
    return buffer.subarray(0, bytesRead)
  } catch (cause) {
    if (cause instanceof EzrecError) throw cause
    throw unfit(file, errnoOf(cause) === 'ENOENT' ? 'there is no such file' : 'it cannot be opened', cause)
  }
}

const probeSchema = z.object({
  streams: z.array(
    z.object({
      width: z.int().nonnegative(),
      height: z.int().nonnegative(),
      duration: z.string().optional(),
      avg_frame_rate: z.string().optional(),
      side_data_list: z.array(z.object({ rotation: z.number().optional() })).optional(),
    }),
  ),
  format: z.object({ duration: z.string().optional() }).optional(),
})

const unfit = (file: string, fault: string, cause?: unknown): EzrecError =>
  new EzrecError('invalid', `${file} cannot be used to calibrate: ${fault}`, {
    hint: 'name a film or a still of each camera, and look at it with ffplay to see whether it is damaged',
    facts: { path: file },
    cause,
  })
