// A score as a picture: light letters on a dark, half transparent ground, as small as its text and never wider than the film.
// Pure.

import { letterPolygons, textWidth } from '../../capture/pitch/lettering.ts'
import { openRasterizer } from '../../capture/pitch/shape.ts'
import type { PictureSize } from '../picture.ts'
import { openBlend } from './blend.ts'
import type { LogoPicture } from './logo-picture.ts'
import { placeLogos } from './place-logos.ts'
import type { FixedScore } from './score-store.ts'

/** Where a text stands, and how high a letter of it is: pixels. */
export type ScoreStyle = Pick<FixedScore, 'position' | 'height' | 'margin'>

/** Of 255. */
const groundAlpha = 150

/** In heights of a letter: around the text, and from one baseline to the next. */
const padding = 0.6
const lineStep = 1.6

/** Draws the text of a frame, on a canvas that has one size through the film; its panel is made when the text changes. */
export function openScoreDrawing(style: ScoreStyle): (text: string, out: Buffer, canvas: PictureSize) => void {
  let drawn = ''
  let draw: ((out: Buffer) => void) | undefined
  return (text, out, canvas) => {
    if (text !== drawn) draw = text === '' ? undefined : openScorePanel(text, canvas, style)
    drawn = text
    draw?.(out)
  }
}

/** What draws a text on canvases of a size; `undefined` where there is no room. */
export function openScorePanel(
  text: string,
  canvas: PictureSize,
  { position, height, margin }: ScoreStyle,
): ((out: Buffer) => void) | undefined {
  const panel = scorePanel(text, canvas, { height, margin })
  const [place] = placeLogos([{ position, ...panel }], canvas, margin)
  return place && openBlend(panel, canvas, place, 1)
}

/** `text`: one or two lines; `height`: of a letter, in pixels, made smaller where the text would not fit. */
function scorePanel(
  text: string,
  canvas: PictureSize,
  { height, margin }: { readonly height: number; readonly margin: number },
): LogoPicture {
  const lines = text.split('\n')
  const widest = Math.max(...lines.map(textWidth))
  const across = widest + 2 * padding
  const down = 1 + (lines.length - 1) * lineStep + 2 * padding
  const unit = Math.max(4, Math.min(height, (canvas.width - 2 * margin) / across, canvas.height / 3 / down))
  const size = { width: Math.min(canvas.width, Math.ceil(across * unit)), height: Math.min(canvas.height, Math.ceil(down * unit)) }
  const alpha = new Float32Array(size.width * size.height)
  for (const [n, line] of lines.entries()) {
    const x = (size.width - textWidth(line) * unit) / 2
    const baseline = (padding + 1 + n * lineStep) * unit
    const covered = openRasterizer(size.width, size.height)(letterPolygons(line, (u, v) => [x + u * unit, baseline - v * unit]))
    if (!covered) continue
    for (let row = 0; row < covered.height; row += 1)
      for (let column = 0; column < covered.width; column += 1) {
        const at = (covered.y + row) * size.width + covered.x + column
        alpha[at] = Math.max(alpha[at] ?? 0, covered.alpha[row * covered.width + column] ?? 0)
      }
  }
  const rgba = Buffer.alloc(alpha.length * 4)
  for (const [n, share] of alpha.entries()) {
    const light = Math.round(255 * share) // multiplied by its alpha
    rgba.fill(light, n * 4, n * 4 + 3)
    rgba[n * 4 + 3] = Math.round(groundAlpha + (255 - groundAlpha) * share)
  }
  return { ...size, rgba }
}
