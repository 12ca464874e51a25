// One picture of a court: the backdrop, everyone on it from far to near with their shadows, a net between them, light, noise, counter.
// Never draws what stands still, but for a net.

import { openBrush, type Brush } from '../pitch/brush.ts'
import { shade } from '../pitch/colour.ts'
import { writeCounter } from '../pitch/counter.ts'
import { letterPolygons, textWidth } from '../pitch/lettering.ts'
import { pictureBytes, type RigFormat, type Side } from '../pitch/rig-format.ts'
import { expose, lightAt, openNoise } from '../pitch/sensor.ts'
import type { Polygon } from '../pitch/shape.ts'
import type { Ball3, Body, Marks, Part } from './body.ts'
import type { CourtCamera } from './court-camera.ts'
import { aroundCircles, type Circle } from './hull.ts'
import { dot, minus, plus, unit, type Vector } from './vector.ts'

/** Something to look through that stands between people, at a depth along z. */
export type Veil = { readonly z: number; readonly draw: (picture: Uint8Array) => void }

export type CourtScene = {
  readonly backdrop: Uint8Array
  readonly bodiesAt: (fraction: number) => readonly Body[]
  readonly veil: Veil | undefined
}

/** Draws scene frame `n` of `frames`; the same bytes are used again by the next call. */
export function openCourtPainter(
  side: Side,
  format: RigFormat,
  camera: CourtCamera,
  scene: CourtScene,
): (n: number, frames: number) => Uint8Array {
  const brush = openBrush(format, camera.exposure)
  const noise = openNoise(side === 'left' ? 303 : 404)
  const picture = new Uint8Array(pictureBytes(format))
  const distance = (body: Body): number => dot(camera.pose.ahead, minus(body.foot, camera.pose.at))
  return (n, frames) => {
    picture.set(scene.backdrop)
    const bodies = scene.bodiesAt(n / frames).toSorted((a, b) => distance(b) - distance(a))
    for (const body of bodies) drawShadow(brush, picture, body, camera)
    const { veil } = scene
    const isBehind = (body: Body): boolean => veil !== undefined && body.foot[2] > veil.z === veil.z > camera.pose.at[2]
    for (const body of bodies) if (isBehind(body)) drawBody(brush, picture, body, camera)
    veil?.draw(picture)
    for (const body of bodies) if (!isBehind(body)) drawBody(brush, picture, body, camera)
    expose(picture, format, lightAt(n / frames), camera.exposure.offset, noise(n))
    writeCounter(picture, format, side, n)
    return picture
  }
}

/** A point at height h throws its shadow this far along x and z. */
const shadowPerMetre = { x: 0.62, z: 0.3 } as const
const towardsSun = unit([-0.62, 1, -0.3])

function drawShadow(brush: Brush, picture: Uint8Array, { foot, parts }: Body, camera: CourtCamera): void {
  if (!isNear(foot, camera)) return
  const outlines: Polygon[] = []
  for (const { balls } of parts) {
    const hull = aroundCircles(
      balls.map(({ at, radius }) => ({ x: at[0] + at[1] * shadowPerMetre.x, y: at[2] + at[1] * shadowPerMetre.z, radius })),
    )
    const outline: number[] = []
    for (let n = 0; n < hull.length; n += 2) {
      const ideal = camera.toIdeal([hull[n] ?? 0, 0, hull[n + 1] ?? 0])
      if (ideal !== undefined) outline.push(...camera.bend(ideal[0], ideal[1]))
    }
    if (outline.length === hull.length) outlines.push(outline)
  }
  brush(picture, outlines, [14, 26, 18], 0.4)
}

function isNear(foot: Vector, camera: CourtCamera): boolean {
  const ideal = camera.toIdeal([foot[0], 1, foot[2]])
  if (ideal === undefined) return false
  const [x, y] = camera.bend(ideal[0], ideal[1])
  const margin = (3 * camera.lens.focalPx) / ideal[2]
  return x > -margin && x < camera.width + margin && y > -margin && y < camera.height + margin
}

