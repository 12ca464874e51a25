// The ground: mown grass with its lines, and what lies around it.
// Never moves.

import type { Backdrop } from './backdrop.ts'
import { mix, shade, type Rgb } from './colour.ts'
import { field, groundAt, groundPerPixel } from './ground-plan.ts'
import { valueNoise } from './random.ts'
import type { Polygon } from './shape.ts'

export function paintTurf(backdrop: Backdrop): void {
  const { view } = backdrop
  for (let y = 0; y < view.height; y += 1)
    for (let x = 0; x < view.width; x += 1) {
      const colour = groundColour(view, x, y)
      if (colour !== undefined) backdrop.set(x, y, colour)
    }
  backdrop.paint(fieldLines(backdrop), white, 0.92)
}

/** The mean of four places within the pixel: stripes run nearly along rows in the distance. */
function groundColour(view: Backdrop['view'], x: number, y: number): Rgb | undefined {
  const sum: [number, number, number] = [0, 0, 0]
  for (const [dx, dy] of samples) {
    const ground = groundAt(...view.toPlane(x + dx, y + dy))
    if (ground === undefined || ground.z > 160) return undefined
    const colour = turfAt(ground.x, ground.z)
    for (let n = 0; n < 3; n += 1) sum[n] = (sum[n] ?? 0) + (colour[n] ?? 0) / samples.length
  }
  return sum
}

const samples = [
  [0.3, 0.1],
  [0.9, 0.3],
  [0.1, 0.7],
  [0.7, 0.9],
] as const

const grass: Rgb = [74, 134, 58]
const apron: Rgb = [58, 112, 56]
const track: Rgb = [150, 84, 66]
const white: Rgb = [236, 240, 234]

function turfAt(x: number, z: number): Rgb {
  const blur = groundPerPixel(z)
  const patches = 0.05 * valueNoise(x / 11, z / 7, 1) + 0.035 * faded(2.6, blur) * valueNoise(x / 2.6, z / 2.6, 2)
  const blades = 0.06 * faded(0.7, blur) * valueNoise(x / 0.5, z / 0.7, 3) + 0.06 * faded(0.25, blur) * valueNoise(x / 0.16, z / 0.25, 4)
  const light = 1 + patches + blades
  const beyond = Math.max(Math.abs(x) - field.halfLength - 3.2, z - field.far - 2.2, field.near - 2.6 - z)
  if (beyond > 1.6) return shade(track, light + lane(beyond) * faded(0.3, blur))
  if (beyond > 0) return shade(apron, light)
  return shade(mix(grass, apron, 0.15), light * mowing(x, z))
}

/** Rolled up and down the pitch: light and dark bands of 5 m, crossed by fainter ones. */
function mowing(x: number, z: number): number {
  const band = Math.floor((x + field.halfLength) / 5) % 2 === 0 ? 1.1 : 0.94
  const cross = Math.floor((z - field.near) / 7.5) % 2 === 0 ? 1.025 : 0.975
  return band * cross
}

const lane = (beyond: number): number => (Math.abs(((beyond - 1.6) % 1.5) - 0.05) < 0.07 ? 0.35 : 0)

/** How much of a texture of this size, in metres, survives where a pixel is `blur` metres deep. */
const faded = (size: number, blur: number): number => Math.max(0, Math.min(1, (size / blur - 1) / 2))

/** Touchlines, halfway line, circle, areas, spots, arcs and corners by the Laws of the Game, law 1. */
function fieldLines({ view }: Backdrop): Polygon[] {
  const { halfLength: end, near, far, middle } = field
  const line = (x0: number, z0: number, x1: number, z1: number): Polygon =>
    groundPath(
      [
        [x0, z0],
        [x1, z1],
      ],
      view,
    )
  const arc = (x: number, z: number, radius: number, from: number, to: number): Polygon[] => {
    const steps = Math.ceil(Math.abs(to - from) / 0.06)
    const at = (n: number): readonly [number, number] => {
      const angle = from + ((to - from) * n) / steps
      return [x + radius * Math.cos(angle), z + radius * Math.sin(angle)]
    }
    return Array.from({ length: steps }, (_, n) => groundPath([at(n), at(n + 1)], view))
  }
  const lines = [line(-end, near, end, near), line(-end, far, end, far), line(0, near, 0, far), ...arc(0, middle, 9.15, 0, 2 * Math.PI)]
  lines.push(...arc(0, middle, 0.14, 0, 2 * Math.PI))
  for (const side of [-1, 1]) {
    const goal = side * end
    lines.push(line(goal, near, goal, far))
    for (const [depth, half] of [
      [16.5, 20.16],
      [5.5, 9.16],
    ] as const) {
      lines.push(
        line(goal, middle - half, goal - side * depth, middle - half),
        line(goal, middle + half, goal - side * depth, middle + half),
      )
      lines.push(line(goal - side * depth, middle - half, goal - side * depth, middle + half))
    }
    const spot = goal - side * 11
    const open = Math.acos(5.5 / 9.15)
    const facing = side > 0 ? Math.PI : 0
    lines.push(...arc(spot, middle, 0.14, 0, 2 * Math.PI), ...arc(spot, middle, 9.15, facing - open, facing + open))
    for (const [z, up] of [
      [near, 1],
      [far, -1],
    ] as const)
      lines.push(...arc(goal, z, 1, facing, facing + (side > 0 ? -up : up) * (Math.PI / 2)))
  }
  return lines
}

/** A painted line 0.16 m wide (a little more than the laws' 12 cm: it should be seen), as a quadrilateral on the ground. */
function groundPath([from, to]: readonly [readonly [number, number], readonly [number, number]], view: Backdrop['view']): Polygon {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1])
  const [dx, dz] = [((to[0] - from[0]) / length) * 0.08, ((to[1] - from[1]) / length) * 0.08]
  return [
    ...view.project(from[0] - dx - dz, 0, from[1] - dz + dx),
    ...view.project(from[0] - dx + dz, 0, from[1] - dz - dx),
    ...view.project(to[0] + dx + dz, 0, to[1] + dz - dx),
    ...view.project(to[0] + dx - dz, 0, to[1] + dz + dx),
  ]
}
