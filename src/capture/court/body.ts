// A person as round parts in the world: spheres and what is stretched around several of them. Everybody stands upright and is 1.8 m tall.
// Pure: knows neither camera nor picture.

import { shade, type Rgb } from '../pitch/colour.ts'
import type { Player } from './troupe.ts'
import { between, plus, type Vector } from './vector.ts'

export type Ball3 = { readonly at: Vector; readonly radius: number }

/** The hull of some spheres; `marks` lie on it: stripes, and a number on its front and back. */
export type Part = { readonly colour: Rgb; readonly balls: readonly Ball3[]; readonly marks?: Marks }
export type Marks = {
  readonly stripes: readonly { readonly colour: Rgb; readonly balls: readonly Ball3[] }[]
  readonly text: string
  readonly ink: Rgb
  /** Middle of the chest, and the way it faces. */
  readonly middle: Vector
  readonly facing: Vector
}

/** The parts, and where the person stands. */
export type Body = { readonly foot: Vector; readonly parts: readonly Part[] }

export type Kit = {
  readonly shirt: Rgb
  readonly trim: Rgb
  readonly shorts: Rgb
  readonly socks: Rgb
  readonly pattern: 'stripes' | 'hoop' | 'plain'
}

export function bodyOf(player: Player, kit: Kit): Body {
  const { facing, effort, stride } = player
  const across: Vector = [facing[2], 0, -facing[0]]
  const legs = ([-1, 1] as const).map((side) => legOf(side, side < 0 ? stride : stride + Math.PI, effort))
  // Whichever foot is lower stands on the ground.
  const lowest = Math.min(...legs.flatMap(({ ankle, toe }) => [ankle[1], toe[1]]))
  const lift = 0.055 - lowest
  const place = ([right, up, ahead]: Vector): Vector => [
    player.x + across[0] * right + facing[0] * ahead,
    up + lift,
    player.z + across[2] * right + facing[2] * ahead,
  ]
  const ball = (point: Vector, radius: number): Ball3 => ({ at: place(point), radius })
  const limb = (colour: Rgb, from: Vector, to: Vector, thick: number, thin: number): Part => ({
    colour,
    balls: [ball(from, thick), ball(to, thin)],
  })
  const lean = 0.16 * effort
  const skin = skins[player.look % skins.length] ?? [220, 180, 150]
  const hair = hairs[(player.look * 3 + 1) % hairs.length] ?? [40, 32, 28]
  const parts: Part[] = []
  for (const { hip, knee, ankle, toe } of legs) {
    const hem = between(hip, knee, 0.62)
    parts.push(limb(skin, hem, knee, 0.072, 0.058), limb(kit.socks, knee, ankle, 0.06, 0.042), limb(kit.shorts, hip, hem, 0.1, 0.092))
    parts.push(limb([26, 26, 30], plus(ankle, [0, -0.01, -0.04]), toe, 0.05, 0.042))
  }
  for (const side of [-1, 1] as const) {
    const { shoulder, elbow, hand } = armOf(side, side < 0 ? stride + Math.PI : stride, effort, lean, side > 0 ? player.reach : 0)
    const cuff = between(shoulder, elbow, 0.68)
    parts.push(limb(skin, cuff, elbow, 0.046, 0.042), limb(skin, elbow, hand, 0.042, 0.034), limb(skin, hand, hand, 0.047, 0.047))
    parts.push(limb(shade(kit.shirt, 0.93), shoulder, cuff, 0.068, 0.062))
    if (side > 0 && player.racket) {
      const head = plus(hand, [0.02, 0.2 + 0.1 * player.reach, 0.24])
      parts.push(
        limb([30, 30, 34], hand, between(hand, head, 0.55), 0.022, 0.022),
        limb(player.racket, head, plus(head, [0, 0.05, 0.06]), 0.115, 0.11),
      )
    }
  }
  parts.push({
    colour: kit.shorts,
    balls: [ball([-0.085, 0.94, 0], 0.11), ball([0.085, 0.94, 0], 0.11), ball([0, 1.02, 0.02 * effort], 0.12)],
  })
  parts.push(torsoOf(player, kit, lean, place))
  parts.push(limb(skin, [0, 1.5, lean], [0, 1.6, lean * 1.1], 0.055, 0.052))
  parts.push({ colour: skin, balls: [ball([0, 1.655, lean * 1.2 + 0.02], 0.09), ball([0, 1.7, lean * 1.2 + 0.005], 0.1)] })
  parts.push({ colour: hair, balls: [ball([0, 1.722, lean * 1.2 - 0.018], 0.101), ball([0, 1.67, lean * 1.2 - 0.045], 0.078)] })
  return { foot: [player.x, 0, player.z], parts }
}