function drawBody(brush: Brush, picture: Uint8Array, { foot, parts }: Body, camera: CourtCamera): void {
  if (!isNear(foot, camera)) return
  const towardsCamera = unit(minus(camera.pose.at, foot))
  const depthOf = ({ balls }: Part): number => balls.reduce((sum, { at }) => sum + dot(towardsCamera, at), 0) / balls.length
  for (const part of parts.map((each) => ({ each, near: depthOf(each) })).toSorted((a, b) => a.near - b.near))
    drawPart(brush, picture, part.each, camera)
}

/** Pixels of a sphere's radius from which on it is drawn with a lit side. */
const leastLit = 1.6
/** The same, from which on its light has several steps. */
const leastRound = 5

function drawPart(brush: Brush, picture: Uint8Array, { colour, balls, marks }: Part, camera: CourtCamera): void {
  const whole = outlineOf(balls, camera)
  if (whole === undefined) return
  const ideal = camera.toIdeal(balls[0]?.at ?? [0, 0, 0])
  const pixels = ideal === undefined ? 0 : ((balls[0]?.radius ?? 0) * camera.lens.focalPx) / ideal[2]
  if (pixels < leastLit) brush(picture, [whole], shade(colour, 0.95), 1)
  else {
    brush(picture, [whole], shade(colour, 0.7), 1)
    for (const [inset, light] of pixels < leastRound ? lightSteps.slice(1, 2) : lightSteps) {
      const lit = outlineOf(
        balls.map(({ at, radius }) => ({ at: plus(at, towardsSun, radius * (1 - inset) * 0.8), radius: radius * inset })),
        camera,
      )
      if (lit !== undefined) brush(picture, [lit], shade(colour, light), 1)
    }
  }
  if (marks !== undefined && pixels >= 1) drawMarks(brush, picture, marks, camera)
}

/** The part of a sphere that a step of light fills, and how bright it is. */
const lightSteps = [
  [0.86, 0.85],
  [0.68, 1],
  [0.4, 1.08],
] as const

/** On the side that the camera sees; nothing on a body seen from its side. */
function drawMarks(brush: Brush, picture: Uint8Array, { stripes, text, ink, middle, facing }: Marks, camera: CourtCamera): void {
  const view = dot(unit(minus(camera.pose.at, middle)), facing)
  const isFront = view > 0
  for (const [n, { colour, balls }] of stripes.entries()) {
    if ((n % 2 === 0) !== isFront) continue
    const outline = outlineOf(balls, camera)
    if (outline !== undefined) brush(picture, [outline], shade(colour, 0.94), Math.min(1, Math.abs(view) * 2.5))
  }
  if (text === '' || Math.abs(view) < 0.3) return
  const normal: Vector = isFront ? facing : [-facing[0], 0, -facing[2]]
  const right: Vector = [-normal[2], 0, normal[0]]
  const [tall, broad] = [0.25, text.length > 1 ? 0.14 : 0.2]
  const corner = plus(plus(plus(middle, normal, 0.13), right, (-textWidth(text) * broad) / 2), [0, -0.15, 0])
  const outlines = letterPolygons(
    text,
    (x, y) => {
      const ideal = camera.toIdeal(plus(plus(corner, right, x * broad), [0, y * tall, 0]))
      return ideal === undefined ? [-1e3, -1e3] : [...camera.bend(ideal[0], ideal[1])]
    },
    0.19,
  )
  brush(picture, outlines, stripes.length > 2 ? [30, 26, 30] : ink, 1)
}

/** The hull of spheres as a camera sees it: of their circles in its ideal picture, then bent by the lens. */
function outlineOf(balls: readonly Ball3[], camera: CourtCamera): Polygon | undefined {
  const circles: Circle[] = []
  for (const { at, radius } of balls) {
    const ideal = camera.toIdeal(at)
    if (ideal === undefined) return undefined
    circles.push({ x: ideal[0], y: ideal[1], radius: radius / ideal[2] })
  }
  const hull = aroundCircles(circles)
  const bent: number[] = []
  for (let n = 0; n < hull.length; n += 2) {
    const [x, y] = camera.bend(hull[n] ?? 0, hull[n + 1] ?? 0)
    bent.push(x, y)
  }
  return bent
}
