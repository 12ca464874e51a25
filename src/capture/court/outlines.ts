// Straight edges of the world as outlines in a picture whose lens bends them.
// Never keeps a picture: what to fill is handed on.

import type { Rgb } from '../pitch/colour.ts'
import type { Polygon } from '../pitch/shape.ts'
import type { CourtCamera } from './court-camera.ts'
import { between, type Vector } from './vector.ts'

export type Fill = (polygons: readonly Polygon[], colour: Rgb, opacity?: number) => void

export type CourtPainter = {
  /** A single point; far outside the picture when the camera cannot see it. */
  place(point: Vector): readonly [x: number, y: number]
  fill: Fill
  /** A flat figure by its corners. */
  sheet(corners: readonly Vector[], colour: Rgb, opacity?: number): void
  /** A round bar, `thick` metres through, at least two thirds of a pixel wide. */
  beam(from: Vector, to: Vector, thick: number, colour: Rgb, opacity?: number): void
}

export function openPainter(camera: CourtCamera, fill: Fill): CourtPainter {
  return {
    place: (point) => placeOf(camera, point) ?? nowhere,
    fill: (polygons, colour, opacity) => fill(polygons.filter(isSomewhere), colour, opacity),
    sheet: (corners, colour, opacity) => {
      const outline = corners
        .flatMap((corner, n) => pieces(corner, corners[(n + 1) % corners.length] ?? corner))
        .map((point) => placeOf(camera, point))
      const seen = outline.filter((point) => point !== undefined)
      if (seen.length === outline.length) fill([seen.flat()], colour, opacity)
    },
    beam: (from, to, thick, colour, opacity) => {
      const line = [...pieces(from, to), to].map((point) => ({ ideal: camera.toIdeal(point) }))
      const bars: Polygon[] = []
      for (const [n, { ideal }] of line.entries()) {
        const next = line[n + 1]?.ideal
        if (ideal !== undefined && next !== undefined) bars.push(bar(camera, ideal, next, thick))
      }
      if (bars.length > 0) fill(bars, colour, opacity)
    },
  }
}

const nowhere = [-1e6, -1e6] as const
const isSomewhere = (polygon: Polygon): boolean => polygon.every((value) => value > -1e5)

function placeOf(camera: CourtCamera, point: Vector): readonly [number, number] | undefined {
  const ideal = camera.toIdeal(point)
  return ideal && camera.bend(ideal[0], ideal[1])
}

/** The beginnings of the pieces of a straight edge: short enough for the lens to bend them. */
const pieces = (from: Vector, to: Vector): Vector[] => {
  const count = Math.max(1, Math.min(12, Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1], to[2] - from[2]) / 1.5)))
  return Array.from({ length: count }, (_, n) => between(from, to, n / count))
}

type Ideal = readonly [u: number, v: number, depth: number]

function bar(camera: CourtCamera, from: Ideal, to: Ideal, thick: number): Polygon {
  const [x0, y0] = camera.bend(from[0], from[1])
  const [x1, y1] = camera.bend(to[0], to[1])
  const length = Math.hypot(x1 - x0, y1 - y0) || 1
  const half = (depth: number): number => Math.max(1 / 3, (thick * camera.lens.focalPx) / depth / 2)
  const [nx, ny] = [(y1 - y0) / length, (x0 - x1) / length]
  const [a, b] = [half(from[2]), half(to[2])]
  return [x0 + nx * a, y0 + ny * a, x1 + nx * b, y1 + ny * b, x1 - nx * b, y1 - ny * b, x0 - nx * a, y0 - ny * a]
}
