// Any film that ffmpeg reads, as pictures of the rig's size and rate.
// Never follows a film to the network, never opens a path as an option: only the file and pipe protocols are allowed.

import { stat } from 'node:fs/promises'
import { z } from 'zod'
import { EzrecError, errnoOf } from '../../base/errors.ts'
import { runChild, startChild } from '../../base/process.ts'
import { pictureBytes, type RigFormat } from '../pitch/rig-format.ts'

/** Only this much of a film's beginning is played: the loop is kept on disk. */
const longestFilmSeconds = 600

type FilmFacts = { readonly size: number; readonly modifiedMs: number; readonly durationSeconds: number }

/** What identifies the film, and its length as its container tells. Errors: `invalid` (none, unreadable, no video), `program_missing`. */
export async function probeFilm(file: string, signal?: AbortSignal): Promise<FilmFacts> {
  const facts = await stat(file).catch((cause: unknown) => {
    throw unreadable(file, errnoOf(cause) === 'ENOENT' ? 'there is no such file' : 'it cannot be opened', cause)
  })
  if (!facts.isFile()) throw unreadable(file, 'it is no regular file')
  const probed = await runChild('ffprobe', probeArgs(file), { timeoutMs: 30_000, ...(signal ? { signal } : {}) })
  const answer = probeSchema.safeParse(probed.code === 0 ? JSON.parse(probed.stdout.toString()) : undefined)
  if (!answer.success) throw unreadable(file, lastLine(probed.stderr) || 'ffprobe knows no such format')
  const stream = answer.data.streams[0]
  if (stream === undefined) throw unreadable(file, 'it holds no video')
  const durationSeconds = Number(stream.duration ?? answer.data.format.duration ?? 0)
  return { size: facts.size, modifiedMs: facts.mtimeMs, durationSeconds }
}

/** yuv420p pictures, BT.709 limited range, scaled to fit with bars, rotation honoured, at the rig's rate, at most ten minutes.
 *  Errors: `media_unreadable` when none could be decoded. */
export async function* filmPictures(
  file: string,
  format: RigFormat,
  onProgress: (fraction: number) => void,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { durationSeconds } = await probeFilm(file, signal)
  const expected = Math.max(1, Math.min(durationSeconds, longestFilmSeconds) * format.fps)
  await using decoder = await startChild('ffmpeg', decoderArgs(file, format), { stdout: 'pipe', signal })
  let decoded = 0
  let [picture, other] = [Buffer.alloc(pictureBytes(format)), Buffer.alloc(pictureBytes(format))]
  let filled = 0
  for await (const piece of decoder.stdout ?? []) {
    if (!Buffer.isBuffer(piece)) continue
    for (let at = 0; at < piece.length;) {
      const taken = piece.copy(picture, filled, at)
      at += taken
      filled += taken
      if (filled < picture.length) break
      yield picture
      decoded += 1
      onProgress(Math.min(1, decoded / expected))
      ;[picture, other] = [other, picture] // a last, partial picture must not spoil the one before it
      filled = 0
    }
  }
  await decoder.exited
  if (decoded > 0) return // a damaged tail is the film's end
  throw new EzrecError('media_unreadable', `no picture of ${file} could be decoded`, {
    hint: 'play the file with ffplay to see whether it is damaged',
    facts: { path: file, stderr: decoder.stderrTail().slice(-500) },
  })
}

const inputArgs = (file: string): string[] => ['-protocol_whitelist', 'file,pipe', '-i', `file:${file}`]

const probeArgs = (file: string): string[] =>
  [
    ['-hide_banner', '-loglevel', 'error', '-select_streams', 'V:0'],
    ['-show_entries', 'stream=width,height,duration:format=duration', '-of', 'json', ...inputArgs(file)],
  ].flat()

/** Square pixels first, then the largest size that fits. `fps` repeats and drops pictures of a film with another or a varying rate. */
function decoderArgs(file: string, { width, height, fps }: RigFormat): string[] {
  const fit = `scale=${width}:${height}:force_original_aspect_ratio=decrease:force_divisible_by=2:flags=bicubic:out_color_matrix=bt709:out_range=tv`
  const filters = `fps=${fps},scale='max(2,iw*sar)':ih,setsar=1,${fit},pad=${width}:${height}:(ow-iw)/2:(oh-ih)/2,setsar=1,format=yuv420p`
  return [
    ['-hide_banner', '-nostdin', '-loglevel', 'error', '-threads', '1', ...inputArgs(file)],
    ['-map', '0:V:0', '-an', '-sn', '-dn', '-t', String(longestFilmSeconds), '-vf', filters],
    ['-f', 'rawvideo', '-pix_fmt', 'yuv420p', 'pipe:1'],
  ].flat()
}

const probeSchema = z.object({
  streams: z.array(z.object({ width: z.int().positive(), height: z.int().positive(), duration: z.string().optional() })),
  format: z.object({ duration: z.string().optional() }),
})

const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.slice(-200) ?? ''

const unreadable = (file: string, fault: string, cause?: unknown): EzrecError =>
  new EzrecError('invalid', `the film ${file} cannot be played: ${fault}`, {
    hint: 'name a film that ffmpeg can read, with its whole path: file:/films/left.mp4',
    facts: { path: file },
    cause,
  })
