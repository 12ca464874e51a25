// The stands around the pitch and the crowd in them.
// Never moves: nobody looks at one face twice.

import type { Backdrop } from './backdrop.ts'
import { mix, shade, type Rgb } from './colour.ts'
import { seededRandom } from './random.ts'
import type { Polygon } from './shape.ts'

export const paintFarStand = (backdrop: Backdrop): void => paintStand(backdrop, farStand)

export function paintEndStands(backdrop: Backdrop): void {
  for (const side of [-1, 1] as const) paintStand(backdrop, endStand(side))
}

/** A bank of seats: `seat(row, n)` is the foot of a seat in the world, rows from the front up. */
type Stand = {
  readonly rows: number
  readonly seats: number
  readonly seed: number
  readonly seat: (row: number, n: number) => readonly [x: number, y: number, z: number]
}

const farStand: Stand = {
  rows: 34,
  seats: 400,
  seed: 31,
  seat: (row, n) => [-124 + n * 0.62, 2.6 + row * 0.62, 111 + row * 0.9],
}

const endStand = (side: -1 | 1): Stand => ({
  rows: 26,
  seats: 92,
  seed: 41 + side,
  seat: (row, n) => [side * (56 + row * 0.9), 2.2 + row * 0.58, 107 - n * 0.68],
})

function paintStand(backdrop: Backdrop, { rows, seats, seed, seat }: Stand): void {
  const random = seededRandom(seed)
  const project = backdrop.view.project
  const front = [seat(0, 0), seat(0, seats)] as const
  const back = [seat(rows, seats), seat(rows, 0)] as const
  const corners = [...front, ...back].flatMap(([x, y, z]) => project(x, y, z))
  const feet = [front[0], front[1]].flatMap(([x, y, z]) => project(x, y, z))
  backdrop.paint([corners], [92, 98, 108])
  backdrop.paint([[...feet.slice(0, 4), ...[front[1], front[0]].flatMap(([x, , z]) => project(x, 0, z))]], [70, 74, 82])
  for (let row = rows - 1; row >= 0; row -= 1) {
    const [from, to] = [seat(row, 0), seat(row, seats)]
    const step = [from, to].flatMap(([x, y, z]) => project(x, y, z))
    const riser = [to, from].flatMap(([x, y, z]) => project(x, y - 0.3, z))
    backdrop.paint([[...step, ...riser]], [62, 66, 76])
    for (let n = 0; n < seats; n += 1) {
      const aisle = n % 40 < 2
      const empty = random() < 0.1
      const colours = spectatorColours(random, n / seats)
      if (!aisle) paintSpectator(backdrop, seat(row, n), empty ? undefined : colours, random)
    }
  }
}

const sections: readonly Rgb[] = [
  [196, 42, 48],
  [236, 236, 236],
  [38, 70, 150],
  [245, 196, 60],
]

/** Shirt and skin: half of a block wears its team's colour. */
function spectatorColours(random: () => number, along: number): { readonly shirt: Rgb; readonly skin: Rgb } {
  const block = along < 0.5 ? random() * 1.4 : 2 + random() * 1.4
  const grey = 40 + random() * 170
  const plain: Rgb = [grey + random() * 45, grey + random() * 40, grey + random() * 50]
  const shirt = random() < 0.5 ? (sections[Math.floor(block)] ?? plain) : plain
  return {
    shirt: shade(mix(shirt, [110, 110, 116], 0.18), 0.6 + random() * 0.38),
    skin: mix([232, 190, 160], [112, 76, 56], random() ** 2),
  }
}

function paintSpectator(
  { view, paint }: Backdrop,
  [x, y, z]: readonly [number, number, number],
  colours: { shirt: Rgb; skin: Rgb } | undefined,
  random: () => number,
): void {
  const sway = (random() - 0.5) * 0.16
  const rise = random() < 0.12 ? 0.35 : random() * 0.08
  const [column] = view.project(x, y, z)
  if (column < -0.02 * view.width || column > 1.02 * view.width) return
  const box = (left: number, bottom: number, right: number, top: number): Polygon => [
    ...view.project(x + left, y + bottom, z),
    ...view.project(x + right, y + bottom, z),
    ...view.project(x + right * 0.8, y + top, z),
    ...view.project(x + left * 0.8, y + top, z),
  ]
  if (colours === undefined) return paint([box(-0.22, 0.1, 0.22, 0.55)], [54, 92, 150])
  paint([box(-0.26 + sway, 0, 0.26 + sway, 0.78 + rise)], colours.shirt)
  paint([box(-0.13 + sway, 0.76 + rise, 0.13 + sway, 1.08 + rise)], colours.skin)
}
