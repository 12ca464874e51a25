// Raw pictures: 8-bit YUV 4:2:0 planes end to end, limited range BT.709, as they travel between decoder, layout and encoder.
// Never touches a pixel: it says where they are.

import type { Rotation } from '../../config/picture-words.ts'
import { EzrecError } from '../base/errors.ts'

/** Even width and height in pixels. */
export type PictureSize = { readonly width: number; readonly height: number }

/** The size of a picture that was turned. */
export const turnedSize = ({ width, height }: PictureSize, rotation: Rotation): PictureSize =>
  rotation % 180 === 0 ? { width, height } : { width: height, height: width }

export const pictureBytes = ({ width, height }: PictureSize): number => (width * height * 3) / 2

/** The three planes of a picture: where each begins, and how long its rows are. */
export function planesOf({
  width,
  height,
}: PictureSize): readonly { readonly offset: number; readonly stride: number; readonly rows: number }[] {
  if (width % 2 !== 0 || height % 2 !== 0)
    throw new EzrecError('invalid', `a picture of ${width}x${height} has an odd side`, { hint: 'choose even sizes' })
  const luma = width * height
  return [
    { offset: 0, stride: width, rows: height },
    { offset: luma, stride: width / 2, rows: height / 2 },
    { offset: luma + luma / 4, stride: width / 2, rows: height / 2 },
  ]
}
