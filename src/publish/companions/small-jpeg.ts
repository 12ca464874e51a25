// Small raw pictures as JPEGs that messengers and players take: of a bounded size, whatever is in them.
// Never reads a film.

import { framedJpegArgs, jpegArgs } from '../../adapters/ffmpeg-companions.ts'
import { EzrecError } from '../../base/errors.ts'
import { runChild } from '../../base/process.ts'
import { previewBox } from '../../merge/preview/preview-policy.ts'
import type { SmallPicture } from '../../merge/preview/small-pictures.ts'
import type { Sheet } from './sheets.ts'

/** What messengers show at once; more than a sheet of noise would need. */
const mostPreviewBytes = 300_000
const mostSheetBytes = 1_500_000

/** 1200x630. Errors: media_unreadable. */
export const previewJpeg = (picture: SmallPicture, signal: AbortSignal): Promise<Buffer> =>
  smallJpeg((quality) => framedJpegArgs(picture, previewBox, quality), picture.data, mostPreviewBytes, signal)

/** Errors: media_unreadable. */
export const sheetJpeg = (sheet: Sheet, signal: AbortSignal): Promise<Buffer> =>
  smallJpeg((quality) => jpegArgs(sheet, quality), sheet.data, mostSheetBytes, signal)

/** As good as the bound allows: rain and noise make large pictures. */
async function smallJpeg(
  argsOf: (quality: number) => readonly string[],
  picture: Buffer,
  mostBytes: number,
  signal: AbortSignal,
): Promise<Buffer> {
  for (const quality of [4, 8, 16, 31]) {
    const { stdout, code, stderr } = await runChild('ffmpeg', argsOf(quality), { input: picture, signal, timeoutMs: 30_000 })
    if (code !== 0 || !isWholeJpeg(stdout))
      throw new EzrecError('media_unreadable', 'no preview could be made', {
        hint: 'the film is there without it',
        facts: { stderr: stderr.slice(-200) },
      })
    if (stdout.length <= mostBytes || quality === 31) return stdout
  }
  throw new EzrecError('internal', 'no preview was made', { hint: 'report this' })
}

/** From its first mark to its last. */
const isWholeJpeg = (bytes: Buffer): boolean =>
  bytes.length > 4 && bytes.readUInt16BE(0) === 0xffd8 && bytes.readUInt16BE(bytes.length - 2) === 0xffd9
