// Who plays padel: two against two, the ball over the net and back, one bounce each time.
// Pure and periodic.

import type { Rgb } from '../pitch/colour.ts'
import { seededRandom } from '../pitch/random.ts'
import { bodyOf, padelBall, type Body, type Kit } from './body.ts'
import { padelCourt } from './padel.ts'
import { openTroupe, type Member } from './troupe.ts'
import type { Vector } from './vector.ts'

/** The four and the ball at a fraction of the loop, from 0 to 1. */
export function padelAt(fraction: number): Body[] {
  const ball = ballAt(fraction)
  return [
    ...troupe.at(fraction, ball, (member) => reachOf(member, fraction)).map((player) => bodyOf(player, kits[player.team] ?? near)),
    padelBall(ball),
  ]
}

const near: Kit = { shirt: [240, 120, 50], trim: [250, 250, 250], shorts: [30, 34, 44], socks: [244, 244, 246], pattern: 'plain' }
const far: Kit = { shirt: [242, 244, 248], trim: [24, 120, 110], shorts: [24, 92, 96], socks: [242, 244, 248], pattern: 'stripes' }
const kits: Readonly<Record<string, Kit>> = { near, far }

const rackets: readonly Rgb[] = [
  [206, 44, 58],
  [40, 44, 52],
  [46, 116, 196],
  [228, 190, 52],
]

const members: readonly Member[] = (
  [
    ['near', -2.4, 4.4],
    ['near', 2.3, 5.6],
    ['far', -2.3, 14.6],
    ['far', 2.4, 15.8],
  ] as const
).map(([team, x, z], n) => {
  const random = seededRandom(29 + n)
  return {
    team,
    number: n % 2 === 0 ? 7 : 9,
    home: [x, z],
    follow: [0.35, 0.5],
    wander: [1, 2, 4].map((turns) => ({
      x: (1.1 * (0.5 + random())) / turns,
      z: (1.5 * (0.5 + random())) / turns,
      turns,
      shift: random() * 6.28,
    })),
    look: n,
    racket: rackets[n] ?? [40, 44, 52],
  }
})

const troupe = openTroupe(members, (fraction) => {
  const turn = 2 * Math.PI * fraction
  return [1.2 * Math.sin(2 * turn), 1.3 * Math.sin(3 * turn + 1)]
})

const hits = 16
const order = [0, 2, 1, 3, 1, 2, 0, 3, 0, 2, 0, 3, 1, 2, 1, 3] as const

const hitterOf = (hit: number): Member | undefined => members[order[((hit % hits) + hits) % hits] ?? 0]

/** Where a hit is struck: beside the hitter, at the height of the chest, a little towards the net. */
function struckAt(hit: number): Vector {
  const hitter = hitterOf(hit)
  if (hitter === undefined) return [0, 1, padelCourt.net]
  const [x, z] = troupe.placeOf(hitter, hit / hits)
  const onward = hitter.team === 'near' ? 1 : -1
  return [x + 0.45 * onward, 1.05, z + 0.35 * onward]
}

/** An arc to where it bounces, and a lower one to the racket. */
function ballAt(fraction: number): Vector {
  const at = (fraction - Math.floor(fraction)) * hits
  const hit = Math.floor(at)
  const [from, to] = [struckAt(hit), struckAt(hit + 1)]
  const onward = to[2] > from[2] ? 1 : -1
  const bounce: Vector = [
    from[0] + 0.78 * (to[0] - from[0]),
    0.05,
    padelCourt.net + onward * Math.max(2.2, Math.abs(to[2] - padelCourt.net) - 1.7),
  ]
  const turning = 0.62
  const [a, b, share, high] =
    at - hit < turning
      ? ([from, bounce, (at - hit) / turning, hit % 5 === 3 ? 3 : 1.5] as const)
      : ([bounce, to, (at - hit - turning) / (1 - turning), 0.45] as const)
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share + high * 4 * share * (1 - share), a[2] + (b[2] - a[2]) * share]
}

/** The arm goes up around one's own hits. */
function reachOf(member: Member, fraction: number): number {
  let reach = 0
  for (let hit = -1; hit <= hits; hit += 1)
    if (hitterOf(hit) === member) reach = Math.max(reach, Math.exp(-(((fraction * hits - hit) / 0.22) ** 2)))
  return reach
}
