// One picture of the match: the backdrop, everyone on it from far to near, the light, the sensor's noise, the counter.
// Never draws what stands still.

import { openBrush, type Brush } from './brush.ts'
import { writeCounter } from './counter.ts'
import { ballFigure, figureOf, type Figure } from './figure.ts'
import { matchAt } from './motion.ts'
import { pictureBytes, type RigFormat, type Side } from './rig-format.ts'
import { expose, lightAt, openNoise } from './sensor.ts'
import type { View } from './view.ts'

/** Draws scene frame `n` of `frames` onto a copy of the backdrop (yuv420p); the same bytes are used again by the next call. */
export type FramePainter = (n: number, frames: number) => Uint8Array

export function openFramePainter(side: Side, format: RigFormat, view: View, backdrop: Uint8Array): FramePainter {
  const brush = openBrush(format, view.exposure)
  const noise = openNoise(side === 'left' ? 101 : 202)
  const picture = new Uint8Array(pictureBytes(format))
  return (n, frames) => {
    picture.set(backdrop)
    const { runners, ball } = matchAt(n / frames)
    const figures = [...runners.map(figureOf), ballFigure(ball)].filter((figure) => isNear(figure, view)).toSorted((a, b) => b.z - a.z)
    for (const figure of figures) drawShadow(brush, picture, figure, view)
    for (const figure of figures) drawFigure(brush, picture, figure, view)
    expose(picture, format, lightAt(n / frames), view.exposure.offset, noise(n))
    writeCounter(picture, format, side, n)
    return picture
  }
}

/** Whether a figure or its shadow may be in the picture. */
function isNear({ x, z }: Figure, view: View): boolean {
  const [column] = view.project(x, 0, z)
  return column > -0.1 * view.width && column < 1.1 * view.width
}

function drawFigure(brush: Brush, picture: Uint8Array, { x, z, parts }: Figure, view: View): void {
  for (const { colour, outlines } of parts)
    brush(
      picture,
      outlines.map((outline) => outline.flatMap(([across, up]) => view.project(x + across, up, z))),
      colour,
      1,
    )
}

/** The sun stands behind the cameras on the left: a point at height h throws its shadow this far along x and z. */
const sun = { x: 0.75, z: 0.42 } as const

function drawShadow(brush: Brush, picture: Uint8Array, { x, z, shadow }: Figure, view: View): void {
  const onGround = shadow.map((outline) => outline.flatMap(([across, up]) => view.project(x + across + up * sun.x, 0, z + up * sun.z)))
  brush(picture, onGround, [12, 34, 14], 0.42)
}
