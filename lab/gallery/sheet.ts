// Canvases of one size beside each other on one JPEG.
// Never scales up.

import { EzrecError } from '../../src/base/errors.ts'
import { runChild } from '../../src/base/process.ts'
import type { PictureSize } from '../../src/merge/picture.ts'

/** `width` is of the whole sheet. Errors: internal. */
export async function writeSheet(
  canvases: readonly Buffer[],
  { width, height }: PictureSize,
  sheet: { readonly columns: number; readonly width: number },
  signal: AbortSignal,
): Promise<Buffer> {
  const rows = Math.ceil(canvases.length / sheet.columns)
  const one = 2 * Math.floor(Math.min(width, sheet.width / sheet.columns) / 2)
  const graph = `scale=${one}:-2:flags=area,tile=${sheet.columns}x${rows}:padding=4:color=white`
  const input = ['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', `${width}x${height}`, '-r', '1', '-i', 'pipe:0']
  const { code, stdout, stderr } = await runChild(
    'ffmpeg',
    ['-v', 'error', ...input, '-vf', graph, '-frames:v', '1', '-q:v', '4', '-f', 'mjpeg', 'pipe:1'],
    { input: Buffer.concat(canvases), signal },
  )
  if (code === 0) return stdout
  throw new EzrecError('internal', `a sheet could not be made: ${stderr.trim().slice(-300)}`, { hint: 'see that ffmpeg works' })
}
