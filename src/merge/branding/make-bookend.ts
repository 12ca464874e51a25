// An intro or outro made for one film: decoded, letterboxed to its canvas and rate, encoded by its own encoder, every picture decoded once more.
// Never follows a file to another one or the network, and never lasts: pictures, bytes and time are bounded.

import { EzrecError } from '../../base/errors.ts'
import { runChild, startChild } from '../../base/process.ts'
import { ffmpegBase, type EncodeOptions } from '../../adapters/ffmpeg.ts'
import { soundForm } from '../../capture/drivers/sound-arguments.ts'
import { picturesIn, readFragment } from '../cmaf.ts'
import { startEncoder, type Encoder } from '../encoder.ts'
import { filmInputArgs, type ProbedFilm } from '../film-facts.ts'
import { pictureBytes, type PictureSize } from '../picture.ts'
import { addSound, addSoundTrack, silentUnit, unitsPerSecond } from '../sound/sound-track.ts'
import { openVerifier, type Verifier } from '../verifier.ts'
import { joinBookend } from './bookend-film.ts'
import { unfit } from './bookend-file.ts'
import { bookendFault, letterbox, longestBookendSeconds, wholeFrames } from './bookend-policy.ts'
import { unitsOfAdts } from './adts.ts'

export type MakeBookend = {
  readonly source: ProbedFilm
  /** The film's own. */
  readonly encode: EncodeOptions
  /** The film has a track of sound. */
  readonly sound: boolean
}

/** So long for all of it, on a small board that records meanwhile. */
const patienceMs = 600_000

/** An init segment and fragments, as `readBookend` reads them. Errors: invalid with the reason when the file is no good; upstream_unavailable and others
 *  when the machine is short of something. */
export async function makeBookend({ source, encode, sound }: MakeBookend, stop: AbortSignal): Promise<Buffer> {
  const late = AbortSignal.timeout(patienceMs)
  const signal = AbortSignal.any([stop, late])
  try {
    const units = sound && source.hasSound ? await readUnits(source, signal) : []
    const encoder = await startEncoder(encode)
    try {
      const made = collect(encoder, sound ? units : undefined, encode)
      let trouble: unknown
      made.catch((error: unknown) => {
        trouble = error
        return encoder.close() // nobody takes what it gives: it must not be waited for
      })
      await encodePictures(source, encode, encoder, sound, signal).catch((error: unknown) => {
        throw trouble ?? error
      })
      return await made
    } finally {
      await encoder.close()
    }
  } catch (error) {
    if (late.aborted && !stop.aborted) throw unfit(source.file, `it could not be made ready within ${patienceMs / 60_000} minutes`, error)
    throw error
  }
}

/** Pictures of the film's size and rate on stdout, one more than it may have at most. Pure. */
export function bookendPictureArgs(
  { file, form, before, colours, ...size }: ProbedFilm,
  { fps, ...canvas }: PictureSize & { readonly fps: number },
): string[] {
  const { width, height, x, y, shrinks } = letterbox(size, canvas)
  const graph = [
    ...before,
    `fps=fps=${fps}:start_time=0`,
    `scale=${width}:${height}:flags=${shrinks ? 'area' : 'bicubic'}${colours}`,
    'format=yuv420p',
    `pad=${canvas.width}:${canvas.height}:${x}:${y}:black`,
  ]
  return [
    ...[...ffmpegBase, '-threads', '1', ...filmInputArgs(form, file), '-map', '0:V:0', '-vf', graph.join(',')],
    ...['-frames:v', String(Math.ceil(longestBookendSeconds * fps) + 1), '-f', 'rawvideo', 'pipe:1'],
  ]
}

