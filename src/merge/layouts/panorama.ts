// Both pictures warped into one view of the court, by the rig's calibration. A camera without a picture leaves its own part of it to a card.
// Never scales or crops: the calibration's canvas is the film's.

import type { Camera } from '../../capture/take.ts'
import { planesOf, type PictureSize } from '../picture.ts'
import type { Calibration } from '../stitch/calibration.ts'
import { ownParts } from '../stitch/seam.ts'
import { geometryOf } from '../stitch/stitch-geometry.ts'
import { openStitcher, type Exposures, type Stitcher } from '../stitch/stitcher.ts'
import type { Layout } from './canvas.ts'

export type Panorama = Layout & {
  readonly cardSize: (camera: Camera) => PictureSize
  /** Its slots may be handed to `compose`; other buffers are copied in and out. */
  readonly stitcher: Stitcher
  /** What the pictures are brought to from the next canvas on; at first what the calibration says. */
  expose(exposures: Exposures): void
}

/** Errors: invalid, when the pictures do not meet, or the canvas is too large for this machine. */
export function openPanorama(calibration: Calibration, slots = { left: 1, right: 1, canvas: 1 }): Panorama {
  const geometry = geometryOf(calibration)
  const stitcher = openStitcher(geometry, slots)
  const parts = ownParts(geometry.seam, geometry.canvas)
  let exposures: Exposures = calibration.exposure ? { right: calibration.exposure } : {}
  const drawCard = openCardDrawing(stitcher, parts)
  return {
    name: 'panorama',
    canvas: stitcher.canvas,
    stitcher,
    cardSize: (camera) => ({ width: parts[camera].width, height: stitcher.canvas.height }),
    expose: (wanted) => (exposures = wanted),
    compose: (pictures, canvas, lost) => {
      const slotOf = (camera: Camera): number | 'card' => {
        if (lost?.[camera] !== true) return takeIn(stitcher.slots[camera], pictures[camera])
        drawCard(camera, pictures[camera])
        return 'card'
      }
      const to = Math.max(0, stitcher.slots.canvas.indexOf(canvas))
      stitcher.compose(slotOf('left'), slotOf('right'), to, exposures)
      if (stitcher.slots.canvas[to] !== canvas) stitcher.slots.canvas[to]?.copy(canvas)
    },
  }
}

/** The slot that a picture stands in, or the first one after it was copied there. */
function takeIn(slots: readonly Buffer[], picture: Buffer): number {
  const known = slots.indexOf(picture)
  if (known < 0) slots[0]?.set(picture)
  return Math.max(0, known)
}

/** Draws a card in its camera's part, once for as long as it stays the same; its ground goes on over what both cameras show. */
function openCardDrawing(
  { card, canvas }: Stitcher,
  parts: Readonly<Record<Camera, { readonly x: number; readonly width: number }>>,
): (camera: Camera, picture: Buffer) => void {
  const drawn: Partial<Record<Camera, Buffer>> = {}
  const to = planesOf(canvas)
  return (camera, picture) => {
    if (drawn[camera] === picture) return
    const { x, width } = parts[camera]
    for (const [n, from] of planesOf({ width, height: canvas.height } satisfies PictureSize).entries()) {
      const { offset = 0, stride = 0 } = to[n] ?? {}
      const ground = picture[from.offset] ?? 0
      const other = parts[camera === 'left' ? 'right' : 'left']
      const [begin, end] = camera === 'left' ? [0, other.x] : [other.width, canvas.width]
      const scale = stride / canvas.width
      for (let row = 0; row < from.rows; row += 1) {
        const at = offset + row * stride
        card.fill(ground, at + begin * scale, at + end * scale)
        picture.copy(card, at + x * scale, from.offset + row * from.stride, from.offset + (row + 1) * from.stride)
      }
    }
    drawn[camera] = picture
  }
}
