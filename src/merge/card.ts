// The quiet picture that stands where a camera showed nothing: dark, with which camera and why. It says what it is.
// Never a picture that could be taken for footage.

import { letterPolygons, textWidth } from '../capture/pitch/lettering.ts'
import { openRasterizer, type Polygon } from '../capture/pitch/shape.ts'
import type { Camera } from '../capture/take.ts'
import { pictureBytes, planesOf, type PictureSize } from './picture.ts'

/** Limited range: a little above black, and a soft grey. */
const groundLuma = 34
const textLuma = 150
const neutral = 128

/** Words for people; anything else is shown as it is. */
const reasons: Readonly<Record<string, string>> = {
  'camera-ended': 'CAMERA ENDED',
  'camera-missing': 'CAMERA MISSING',
  disk: 'DISK TROUBLE',
  'frames-dropped': 'PICTURES LOST',
  killed: 'RECORDING INTERRUPTED',
  'late-start': 'CAMERA NOT STARTED',
  'recorder-restarted': 'RECORDING INTERRUPTED',
  stalled: 'CAMERA HANGS',
  'stamps-jumped': 'CAMERA CLOCK WAS SET',
}

export function drawCard(size: PictureSize, camera: Camera, cause: string): Buffer {
  const card = Buffer.alloc(pictureBytes(size), neutral)
  const [luma] = planesOf(size)
  if (!luma) return card
  card.fill(groundLuma, 0, luma.stride * luma.rows)
  const reason = reasons[cause] ?? cause.toUpperCase().replaceAll(/[^A-Z0-9]+/g, ' ')
  const heading = Math.min(size.height / 14, (size.width * 0.8) / textWidth('RIGHT CAMERA'))
  const small = Math.min(heading * 0.6, (size.width * 0.8) / textWidth(reason))
  drawLine(card, size, `${camera.toUpperCase()} CAMERA`, size.height / 2, heading)
  drawLine(card, size, reason, size.height / 2 + heading * 1.6, small)
  return card
}

/** One line of text, centred, its baseline at `y`. */
function drawLine(card: Buffer, { width, height }: PictureSize, text: string, y: number, unit: number): void {
  const x = (width - textWidth(text) * unit) / 2
  const polygons: Polygon[] = letterPolygons(text, (u, v) => [x + u * unit, y - v * unit])
  const covered = openRasterizer(width, height)(polygons)
  if (!covered) return
  for (let row = 0; row < covered.height; row += 1) {
    for (let column = 0; column < covered.width && covered.x + column < width; column += 1) {
      const alpha = covered.alpha[row * covered.width + column] ?? 0
      const at = (covered.y + row) * width + covered.x + column
      card[at] = Math.round(groundLuma + (textLuma - groundLuma) * alpha)
    }
  }
}
