// A player, a referee, the ball as coloured polygons in the world, with their shadows.
// Pure: knows neither camera nor picture.

import { shade, type Rgb } from './colour.ts'
import { letterPolygons, textWidth } from './lettering.ts'
import { ballRadius, type Ball, type Runner, type Team } from './motion.ts'

/** Corners in metres in the plane of a figure: across to the right, up. */
type Outline = readonly (readonly [across: number, up: number])[]
export type Part = { readonly colour: Rgb; readonly outlines: readonly Outline[] }

/** A standing figure: parts from back to front, and the outlines that throw its shadow. */
export type Figure = { readonly x: number; readonly z: number; readonly parts: readonly Part[]; readonly shadow: readonly Outline[] }

/** People are drawn larger than life, so that numbers can be read at 1280x720. */
const size = 1.3

export function figureOf(runner: Runner): Figure {
  const { x, z, team, number } = runner
  const kit = kits[team]
  const speed = Math.hypot(runner.velocityX, runner.velocityZ)
  const effort = Math.min(1, speed / 4.5)
  const across = speed > 0.01 ? runner.velocityX / speed : 1
  const lean = 0.1 * effort * across
  const [left, right] = [leg(runner.stride, effort, across, -0.1), leg(runner.stride + Math.PI, effort, across, 0.1)]
  const [leftArm, rightArm] = [arm(runner.stride + Math.PI, effort, across, -0.24 + lean), arm(runner.stride, effort, across, 0.24 + lean)]
  const torso: Outline = [
    [-0.17, 0.92],
    [0.17, 0.92],
    [0.24 + lean, 1.44],
    [0.12 + lean, 1.54],
    [-0.12 + lean, 1.54],
    [-0.24 + lean, 1.44],
  ]
  const shorts: Outline = [
    [-0.2, 1],
    [0.2, 1],
    [0.23, 0.62],
    [0.01, 0.66],
    [-0.01, 0.66],
    [-0.23, 0.62],
  ]
  const head = disc(lean * 1.3, 1.7, 0.115, 0.14)
  const hair = disc(lean * 1.3, 1.755, 0.12, 0.1)
  const skin = skins[(number ?? 3) % skins.length] ?? [220, 180, 150]
  const parts: Part[] = [
    { colour: shade(skin, 0.85), outlines: [leftArm.fore] },
    { colour: shade(kit.shirt, 0.8), outlines: [leftArm.upper] },
    { colour: shade(skin, 0.9), outlines: [left.thigh] },
    { colour: shade(kit.socks, 0.85), outlines: [left.shin] },
    { colour: skin, outlines: [right.thigh] },
    { colour: kit.socks, outlines: [right.shin] },
    { colour: [28, 28, 32], outlines: [left.boot, right.boot] },
    { colour: kit.shorts, outlines: [shorts] },
    { colour: kit.shirt, outlines: [torso] },
    { colour: skin, outlines: [rightArm.fore, capsule([lean, 1.5], [lean * 1.2, 1.62], 0.055)] },
    { colour: shade(kit.shirt, 0.92), outlines: [rightArm.upper] },
    { colour: hairs[(number ?? 1) % hairs.length] ?? [40, 30, 26], outlines: [hair] },
    { colour: skin, outlines: [head.map(([a, up]) => [a + 0.02 * across, up - 0.03] as const)] },
    ...(number === undefined ? [] : [{ colour: kit.number, outlines: numberOutlines(String(number), lean) }]),
  ]
  const shadow = parts.slice(0, 12).flatMap((part) => part.outlines)
  return scaled({ x, z, parts, shadow })
}

export function ballFigure(ball: Ball): Figure {
  const outline = disc(0, ball.y, ballRadius, ballRadius, 14)
  const dark = [disc(-0.05, ball.y + 0.03, 0.06, 0.06), disc(0.09, ball.y - 0.07, 0.05, 0.05)]
  return {
    x: ball.x,
    z: ball.z,
    parts: [
      { colour: [250, 250, 250], outlines: [outline] },
      { colour: [70, 74, 84], outlines: dark },
    ],
    shadow: [outline],
  }
}

