// Which part of the projection a picture of a calibration shows: outlines, the canvas with its surroundings, the overlap, the blend. Pure.
// Never draws.

import type { Calibration, CanvasWindow } from '../calibration.ts'
import type { Point } from '../homography.ts'
import { projectedOf } from '../projected.ts'
import { warpMapsOf } from '../warp-map.ts'

/** The canvas with some of what lies around it. */
export function viewOf(calibration: Calibration, canvas: CanvasWindow): CanvasWindow {
  const points = [...outlineOf(calibration, 'left'), ...outlineOf(calibration, 'right')]
  const bounded = (values: number[], least: number, most: number, room: number): [number, number] => [
    Math.floor(Math.max(least - room, Math.min(least, ...values))),
    Math.ceil(Math.min(most + room, Math.max(most, ...values))),
  ]
  const [fromX, toX] = bounded(
    points.map(({ x }) => x),
    canvas.x,
    canvas.x + canvas.width,
    canvas.width * 0.12,
  )
  const [fromY, toY] = bounded(
    points.map(({ y }) => y),
    canvas.y,
    canvas.y + canvas.height,
    canvas.height * 0.25,
  )
  return { x: fromX, y: fromY, width: toX - fromX, height: toY - fromY }
}

export function outlineOf(calibration: Calibration, side: 'left' | 'right'): readonly Point[] {
  const { width, height } = calibration[side]
  const shares = Array.from({ length: 33 }, (_, n) => n / 32)
  const edge = [
    ...shares.map((share) => ({ x: share * (width - 1), y: 0 })),
    ...shares.map((share) => ({ x: width - 1, y: share * (height - 1) })),
    ...shares.map((share) => ({ x: (1 - share) * (width - 1), y: height - 1 })),
    ...shares.map((share) => ({ x: 0, y: (1 - share) * (height - 1) })),
  ]
  return edge.map(projectedOf(calibration, side))
}

/** The rectangle of the canvas that both see. */
export function overlapOf(calibration: Calibration, canvas: CanvasWindow): CanvasWindow | undefined {
  const maps = warpMapsOf(calibration, canvas)
  const [xs, ys]: [number[], number[]] = [[], []]
  for (let y = 0; y < canvas.height; y += 8)
    for (let x = 0; x < canvas.width; x += 8)
      if (maps.left(x, y) && maps.right(x, y)) {
        xs.push(x)
        ys.push(y)
      }
  if (xs.length === 0) return undefined
  const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b))
  const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b))
  const [x, y] = [least(xs), least(ys)]
  return { x: canvas.x + x, y: canvas.y + y, width: most(xs) - x + 8, height: most(ys) - y + 8 }
}

/** The right picture's share at a point of the projection. */
export function seamOf({ seam }: Calibration, canvas: CanvasWindow): (at: Point) => number {
  const points = seam?.points ?? []
  return (at) => {
    const y = at.y - canvas.y
    const below = points.findIndex((point) => point.y >= y)
    const [a, b] = [points[Math.max(0, below - 1)], points[below === -1 ? points.length - 1 : below]]
    if (!a || !b || !seam) return 0.5
    const x = b.y > a.y ? a.x + ((b.x - a.x) * (y - a.y)) / (b.y - a.y) : a.x
    return Math.min(1, Math.max(0, 0.5 + (at.x - canvas.x - x) / Math.max(1, seam.featherPx)))
  }
}
