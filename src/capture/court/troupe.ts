// Where people are on a court at an instant of the loop, which way they face and how they step.
// Pure; everything is periodic over the loop, so that its joint does not jump.

import type { Rgb } from '../pitch/colour.ts'
import { loopSeconds } from '../pitch/rig-format.ts'
import { unit, type Vector } from './vector.ts'

/** One who walks around a home by some sines, and follows the play a little. */
export type Member = {
  readonly team: string
  readonly number: number | undefined
  readonly home: readonly [x: number, z: number]
  readonly follow: readonly [x: number, z: number]
  /** Size in metres, whole turns a loop, shift in radians. */
  readonly wander: readonly Sine[]
  readonly look: number
  readonly racket?: Rgb
}

export type Sine = { readonly x: number; readonly z: number; readonly turns: number; readonly shift: number }

export type Player = {
  readonly team: string
  readonly number: number | undefined
  readonly x: number
  readonly z: number
  /** Level, length 1. */
  readonly facing: Vector
  /** Angle of the legs: it grows with the way, so that no foot slides. */
  readonly stride: number
  /** From 0, standing, to 1, a sprint. */
  readonly effort: number
  readonly reach: number
  readonly look: number
  readonly racket: Rgb | undefined
}

export type Troupe = {
  placeOf(member: Member, fraction: number): readonly [x: number, z: number]
  at(fraction: number, ball: Vector, reach?: (member: Member) => number): Player[]
}

const steps = 600
/** Metres of a stride of both legs. */
const strideMetres = 1.9
const sprint = 5

/** `play` says where it is going on, relative to the middle. */
export function openTroupe(members: readonly Member[], play: (fraction: number) => readonly [x: number, z: number]): Troupe {
  const placeOf = (member: Member, fraction: number): readonly [number, number] => {
    const [playX, playZ] = play(fraction)
    let [x, z] = [member.home[0] + member.follow[0] * playX, member.home[1] + member.follow[1] * playZ]
    for (const sine of member.wander) {
      x += sine.x * Math.sin(2 * Math.PI * fraction * sine.turns + sine.shift)
      z += sine.z * Math.cos(2 * Math.PI * fraction * sine.turns + sine.shift * 1.7)
    }
    return [x, z]
  }
  const ways = new Map(members.map((member) => [member, wayOf((fraction) => placeOf(member, fraction))]))
  return {
    placeOf,
    at: (fraction, ball, reach) =>
      members.map((member) => {
        const [x, z] = placeOf(member, fraction)
        const step = 0.04 / loopSeconds
        const [laterX, laterZ] = placeOf(member, fraction + step)
        const [goesX, goesZ] = [(laterX - x) / 0.04, (laterZ - z) / 0.04]
        const toBall = unit([ball[0] - x, 0, ball[2] - z])
        return {
          team: member.team,
          number: member.number,
          x,
          z,
          facing: unit([goesX + 1.4 * toBall[0], 0, goesZ + 1.4 * toBall[2]]),
          stride: strideAt(ways.get(member) ?? [], fraction),
          effort: Math.min(1, Math.hypot(goesX, goesZ) / sprint),
          reach: reach?.(member) ?? 0,
          look: member.look,
          racket: member.racket,
        }
      }),
  }
}

/** Metres walked by each step of the loop. */
function wayOf(place: (fraction: number) => readonly [number, number]): readonly number[] {
  let walked = 0
  let [x, z] = place(0)
  return Array.from({ length: steps + 1 }, (_, n) => {
    const [nextX, nextZ] = place(n / steps)
    walked += Math.hypot(nextX - x, nextZ - z)
    ;[x, z] = [nextX, nextZ]
    return walked
  })
}

function strideAt(way: readonly number[], fraction: number): number {
  const total = way.at(-1) ?? 0
  if (total === 0) return 0
  const at = (fraction - Math.floor(fraction)) * steps
  const [before, after] = [way[Math.floor(at)] ?? 0, way[Math.ceil(at)] ?? total]
  const walked = before + (after - before) * (at - Math.floor(at))
  return (2 * Math.PI * Math.max(1, Math.round(total / strideMetres)) * walked) / total
}
