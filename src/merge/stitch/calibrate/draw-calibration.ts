// A calibration as a picture to look at: above, the whole view with both pictures' outlines, the canvas and the seam; below, the overlap with left
// in red and right in cyan, grey where both agree, and beside it how far each landmark is off, enlarged.
// Never used for a film.

import { ffmpegBase } from '../../../adapters/ffmpeg.ts'
import { EzrecError } from '../../../base/errors.ts'
import { runChild } from '../../../base/process.ts'
import type { Calibration, CanvasWindow } from '../calibration.ts'
import type { Point } from '../homography.ts'
import { projectedOf } from '../projected.ts'
import { warpMapsOf } from '../warp-map.ts'
import type { PairCalibration } from './calibrate-pair.ts'
import { outlineOf, overlapOf, seamOf, viewOf } from './drawn-geometry.ts'
import { openPictureColours, type PictureColours } from './picture-colours.ts'
import type { FramePair } from './read-frames.ts'
import { openSheet, type Rgb, type RgbSheet } from './rgb-sheet.ts'
import { isInside, transfersOf } from './two-view.ts'

const sheetWidth = 1_600
const border = 16
const enlarged = 100
const leftColour: Rgb = [255, 120, 80]
const rightColour: Rgb = [70, 190, 255]
const canvasColour: Rgb = [255, 255, 255]
const seamColour: Rgb = [255, 226, 60]
const fits: Rgb = [90, 230, 110]
const doesNotFit: Rgb = [255, 60, 60]

/** A PNG of the first frame. Errors: internal. */
export async function drawCalibration({ calibration, matches }: PairCalibration, frame: FramePair, signal: AbortSignal): Promise<Buffer> {
  const canvas = calibration.canvas ?? { x: 0, y: 0, ...calibration.left }
  const colours = openPictureColours(frame, calibration)
  const view = viewOf(calibration, canvas)
  const scale = Math.min(1, (sheetWidth - 2 * border) / view.width)
  const viewHeight = Math.ceil(view.height * scale)
  const overlap = overlapOf(calibration, canvas)
  const detail = overlap ? Math.min((sheetWidth - 3 * border) / 2 / overlap.width, 900 / overlap.height) : 0
  const detailHeight = overlap ? Math.ceil(overlap.height * detail) : 0
  const sheet = openSheet(sheetWidth, 5 * border + 60 + viewHeight + detailHeight, [24, 26, 30])
  const top = 2 * border + 14
  drawView(sheet, calibration, canvas, colours, { ...view, scale, left: border, top })
  drawWords(sheet, calibration, border + 14)
  if (overlap) {
    const at = { ...overlap, scale: detail, top: top + viewHeight + border + 26 }
    drawAgreement(sheet, calibration, colours, { ...at, left: border })
    drawErrors(sheet, calibration, colours, { ...at, left: Math.round(2 * border + (sheetWidth - 3 * border) / 2) }, matches)
    sheet.text('LEFT RED  RIGHT CYAN  GREY WHERE BOTH AGREE', border, at.top - 10, 12, [220, 220, 220])
    sheet.text(`ERRORS ENLARGED ${enlarged} TIMES`, 2 * border + (sheetWidth - 3 * border) / 2, at.top - 10, 12, [220, 220, 220])
  }
  const size = `${sheet.width}x${sheet.height}`
  const args = [
    ...ffmpegBase,
    '-f',
    'rawvideo',
    '-pixel_format',
    'rgb24',
    '-video_size',
    size,
    '-i',
    'pipe:0',
    '-frames:v',
    '1',
    '-f',
    'image2pipe',
    '-c:v',
    'png',
    'pipe:1',
  ]
  const { code, stdout, stderr } = await runChild('ffmpeg', args, {
    input: sheet.bytes,
    signal,
    timeoutMs: 60_000,
    maxOutputBytes: 1 << 26,
  })
  if (code === 0 && stdout.length > 0) return stdout
  throw new EzrecError('internal', 'the picture of the calibration could not be written', {
    hint: 'report this',
    facts: { stderr: stderr.slice(-200) },
  })
}

/** A window of the projection, and where on the sheet it lies. */
type Panel = CanvasWindow & { readonly scale: number; readonly left: number; readonly top: number }

const onSheet =
  ({ x, y, scale, left, top }: Panel): ((point: Point) => Point) =>
  (point) => ({ x: left + (point.x - x) * scale, y: top + (point.y - y) * scale })

/** Each pixel of a panel, by what both cameras show there. */
function paint(
  sheet: RgbSheet,
  calibration: Calibration,
  panel: Panel,
  colourAt: (left: Point | undefined, right: Point | undefined, at: Point) => Rgb | undefined,
): void {
  const maps = warpMapsOf(calibration, { x: 0, y: 0 })
  for (let row = 0; row < panel.height * panel.scale; row += 1)
    for (let column = 0; column < panel.width * panel.scale; column += 1) {
      const at = { x: panel.x + column / panel.scale, y: panel.y + row / panel.scale }
      const colour = colourAt(maps.left(at.x, at.y), maps.right(at.x, at.y), at)
      if (colour) sheet.set(panel.left + column, panel.top + row, colour)
    }
}

