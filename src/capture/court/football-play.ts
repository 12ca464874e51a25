// Who plays on the small pitch: two teams of six, a referee, people at the near touchline where both cameras see them, and the ball.
// Pure and periodic.

import { seededRandom } from '../pitch/random.ts'
import { footballBody, bodyOf, type Body, type Kit } from './body.ts'
import { pitch } from './five-a-side.ts'
import { openTroupe, type Member, type Sine } from './troupe.ts'
import type { Vector } from './vector.ts'

/** Everybody and the ball at a fraction of the loop, from 0 to 1. */
export function footballAt(fraction: number): Body[] {
  const ball = ballAt(fraction)
  return [...troupe.at(fraction, ball).map((player) => bodyOf(player, kits[player.team] ?? plain)), footballBody(ball)]
}

const plain: Kit = { shirt: [216, 226, 60], trim: [40, 44, 52], shorts: [40, 44, 52], socks: [40, 44, 52], pattern: 'plain' }
const kits: Readonly<Record<string, Kit>> = {
  red: { shirt: [202, 36, 44], trim: [248, 246, 244], shorts: [244, 244, 246], socks: [190, 32, 40], pattern: 'stripes' },
  blue: { shirt: [236, 240, 246], trim: [26, 54, 128], shorts: [26, 50, 116], socks: [236, 240, 246], pattern: 'hoop' },
  keeper: { shirt: [244, 190, 44], trim: [34, 36, 42], shorts: [34, 36, 42], socks: [244, 190, 44], pattern: 'plain' },
  referee: { shirt: [34, 36, 42], trim: [236, 214, 60], shorts: [28, 30, 36], socks: [34, 36, 42], pattern: 'plain' },
  bench: plain,
}

/** Where the play is, relative to the centre spot, in metres. */
const playAt = (fraction: number): readonly [number, number] => {
  const turn = 2 * Math.PI * fraction
  return [10 * Math.sin(turn + 0.4) + 4 * Math.sin(2 * turn + 2), 6 * Math.sin(2 * turn + 1.1) + 2.5 * Math.sin(3 * turn)]
}

/** One, two, two, one; in shares of a half's length and of the breadth from the middle. */
const formation = [
  [0.95, 0],
  [0.62, -0.45],
  [0.6, 0.5],
  [0.3, -0.62],
  [0.28, 0.6],
  [0.12, 0.05],
] as const

const members = makeMembers()
const troupe = openTroupe(members, playAt)

function makeMembers(): Member[] {
  const random = seededRandom(17)
  const wander = (size: number): Sine[] =>
    [1, 2, 3].map((turns) => ({
      x: (size * (0.4 + random())) / turns,
      z: (size * (0.4 + random())) / turns,
      turns,
      shift: random() * 2 * Math.PI,
    }))
  const team = (name: string, side: -1 | 1): Member[] =>
    formation.map(([depth, breadth], n) => ({
      team: n === 0 ? 'keeper' : name,
      number: n === 0 ? 1 : n + 1 + (side > 0 ? 5 : 0),
      home: [side * depth * pitch.halfLength, pitch.middle + breadth * 15],
      follow: n === 0 ? [0.04, 0.1] : [0.42, 0.36],
      wander: wander(n === 0 ? 0.5 : 1.7),
      look: n + (side > 0 ? 2 : 0),
    }))
  const still = (x: number, z: number, look: number): Member => ({
    team: 'bench',
    number: undefined,
    home: [x, z],
    follow: [0.006, 0],
    wander: [{ x: 0.05, z: 0.03, turns: 1, shift: look }],
    look,
  })
  return [
    ...team('red', -1),
    ...team('blue', 1),
    { team: 'referee', number: undefined, home: [1.5, pitch.middle + 4], follow: [0.7, 0.5], wander: wander(1.2), look: 4 },
    // Along the near touchline, through the middle of the view, 5 m from the cameras.
    { team: 'referee', number: undefined, home: [0, 5.2], follow: [0, 0], wander: [{ x: 4.6, z: 0.25, turns: 1, shift: 1 }], look: 3 },
    still(-1.9, 4.1, 1),
    still(2.6, 4.4, 2),
    still(-4.4, 4.6, 5),
    // One who waits for his change in the very middle, at 9 m.
    { team: 'blue', number: 14, home: [0.5, 8.8], follow: [0.03, 0.03], wander: [{ x: 0.5, z: 0.2, turns: 2, shift: 0.4 }], look: 0 },
  ]
}

const passes = 9
const radius = 0.12

/** Who has the ball at the beginning of each pass: the nearest to the play, never the same twice running. */
const holders: readonly Member[] = Array.from({ length: passes }, (_, n) => n).reduce<Member[]>((chosen, n) => {
  const [playX, playZ] = playAt(n / passes)
  const distance = (member: Member): number => {
    const [x, z] = troupe.placeOf(member, n / passes)
    return Math.hypot(x - playX, z - pitch.middle - playZ)
  }
  const free = members.filter(
    (member) =>
      (member.team === 'red' || member.team === 'blue') &&
      member.number !== 14 &&
      member !== chosen.at(-1) &&
      !(n === passes - 1 && member === chosen[0]),
  )
  const nearest = free.toSorted((a, b) => distance(a) - distance(b))[0]
  return nearest === undefined ? chosen : [...chosen, nearest]
}, [])

const kept = 0.3

/** Every other pass is a high one. */
function ballAt(fraction: number): Vector {
  const at = (fraction - Math.floor(fraction)) * passes
  const n = Math.floor(at)
  const [from, to] = [holders[n % passes], holders[(n + 1) % passes]]
  if (from === undefined || to === undefined) return [0, radius, pitch.middle]
  const feet = (member: Member, when: number): readonly [number, number] => {
    const [x, z] = troupe.placeOf(member, when)
    return [x + 0.45, z - 0.25]
  }
  const flight = Math.max(0, (at - n - kept) / (1 - kept))
  const ease = flight * (1.5 - 0.5 * flight)
  const start = feet(from, Math.min(fraction, (n + kept) / passes))
  const end = feet(to, (n + 1) / passes)
  const high = n % 2 === 1 ? 4.2 : 0.25
  return [start[0] + (end[0] - start[0]) * ease, radius + high * 4 * flight * (1 - flight), start[1] + (end[1] - start[1]) * ease]
}