async function encodePictures(
  source: ProbedFilm,
  encode: EncodeOptions,
  encoder: Encoder,
  sound: boolean,
  signal: AbortSignal,
): Promise<void> {
  await using decoder = await startChild('ffmpeg', bookendPictureArgs(source, encode), { stdout: 'pipe', signal })
  let last: Buffer | undefined
  let frames = 0
  const most = Math.floor(longestBookendSeconds * encode.fps)
  for await (const picture of picturesOf(decoder.stdout, pictureBytes(encode))) {
    frames += 1
    if (frames > most) break
    await encoder.write(picture)
    last = picture
  }
  const exit = frames > most ? await decoder.stop() : await decoder.exited
  signal.throwIfAborted()
  if (frames <= most && exit.signal !== null)
    throw new EzrecError('upstream_unavailable', 'the decoder of an intro or outro was killed', { hint: 'it is started again' })
  const gaveUp =
    frames > 0 && frames <= most && exit.code !== 0 ? `its decoder gave up after ${(frames / encode.fps).toFixed(1)} s of it` : undefined
  const fault = gaveUp ?? bookendFault(frames, encode.fps, source.toldSeconds)
  if (fault !== undefined || !last) throw unfit(source.file, fault ?? 'no picture of it can be decoded')
  const whole = sound ? wholeFrames(frames, encode.fps).frames : frames
  for (; frames < whole; frames += 1) await encoder.write(last) // it stands until the match's sound begins with a whole unit
  encoder.end()
}

/** A pipe cut into pictures; what is left at its end is none. */
async function* picturesOf(stdout: AsyncIterable<unknown> | null, bytes: number): AsyncGenerator<Buffer> {
  let picture = Buffer.allocUnsafe(bytes)
  let filled = 0
  for await (const piece of stdout ?? []) {
    if (!Buffer.isBuffer(piece)) continue
    for (let at = 0; at < piece.length;) {
      const copied = piece.copy(picture, filled, at)
      at += copied
      filled += copied
      if (filled < bytes) continue
      yield picture
      picture = Buffer.allocUnsafe(bytes) // the encoder may still hold the one before
      filled = 0
    }
  }
}

/** What the encoder gives, with its sound, decoded piece by piece. */
async function collect(encoder: Encoder, units: readonly Buffer[] | undefined, { fps }: EncodeOptions): Promise<Buffer> {
  const fragments: Buffer[] = []
  let init: Buffer | undefined
  let verifier: Verifier | undefined
  let frames = 0
  try {
    for await (const piece of encoder.pieces()) {
      if (piece.is === 'init') {
        init = units ? addSoundTrack(piece.bytes) : piece.bytes
        verifier = openVerifier(init)
        continue
      }
      const pictures = picturesIn(readFragment(piece.bytes))
      const unitAt = (frame: number): number => Math.round((frame * unitsPerSecond) / fps)
      const own = Array.from({ length: unitAt(frames + pictures) - unitAt(frames) }, (_, n) => units?.[unitAt(frames) + n] ?? silentUnit)
      frames += pictures
      fragments.push(await verified(units ? addSound(piece.bytes, own) : piece.bytes, pictures, verifier))
    }
  } finally {
    await verifier?.close()
  }
  if (!init || fragments.length === 0)
    throw new EzrecError('upstream_unavailable', 'the encoder gave nothing', { hint: 'it is started again' })
  return joinBookend(init, fragments)
}

async function verified(fragment: Buffer, pictures: number, verifier: Verifier | undefined): Promise<Buffer> {
  const decoded = await verifier?.count(fragment)
  if (pictures > 0 && decoded === pictures) return fragment
  throw new EzrecError('upstream_unavailable', 'an intro or outro was encoded and does not decode', { hint: 'it is made again' })
}

/** Its sound from its first instant on, in units of the film's one form; none when it cannot be decoded. */
async function readUnits({ file, form }: ProbedFilm, signal: AbortSignal): Promise<readonly Buffer[]> {
  const { sampleRate, bitrateKbps } = soundForm
  const args = [
    ...[...ffmpegBase, '-threads', '1', ...filmInputArgs(form, file), '-map', '0:a:0'],
    ...['-af', `aresample=${sampleRate}:async=1:first_pts=0,aformat=channel_layouts=mono`, '-t', String(longestBookendSeconds)],
    ...['-c:a', 'aac', '-profile:a', 'aac_low', '-b:a', `${bitrateKbps}k`, '-f', 'adts', 'pipe:1'],
  ]
  const { stdout } = await runChild('ffmpeg', args, { signal, timeoutMs: patienceMs, maxOutputBytes: 16 * 1024 * 1024 })
  return unitsOfAdts(stdout).slice(1) // the encoder begins with one that holds nothing but its own delay
}
