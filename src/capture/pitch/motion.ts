// Where players and ball are at an instant of the simulated match.
// Pure; everything is periodic over the loop, so that its joint does not jump.

import { field } from './ground-plan.ts'
import { loopSeconds } from './rig-format.ts'
import { seededRandom } from './random.ts'

export type Team = 'red' | 'white' | 'keeper' | 'referee'

/** A person on the pitch: place in metres, velocity in metres per second, `stride` the angle of the running legs. */
export type Runner = {
  readonly team: Team
  /** Number on the shirt; the referee has none. */
  readonly number: number | undefined
  readonly x: number
  readonly z: number
  readonly velocityX: number
  readonly velocityZ: number
  readonly stride: number
}

export type Ball = { readonly x: number; readonly y: number; readonly z: number }

export type Moment = { readonly runners: readonly Runner[]; readonly ball: Ball }

/** The match at a fraction of the loop, from 0 to 1. */
export function matchAt(fraction: number): Moment {
  const step = 0.04 / loopSeconds
  const runners = squad.map((member): Runner => {
    const [x, z] = placeOf(member, fraction)
    const [laterX, laterZ] = placeOf(member, fraction + step)
    const stride = turn(fraction, member.strides) + member.shift
    return { team: member.team, number: member.number, x, z, velocityX: (laterX - x) / 0.04, velocityZ: (laterZ - z) / 0.04, stride }
  })
  return { runners, ball: ballAt(fraction) }
}

type Member = {
  readonly team: Team
  readonly number: number | undefined
  readonly homeX: number
  readonly homeZ: number
  /** How far this player follows the play, along and across the pitch. */
  readonly follow: readonly [number, number]
  /** Two sines of a player's own wandering: size in metres, turns a loop, shift in radians. */
  readonly wander: readonly (readonly [size: number, turns: number, shift: number])[]
  readonly strides: number
  readonly shift: number
}

/** Four, four, two; in shares of a half's length and the pitch's breadth. */
const formation = [
  [0.96, 0.5],
  [0.66, 0.14],
  [0.7, 0.38],
  [0.7, 0.62],
  [0.66, 0.86],
  [0.36, 0.12],
  [0.4, 0.37],
  [0.4, 0.63],
  [0.36, 0.88],
  [0.1, 0.38],
  [0.12, 0.66],
] as const

const squad: readonly Member[] = makeSquad()

function makeSquad(): Member[] {
  const random = seededRandom(7)
  const own = { strides: 0, shift: 0 }
  const wanderer = (size: number): Member['wander'] =>
    [1, 2, 3].map((turns) => [(size * (0.4 + random())) / turns, turns + (random() < 0.3 ? 1 : 0), random() * 2 * Math.PI])
  const team = (name: Team, side: -1 | 1): Member[] =>
    formation.map(([depth, breadth], n) => ({
      ...own,
      team: n === 0 ? 'keeper' : name,
      number: n + 1,
      homeX: side * depth * field.halfLength + (n === 0 ? 0 : 4),
      homeZ: field.near + breadth * (field.far - field.near),
      follow: n === 0 ? [0.03, 0.06] : [0.5, 0.3],
      wander: wanderer(n === 0 ? 0.8 : 2.6),
      strides: 26 + Math.floor(random() * 6),
      shift: random() * 2 * Math.PI,
    }))
  const referee: Member = {
    ...own,
    team: 'referee',
    number: undefined,
    homeX: 3,
    homeZ: field.middle + 9,
    follow: [0.75, 0.5],
    wander: wanderer(2),
    strides: 27,
    shift: 1,
  }
  return [...team('red', -1), ...team('white', 1), referee]
}

const turn = (fraction: number, times: number): number => 2 * Math.PI * fraction * times

/** Where the play is, relative to the centre spot, in metres. */
const playAt = (fraction: number): readonly [number, number] => [
  21 * Math.sin(turn(fraction, 1) + 0.4) + 7 * Math.sin(turn(fraction, 2) + 2),
  14 * Math.sin(turn(fraction, 2) + 1.1) + 5 * Math.sin(turn(fraction, 3)),
]

function placeOf(member: Member, fraction: number): readonly [number, number] {
  const [playX, playZ] = playAt(fraction)
  let [x, z] = [member.homeX + member.follow[0] * playX, member.homeZ + member.follow[1] * playZ]
  for (const [size, turns, shift] of member.wander) {
    x += size * Math.sin(turn(fraction, turns) + shift)
    z += size * Math.cos(turn(fraction, turns) + shift * 1.7)
  }
  return [x, z]
}

const passes = 10

/** Who has the ball at the beginning of each pass: the player nearest to the play, never the same twice running. */
const holders: readonly Member[] = Array.from({ length: passes }, (_, n) => n).reduce<Member[]>((chosen, n) => {
  const [playX, playZ] = playAt(n / passes)
  const distance = (member: Member): number => {
    const [x, z] = placeOf(member, n / passes)
    return Math.hypot(x - playX, z - field.middle - playZ)
  }
  const free = squad.filter(
    (m) => m.team !== 'referee' && m.team !== 'keeper' && m !== chosen.at(-1) && !(n === passes - 1 && m === chosen[0]),
  )
  const nearest = free.toSorted((a, b) => distance(a) - distance(b))[0]
  return nearest === undefined ? chosen : [...chosen, nearest]
}, [])

/** A holder keeps the ball at his feet for a third of the time to the next; then it flies or rolls to him. */
function ballAt(fraction: number): Ball {
  const at = fraction * passes
  const n = Math.floor(at)
  const [from, to] = [holders[n % passes], holders[(n + 1) % passes]]
  if (from === undefined || to === undefined) return { x: 0, y: radius, z: field.middle }
  const flight = Math.max(0, (at - n - kept) / (1 - kept))
  const ease = flight * (1.6 - 0.6 * flight)
  const feet = (member: Member, when: number): readonly [number, number] => {
    const [x, z] = placeOf(member, when)
    return [x + 0.7, z - 0.35]
  }
  const start = feet(from, Math.min(fraction, (n + kept) / passes))
  const end = feet(to, (n + 1) / passes)
  const high = Math.hypot(end[0] - start[0], end[1] - start[1]) > 17 ? 5 : 0.3
  return {
    x: start[0] + (end[0] - start[0]) * ease,
    y: radius + high * 4 * flight * (1 - flight),
    z: start[1] + (end[1] - start[1]) * ease,
  }
}

const kept = 1 / 3
/** A little larger than the laws' 11 cm: it should be seen. */
const radius = 0.2
export const ballRadius = radius
