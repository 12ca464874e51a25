// The colour of a point of either picture, the right one brought to the left one's exposure.
// Never between pixels: it is for looking, not for films.

import { planesOf, type PictureSize } from '../../picture.ts'
import type { Calibration } from '../calibration.ts'
import type { Exposure } from '../exposure.ts'
import type { Point } from '../homography.ts'
import type { FramePair } from './read-frames.ts'
import type { Rgb } from './rgb-sheet.ts'

export type PictureColours = { left(at: Point): Rgb; right(at: Point): Rgb }

export function openPictureColours(frame: FramePair, { left, right, exposure }: Calibration): PictureColours {
  return { left: coloursOf(frame.left, left, undefined), right: coloursOf(frame.right, right, exposure) }
}

function coloursOf(picture: Buffer, size: PictureSize, exposure: Exposure | undefined): (at: Point) => Rgb {
  const planes = planesOf(size)
  const read = (plane: number, x: number, y: number): number => {
    const { offset, stride } = planes[plane] ?? { offset: 0, stride: 0 }
    return picture[offset + y * stride + x] ?? 0
  }
  const { y: luma, u: blue, v: red } = exposure ?? { y: [1, 0], u: [1, 0], v: [1, 0] }
  return ({ x, y }) => {
    const [column, row] = [Math.min(size.width - 1, Math.max(0, Math.round(x))), Math.min(size.height - 1, Math.max(0, Math.round(y)))]
    const light = (read(0, column, row) - 16) * luma[0] + luma[1]
    const u = (read(1, column >> 1, row >> 1) - 128) * blue[0] + blue[1]
    const v = (read(2, column >> 1, row >> 1) - 128) * red[0] + red[1]
    return rgbOf(light, u, v)
  }
}

/** BT.709, limited range, black and neutral at 0. */
const rgbOf = (light: number, u: number, v: number): Rgb => [
  byte(1.1644 * light + 1.7927 * v),
  byte(1.1644 * light - 0.2132 * u - 0.5329 * v),
  byte(1.1644 * light + 2.1124 * u),
]

const byte = (value: number): number => Math.min(255, Math.max(0, Math.round(value)))
