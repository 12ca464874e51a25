// Both pictures warped into one view of the court, by the rig's calibration. A camera without a picture leaves its own part of it to a card.
// Never scales or crops: the calibration's canvas is the film's.

import type { Camera } from '../../capture/take.ts'
import { pictureBytes, planesOf, type PictureSize } from '../picture.ts'
import type { Calibration } from '../stitch/calibration.ts'
import { assertDrawable } from '../stitch/drawable.ts'
import { ownParts } from '../stitch/seam.ts'
import { geometryOf } from '../stitch/stitch-geometry.ts'
import { openStitcher, type Exposures, type Stitcher } from '../stitch/stitcher.ts'
import { evenBelow, otherOf, type Layout } from './canvas.ts'

export type Panorama = Layout & {
  /** Its slots may be handed to `compose`; other buffers are copied in and out. */
  readonly stitcher: Stitcher
  /** The part of the canvas that a lost camera leaves to its card. Cards of other sizes are cut, or their ground goes on. */
  readonly cardSize: (camera: Camera) => PictureSize
  /** What the pictures are brought to from the next canvas on; at first what the calibration says. */
  expose(exposures: Exposures): void
}

/** Errors: invalid, when the pictures make no panorama, or the canvas is too large for this machine. */
export function openPanorama(calibration: Calibration, slots = usualSlots): Panorama {
  const geometry = geometryOf(calibration)
  assertDrawable(calibration, geometry)
  const stitcher = openStitcher(geometry, slots)
  const parts = ownParts(geometry.seam, geometry.canvas)
  let exposures: Exposures = calibration.exposure ? { right: calibration.exposure } : {}
  const drawCard = openCardDrawing(stitcher, parts, geometry)
  return {
    name: 'panorama',
    canvas: stitcher.canvas,
    stitcher,
    canvases: stitcher.slots.canvas,
    pictures: stitcher.slots,
    cardSize: (camera) => ({ width: parts[camera].width, height: stitcher.canvas.height }),
    expose: (wanted) => {
      exposures = wanted
    },
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

/** Of each camera a picture is filled, one waits, two may be shown; the first is for pictures that stand elsewhere. */
const usualSlots = { left: 5, right: 5, canvas: 2 }

/** The slot that a picture stands in, or the first one after it was copied there. */
function takeIn(slots: readonly Buffer[], picture: Buffer): number {
  const known = slots.indexOf(picture)
  if (known < 0) slots[0]?.set(picture)
  return Math.max(0, known)
}

type Parts = Readonly<Record<Camera, { readonly x: number; readonly width: number }>>

/** Draws a card in the middle of its camera's part, once for as long as it stays the same; its ground goes on around it, also over what both
 *  cameras show. A card has the size of its part, or of the camera's picture. */
function openCardDrawing(
  { card, canvas }: Stitcher,
  parts: Parts,
  sizes: Readonly<Record<Camera, PictureSize>>,
): (camera: Camera, picture: Buffer) => void {
  const drawn: Partial<Record<Camera, Buffer>> = {}
  return (camera, picture) => {
    if (drawn[camera] === picture) return
    const part = { ...parts[camera], height: canvas.height }
    const size = picture.length === pictureBytes(part) ? part : sizes[camera]
    const other = parts[otherOf(camera)]
    const ground = camera === 'left' ? { x: 0, width: other.x } : { x: other.width, width: canvas.width - other.width }
    const from = planesOf(size)
    for (const [n, to] of planesOf(canvas).entries()) {
      const { offset = 0, stride = 0, rows = 0 } = from[n] ?? {}
      const half = n === 0 ? 1 : 2
      const width = Math.min(part.width, size.width) / half
      const [x, skipped] = [part.x / half + evenBelow(part.width / half - width) / 2, evenBelow(stride - width) / 2]
      const [above, skippedRows] = [Math.max(0, evenBelow(to.rows - rows) / 2), Math.max(0, evenBelow(rows - to.rows) / 2)]
      for (let row = 0; row < to.rows; row += 1) {
        const at = to.offset + row * to.stride
        card.fill(picture[offset] ?? 0, at + ground.x / half, at + (ground.x + ground.width) / half)
        const source = offset + (row - above + skippedRows) * stride + skipped
        if (row >= above && row < above + rows) picture.copy(card, at + x, source, source + width)
      }
    }
    drawn[camera] = picture
  }
}
