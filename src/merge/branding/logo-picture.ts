// A logo's file as pixels of the size that the film wants: decoded once for a film, by ffmpeg, from bytes in memory.
// Never opens a file or a network: the decoder reads from a pipe, by the one demuxer that the first bytes ask for.

import { ffmpegBase } from '../../adapters/ffmpeg.ts'
import { EzrecError } from '../../base/errors.ts'
import { runChild } from '../../base/process.ts'
import type { PictureSize } from '../picture.ts'
import type { LogoFile, LogoForm } from './logo-file.ts'

/** Red, green, blue and alpha in a byte each; the colours are multiplied by the alpha already. */
export type LogoPicture = PictureSize & { readonly rgba: Buffer }

/** More would be a bomb, not a logo. */
const mostPixels = 32 * 1024 * 1024

export const logoArgs = (form: LogoForm, { width, height }: PictureSize): string[] => [
  ...ffmpegBase,
  ...['-protocol_whitelist', 'pipe', '-threads', '1', '-max_pixels', String(mostPixels), '-f', `${form}_pipe`, '-i', 'pipe:0'],
  // Scaled with the alpha multiplied in: what is transparent has a colour too, and must not shine through at the edges.
  '-vf',
  `format=gbrap,premultiply=inplace=1,scale=w=${width}:h=${height}:force_original_aspect_ratio=decrease:flags=bilinear,format=rgba`,
  ...['-frames:v', '1', '-c:v', 'pam', '-f', 'image2pipe', 'pipe:1'],
]

export type LogoDecoder = { readonly program: string; readonly timeoutMs: number }

/** Long enough for the largest logo on a busy Pi. */
export const usualDecoder: LogoDecoder = { program: 'ffmpeg', timeoutMs: 20_000 }

/** The logo at the largest size that fits into the box. Errors: media_unreadable when it does not decode; upstream_unavailable when it was killed,
 *  and what `runChild` says. */
export async function decodeLogo(
  { form, bytes }: Pick<LogoFile, 'form' | 'bytes'>,
  box: PictureSize,
  { program, timeoutMs }: LogoDecoder = usualDecoder,
): Promise<LogoPicture> {
  const most = box.width * box.height * 4 + 4_096
  const { stdout, stderr, signal } = await runChild(program, logoArgs(form, box), { input: bytes, timeoutMs, maxOutputBytes: most })
  if (signal !== null)
    throw new EzrecError('upstream_unavailable', 'the decoder of a logo was killed', { hint: 'it is started again', facts: { signal } })
  const picture = readPam(stdout)
  if (picture && picture.width <= box.width && picture.height <= box.height) return picture
  throw new EzrecError('media_unreadable', 'a logo does not decode', {
    hint: 'open it in a drawing program and save it as PNG; the film is made without it',
    facts: { stderr: stderr.slice(-200) },
  })
}

/** A picture of four bytes a pixel in Netpbm's PAM; `undefined` for anything else. http://netpbm.sourceforge.net/doc/pam.html */
export function readPam(bytes: Buffer): LogoPicture | undefined {
  const end = bytes.indexOf('ENDHDR\n')
  if (end < 0 || !bytes.subarray(0, 3).equals(Buffer.from('P7\n'))) return undefined
  const header = bytes.toString('latin1', 0, end)
  const field = (name: string): number => Number(new RegExp(`^${name} (\\d{1,5})$`, 'm').exec(header)?.[1] ?? 0)
  const [width, height] = [field('WIDTH'), field('HEIGHT')]
  const rgba = bytes.subarray(end + 7)
  const fits = width > 0 && height > 0 && field('DEPTH') === 4 && field('MAXVAL') === 255 && rgba.length === width * height * 4
  return fits ? { width, height, rgba } : undefined
}
