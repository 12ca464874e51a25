// How two cameras' pictures become one: a canvas that is fixed for the whole film, and a hand that draws on it.
// A camera without a picture is drawn as a card: degraded layouts stay inside the same canvas.

import type { LayoutName } from '../../../config/picture-words.ts'
import type { Camera } from '../../capture/take.ts'
import type { PictureSize } from '../picture.ts'
import type { Exposure } from '../stitch/exposure.ts'

/** Cameras whose picture is a card. */
export type Lost = Readonly<Record<Camera, boolean>>

export type Layout = {
  /** What is drawn, which may be less than what was asked for. */
  readonly name: LayoutName
  readonly canvas: PictureSize
  /** The size of the card that stands for a camera without a picture, where it is not the camera's own. */
  readonly cardSize?: (camera: Camera) => PictureSize
  /** Two canvases that it draws on without a copy; any other buffer of the canvas' size will do. */
  readonly canvases?: readonly Buffer[]
  /** Room for pictures that it draws without a copy; any other buffer of a picture's size will do. */
  readonly pictures?: Readonly<Record<Camera, readonly Buffer[]>>
  /** Of a layout that brings the pictures to one light: what they are brought to from the next canvas on. */
  expose?(exposures: Readonly<Partial<Record<Camera, Exposure>>>): void
  /** Draws both pictures, each of the camera's size, on a canvas buffer that may hold an older frame; a lost camera's is its card. */
  compose(pictures: Readonly<Record<Camera, Buffer>>, canvas: Buffer, lost?: Lost): void
}

export type Sizes = Readonly<Record<Camera, PictureSize>>

/** A rectangle of the canvas; all four numbers are even. */
export type Cell = PictureSize & { readonly x: number; readonly y: number }

export const otherOf = (camera: Camera): Camera => (camera === 'left' ? 'right' : 'left')

/** The largest even number that is not above. */
export const evenBelow = (value: number): number => 2 * Math.floor(value / 2)
