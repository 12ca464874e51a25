// One camera fills the canvas, which has its size. While it is lost and the other one is there, the other one is shown, shrunk if it must be. Pure.
// Never shows both; the film's gaps tell when the other one stood in.

import type { Camera } from '../../capture/take.ts'
import { otherOf, type Layout, type Sizes } from './canvas.ts'
import { openFit } from './shrink.ts'

export function single(sizes: Sizes, main: Camera): Layout {
  const canvas = sizes[main]
  const whole = { x: 0, y: 0, ...canvas }
  const draw = { left: openFit(sizes.left, canvas, whole), right: openFit(sizes.right, canvas, whole) }
  return {
    name: 'single',
    canvas,
    compose: (pictures, out, lost) => {
      const shown = largeOf(main, lost)
      draw[shown](pictures[shown], out)
    },
  }
}

/** The camera that is shown large: the main one, unless it is lost and the other one is not. */
export const largeOf = (main: Camera, lost: Readonly<Record<Camera, boolean>> | undefined): Camera =>
  lost?.[main] === true && !lost[otherOf(main)] ? otherOf(main) : main
