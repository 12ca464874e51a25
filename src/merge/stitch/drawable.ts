// Whether a calibration makes a panorama at all: both pictures whole and the right way round, with something in common, and both to be seen on its canvas.
// Never looks at a picture, and never judges how exactly they meet: calibrate's gate does.

import { EzrecError } from '../../base/errors.ts'
import type { Calibration } from './calibration.ts'
import { shapeOf, type Shape } from './shape.ts'
import type { StitchGeometry } from './stitch-geometry.ts'

/** Canvas pixels between two looks. */
const step = 8
/** A camera that fills less of the canvas than this is as good as left out. */
const leastShare = 0.01

/** Errors: invalid, with what is wrong. */
export function assertDrawable(calibration: Calibration, { maps, canvas }: Pick<StitchGeometry, 'maps' | 'canvas'>): void {
  const shape = shapeOf(calibration)
  if (shape !== 'sound') throw unfit(shapeFaults[shape])
  const seen = { left: 0, right: 0, both: 0, looks: 0 }
  for (let y = step / 2; y < canvas.height; y += step)
    for (let x = step / 2; x < canvas.width; x += step) {
      const [left, right] = [maps.left(x, y) !== undefined, maps.right(x, y) !== undefined]
      seen.looks += 1
      if (left) seen.left += 1
      if (right) seen.right += 1
      if (left && right) seen.both += 1
    }
  for (const side of ['left', 'right'] as const)
    if (!(seen[side] >= leastShare * seen.looks)) throw unfit(`its canvas shows nothing of the ${side} picture`)
  if (seen.both === 0) throw unfit('on its canvas the two pictures share nothing')
}

const shapeFaults: Readonly<Record<Exclude<Shape, 'sound'>, string>> = {
  mirrored: 'it lays the right picture over the left one as in a mirror',
  folded: 'it folds or stretches the pictures out of all shape',
  swapped: 'it lays the right picture to the left of the left one',
}

const unfit = (fault: string): EzrecError =>
  new EzrecError('invalid', `the calibration makes no panorama: ${fault}`, {
    hint: 'calibrate the rig again, and look at the picture that it shows: ./ezrec calibrate; with --canvas, choose a window that both cameras fill',
  })