const kits: Readonly<Record<Team, { shirt: Rgb; shorts: Rgb; socks: Rgb; number: Rgb }>> = {
  red: { shirt: [206, 34, 44], shorts: [238, 238, 240], socks: [190, 30, 40], number: [255, 255, 255] },
  white: { shirt: [240, 242, 246], shorts: [28, 48, 110], socks: [240, 242, 246], number: [20, 36, 96] },
  keeper: { shirt: [246, 198, 40], shorts: [40, 42, 48], socks: [246, 198, 40], number: [24, 24, 28] },
  referee: { shirt: [30, 32, 36], shorts: [24, 26, 30], socks: [30, 32, 36], number: [255, 255, 255] },
}
const skins: readonly Rgb[] = [
  [232, 188, 158],
  [198, 148, 116],
  [120, 82, 62],
  [222, 174, 140],
  [152, 106, 80],
]
const hairs: readonly Rgb[] = [
  [38, 30, 26],
  [92, 64, 40],
  [24, 22, 22],
  [150, 116, 66],
]

/** Thigh, shin and boot at an angle of the stride; the knee bends while the leg comes forward. */
function leg(stride: number, effort: number, across: number, hip: number): { thigh: Outline; shin: Outline; boot: Outline } {
  const swing = Math.sin(stride) * (0.25 + 0.6 * effort)
  const bend = Math.max(0, Math.cos(stride)) * (0.3 + 1.2 * effort)
  const knee = [hip + 0.44 * Math.sin(swing) * across, 0.94 - 0.44 * Math.cos(swing)] as const
  const ankle = [knee[0] + 0.44 * Math.sin(swing - bend) * across, knee[1] - 0.44 * Math.cos(swing - bend)] as const
  const toe = [ankle[0] + 0.16 * across + 0.02, ankle[1] - 0.03] as const
  return { thigh: capsule([hip, 0.9], knee, 0.085), shin: capsule(knee, ankle, 0.065), boot: capsule(ankle, toe, 0.055) }
}

function arm(stride: number, effort: number, across: number, shoulder: number): { upper: Outline; fore: Outline } {
  const swing = Math.sin(stride) * (0.15 + 0.75 * effort)
  const bend = 0.2 + 1.2 * effort
  const outward = Math.sign(shoulder) * 0.06
  const elbow = [shoulder + outward + 0.28 * Math.sin(swing) * across, 1.44 - 0.28 * Math.cos(swing)] as const
  const hand = [elbow[0] + 0.26 * Math.sin(swing + bend) * across, elbow[1] - 0.26 * Math.cos(swing + bend)] as const
  return { upper: capsule([shoulder, 1.44], elbow, 0.07), fore: capsule(elbow, hand, 0.048) }
}

/** Big enough to be read from the stand: a third of the shirt. */
function numberOutlines(text: string, lean: number): Outline[] {
  const height = 0.3
  const breadth = text.length > 1 ? 0.17 : 0.26
  const left = lean * 0.6 - (textWidth(text) * breadth) / 2
  return letterPolygons(text, (x, y) => [left + x * breadth, 1.08 + y * height], 0.2).map(pairs)
}

function pairs(polygon: readonly number[]): Outline {
  return Array.from({ length: polygon.length / 2 }, (_, n) => [polygon[n * 2] ?? 0, polygon[n * 2 + 1] ?? 0] as const)
}

function disc(across: number, up: number, halfWidth: number, halfHeight: number, corners = 10): Outline {
  return Array.from({ length: corners }, (_, n) => {
    const angle = (2 * Math.PI * n) / corners
    return [across + halfWidth * Math.cos(angle), up + halfHeight * Math.sin(angle)] as const
  })
}

/** A limb: a line of some thickness with round ends. */
function capsule(from: readonly [number, number], to: readonly [number, number], halfWidth: number): Outline {
  const direction = Math.atan2(to[1] - from[1], to[0] - from[0])
  return [...cap(to, direction - Math.PI / 2, halfWidth), ...cap(from, direction + Math.PI / 2, halfWidth)]
}

const cap = ([across, up]: readonly [number, number], from: number, radius: number): Outline =>
  [0, 1, 2, 3].map((n) => [across + radius * Math.cos(from + (n * Math.PI) / 3), up + radius * Math.sin(from + (n * Math.PI) / 3)] as const)

function scaled(figure: Figure): Figure {
  const grow = (outline: Outline): Outline => outline.map(([across, up]) => [across * size, up * size] as const)
  return {
    ...figure,
    parts: figure.parts.map(({ colour, outlines }) => ({ colour, outlines: outlines.map(grow) })),
    shadow: figure.shadow.map(grow),
  }
}