function drawView(sheet: RgbSheet, calibration: Calibration, canvas: CanvasWindow, colours: PictureColours, panel: Panel): void {
  const seamAt = seamOf(calibration, canvas)
  paint(sheet, calibration, panel, (left, right, at) => {
    const inCanvas = at.x >= canvas.x && at.y >= canvas.y && at.x < canvas.x + canvas.width && at.y < canvas.y + canvas.height
    const share = left && right ? seamAt(at) : right ? 1 : 0
    const colour = mixed(left && colours.left(left), right && colours.right(right), share)
    return colour && (inCanvas ? colour : dimmed(colour, 0.4))
  })
  const place = onSheet(panel)
  sheet.line(outlineOf(calibration, 'left').map(place), 2, leftColour)
  sheet.line(outlineOf(calibration, 'right').map(place), 2, rightColour)
  const { x, y, width, height } = canvas
  const corners = [
    { x, y },
    { x: x + width, y },
    { x: x + width, y: y + height },
    { x, y: y + height },
    { x, y },
  ]
  sheet.line(corners.map(place), 2, canvasColour)
  const seam = (calibration.seam?.points ?? []).map((point) => place({ x: point.x + x, y: point.y + y }))
  const half = ((calibration.seam?.featherPx ?? 0) / 2) * panel.scale
  sheet.line(seam, 2, seamColour)
  for (const aside of [-half, half])
    sheet.line(
      seam.map((point) => ({ x: point.x + aside, y: point.y })),
      1,
      dimmed(seamColour, 0.6),
    )
}

function drawAgreement(sheet: RgbSheet, calibration: Calibration, colours: PictureColours, panel: Panel): void {
  paint(sheet, calibration, panel, (left, right) => {
    if (!left || !right) return undefined
    const [here, there] = [brightnessOf(colours.left(left)), brightnessOf(colours.right(right))]
    return [here, there, there]
  })
}

function drawErrors(
  sheet: RgbSheet,
  calibration: Calibration,
  colours: PictureColours,
  panel: Panel,
  matches: PairCalibration['matches'],
): void {
  paint(sheet, calibration, panel, (left, right) => {
    if (!left || !right) return undefined
    const grey = brightnessOf(colours.left(left)) * 0.4
    return [grey, grey, grey]
  })
  const { lens, homography } = calibration
  const { toLeft } = transfersOf({ homography, k1: lens?.left.k1 ?? 0, k2: lens?.left.k2 ?? 0 }, calibration)
  const project = projectedOf(calibration, 'left')
  const place = onSheet(panel)
  for (const { left, right, agrees } of matches) {
    const there = toLeft(right)
    if (!isInside(there, calibration.left)) continue
    const from = place(project(left))
    const by = { x: (there.x - left.x) * enlarged * panel.scale, y: (there.y - left.y) * enlarged * panel.scale }
    const shorter = Math.min(1, 60 / Math.max(1, Math.hypot(by.x, by.y)))
    const colour = agrees ? fits : doesNotFit
    sheet.line([from, { x: from.x + by.x * shorter, y: from.y + by.y * shorter }], 1.5, colour)
    sheet.line(
      [
        { x: from.x - 1.5, y: from.y },
        { x: from.x + 1.5, y: from.y },
      ],
      3,
      colour,
    )
  }
}

function drawWords(sheet: RgbSheet, { quality, lens, projection }: Calibration, y: number): void {
  let x = border
  const say = (words: string, colour: Rgb): void => void (x = sheet.text(words, x, y, 12, colour) + 20)
  say('LEFT', leftColour)
  say('RIGHT', rightColour)
  say('CANVAS', canvasColour)
  say('SEAM', seamColour)
  if (quality)
    say(
      `${quality.inliers} LANDMARKS  ${Math.round(quality.rmsPx * 1_000)} THOUSANDTHS OF A PIXEL OFF  OVERLAP ${Math.round(quality.overlapShare * 100)} PERCENT`,
      fits,
    )
  say(`${(projection?.kind ?? 'planar').toUpperCase()}${lens ? '  BENT LENSES' : ''}`, [220, 220, 220])
}

const brightnessOf = ([red, green, blue]: Rgb): number => 0.2126 * red + 0.7152 * green + 0.0722 * blue
const dimmed = ([red, green, blue]: Rgb, by: number): Rgb => [red * by, green * by, blue * by]

function mixed(left: Rgb | undefined, right: Rgb | undefined, share: number): Rgb | undefined {
  if (!left || !right) return left ?? right
  const of = (n: 0 | 1 | 2): number => left[n] * (1 - share) + right[n] * share
  return [of(0), of(1), of(2)]
}
