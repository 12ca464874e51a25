// How two cameras' pictures become one: a canvas that is fixed for the whole film, and a hand that draws on it.
// A camera without a picture is drawn as a card: degraded layouts stay inside the same canvas.

import type { Camera } from '../../capture/take.ts'
import type { PictureSize } from '../picture.ts'

export type Layout = {
  readonly name: 'side-by-side' | 'panorama'
  readonly canvas: PictureSize
  /** Draws both pictures, each of the camera's size, on a canvas buffer that may hold an older frame. */
  compose(pictures: Readonly<Record<Camera, Buffer>>, canvas: Buffer): void
}