export const footballBody = (at: Vector): Body => ({
  foot: [at[0], 0, at[2]],
  parts: [{ colour: [248, 248, 246], balls: [{ at, radius: 0.12 }] }],
})

export const padelBall = (at: Vector): Body => ({
  foot: [at[0], 0, at[2]],
  parts: [{ colour: [214, 236, 60], balls: [{ at, radius: 0.05 }] }],
})

function torsoOf(player: Player, kit: Kit, lean: number, place: (point: Vector) => Vector): Part {
  const ball = (point: Vector, radius: number): Ball3 => ({ at: place(point), radius })
  const [left, right]: readonly [Vector, Vector] = [
    [-0.165, 1.43, lean],
    [0.165, 1.43, lean],
  ]
  const [hipLeft, hipRight]: readonly [Vector, Vector] = [
    [-0.085, 1.0, 0.01],
    [0.085, 1.0, 0.01],
  ]
  const balls = [ball(left, 0.083), ball(right, 0.083), ball([0, 1.34, lean * 0.9], 0.135), ball(hipLeft, 0.1), ball(hipRight, 0.1)]
  const surface = (point: Vector): Vector[] => [plus(point, [0, 0, 0.1]), plus(point, [0, 0, -0.1])]
  const stripe = (top: Vector, bottom: Vector, radius: number) =>
    [0, 1].map((face) => ({ colour: kit.trim, balls: [top, bottom].map((point) => ball(surface(point)[face] ?? point, radius)) }))
  const stripes =
    kit.pattern === 'stripes'
      ? [0.08, 0.5, 0.92].flatMap((share) => stripe(between(left, right, share), between(hipLeft, hipRight, share), 0.026))
      : kit.pattern === 'hoop'
        ? stripe([-0.17, 1.37, lean * 0.9], [0.17, 1.37, lean * 0.9], 0.05)
        : []
  return {
    colour: kit.shirt,
    balls,
    marks: {
      stripes,
      text: player.number === undefined ? '' : String(player.number),
      ink: kit.trim,
      middle: place([0, 1.2, lean * 0.6]),
      facing: player.facing,
    },
  }
}

type Leg = { readonly hip: Vector; readonly knee: Vector; readonly ankle: Vector; readonly toe: Vector }

/** The knee bends while the leg comes forward. */
function legOf(side: -1 | 1, stride: number, effort: number): Leg {
  const swing = Math.sin(stride) * (0.1 + 0.6 * effort)
  const bend = 0.05 + Math.max(0, Math.cos(stride)) * (0.1 + 1.25 * effort)
  const hip: Vector = [side * 0.1, 0.93, 0]
  const knee = plus(hip, [side * 0.01, -0.44 * Math.cos(swing), 0.44 * Math.sin(swing)])
  const ankle = plus(knee, [0, -0.43 * Math.cos(swing - bend), 0.43 * Math.sin(swing - bend)])
  return { hip, knee, ankle, toe: plus(ankle, [side * 0.02, -0.02 + 0.05 * Math.sin(swing), 0.15]) }
}

/** `reach` from 0 to 1 lifts the arm towards a ball. */
function armOf(
  side: -1 | 1,
  stride: number,
  effort: number,
  lean: number,
  reach: number,
): { shoulder: Vector; elbow: Vector; hand: Vector } {
  const swing = Math.sin(stride) * (0.12 + 0.75 * effort) + 0.9 * reach
  const bend = 0.25 + 1.15 * effort + 0.5 * reach
  const shoulder: Vector = [side * 0.215, 1.42, lean]
  const elbow = plus(shoulder, [side * (0.07 + 0.12 * reach), -0.27 * Math.cos(swing), 0.27 * Math.sin(swing)])
  return { shoulder, elbow, hand: plus(elbow, [side * 0.02, -0.24 * Math.cos(swing + bend), 0.24 * Math.sin(swing + bend)]) }
}

const skins: readonly Rgb[] = [
  [232, 190, 160],
  [202, 152, 120],
  [124, 86, 66],
  [224, 178, 146],
  [156, 110, 84],
]
const hairs: readonly Rgb[] = [
  [38, 30, 26],
  [96, 66, 42],
  [26, 24, 24],
  [156, 122, 72],
]
