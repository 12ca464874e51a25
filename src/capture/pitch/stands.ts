// What stands around the pitch: sky, stands with their crowd, roof, boards, goals, flags.
// Never moves.

import type { Backdrop } from './backdrop.ts'
import { mix, shade, type Rgb } from './colour.ts'
import { field } from './ground-plan.ts'
import { letterPolygons, textWidth } from './lettering.ts'
import { seededRandom, valueNoise } from './random.ts'
import type { Polygon } from './shape.ts'

export function paintSky(backdrop: Backdrop): void {
  const { view } = backdrop
  for (let y = 0; y < view.height; y += 1)
    for (let x = 0; x < view.width; x += 1) {
      const [u, v] = view.toPlane(x + 0.5, y + 0.5)
      const cloud = 0.6 * valueNoise(u / 300, v / 70, 21) + 0.4 * valueNoise(u / 90, v / 30, 22)
      backdrop.set(
        x,
        y,
        mix(mix([120, 168, 214], [196, 216, 232], Math.max(0, Math.min(1, (v + 95) / 330))), [244, 246, 248], Math.max(0, cloud)),
      )
    }
}

export function paintStands(backdrop: Backdrop): void {
  paintStand(backdrop, farStand)
  paintRoof(backdrop)
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
  backdrop.fill([corners], [92, 98, 108])
  backdrop.fill([[...feet.slice(0, 4), ...[front[1], front[0]].flatMap(([x, , z]) => project(x, 0, z))]], [70, 74, 82])
  for (let row = rows - 1; row >= 0; row -= 1) {
    const [from, to] = [seat(row, 0), seat(row, seats)]
    const step = [from, to].flatMap(([x, y, z]) => project(x, y, z))
    const riser = [to, from].flatMap(([x, y, z]) => project(x, y - 0.3, z))
    backdrop.fill([[...step, ...riser]], [62, 66, 76])
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
  { view, fill }: Backdrop,
  [x, y, z]: readonly [number, number, number],
  colours: { shirt: Rgb; skin: Rgb } | undefined,
  random: () => number,
): void {
  const sway = (random() - 0.5) * 0.16
  const rise = random() < 0.12 ? 0.35 : random() * 0.08
  const box = (left: number, bottom: number, right: number, top: number): Polygon => [
    ...view.project(x + left, y + bottom, z),
    ...view.project(x + right, y + bottom, z),
    ...view.project(x + right * 0.8, y + top, z),
    ...view.project(x + left * 0.8, y + top, z),
  ]
  if (colours === undefined) return fill([box(-0.22, 0.1, 0.22, 0.55)], [54, 92, 150])
  fill([box(-0.26 + sway, 0, 0.26 + sway, 0.78 + rise)], colours.shirt)
  fill([box(-0.13 + sway, 0.76 + rise, 0.13 + sway, 1.08 + rise)], colours.skin)
}

function paintRoof({ view, fill }: Backdrop): void {
  const sheet = (points: readonly (readonly [number, number, number])[]): Polygon => points.flatMap(([x, y, z]) => view.project(x, y, z))
  fill(
    [
      sheet([
        [-124, 29, 143],
        [124, 29, 143],
        [124, 23.6, 143],
        [-124, 23.6, 143],
      ]),
    ],
    [44, 48, 56],
  )
  fill(
    [
      sheet([
        [-114, 27.6, 112],
        [114, 27.6, 112],
        [124, 29, 143],
        [-124, 29, 143],
      ]),
    ],
    [58, 62, 70],
  )
  fill(
    [
      sheet([
        [-114, 29.2, 111],
        [114, 29.2, 111],
        [114, 27.4, 111],
        [-114, 27.4, 111],
      ]),
    ],
    [214, 218, 222],
  )
  for (let x = -100; x <= 100; x += 20) {
    fill(
      [
        sheet([
          [x - 0.25, 27.5, 113],
          [x + 0.25, 27.5, 113],
          [x + 0.25, 24, 142],
          [x - 0.25, 24, 142],
        ]),
      ],
      [120, 126, 134],
    )
    for (let n = 0; n < 5; n += 1)
      fill(
        [
          sheet([
            [x + 8 + n * 0.9, 27.2, 111],
            [x + 8.6 + n * 0.9, 27.2, 111],
            [x + 8.6 + n * 0.9, 26.6, 111],
            [x + 8 + n * 0.9, 26.6, 111],
          ]),
        ],
        [255, 252, 236],
      )
  }
}

const slogans = ['EZREC', 'BOOK A SLOT', 'PLAY', 'THE FILM IS READY', 'TWO CAMERAS', 'ONE FILM', 'FAIR PLAY', 'COURT 1'] as const
const boardColours: readonly (readonly [Rgb, Rgb])[] = [
  [
    [18, 40, 84],
    [250, 250, 250],
  ],
  [
    [236, 238, 240],
    [24, 92, 60],
  ],
  [
    [16, 110, 74],
    [250, 250, 250],
  ],
  [
    [240, 194, 46],
    [30, 32, 40],
  ],
  [
    [172, 32, 44],
    [250, 250, 250],
  ],
  [
    [28, 30, 36],
    [108, 214, 240],
  ],
]

export function paintBoards(backdrop: Backdrop): void {
  const boardHeight = 2.1
  const run = (length: number, at: (along: number, y: number) => readonly [number, number, number], first: number): void => {
    for (let n = 0; n * 11 < length; n += 1) {
      const slogan = slogans[(n + first) % slogans.length] ?? ''
      const [ground, ink] = boardColours[(n + first) % boardColours.length] ?? [
        [0, 0, 0],
        [255, 255, 255],
      ]
      const place = (along: number, y: number) => backdrop.view.project(...at(n * 11 + along, y))
      backdrop.fill([[...place(0.06, 0), ...place(10.94, 0), ...place(10.94, boardHeight), ...place(0.06, boardHeight)]], ground)
      const size = Math.min(1.25, 9.8 / textWidth(slogan))
      const left = (11 - textWidth(slogan) * size) / 2
      backdrop.fill(
        letterPolygons(slogan, (x, y) => place(left + x * size, (boardHeight - 1.25) / 2 + y * 1.25)),
        ink,
      )
    }
  }
  const back = field.far + 4.5
  run(99, (along, y) => [-49.5 + along, y, back], 0)
  run(66, (along, y) => [-51.5, y, field.near - 2.5 + along], 3)
  run(66, (along, y) => [51.5, y, back - along], 5)
}

export function paintGoals({ view, fill }: Backdrop): void {
  for (const side of [-1, 1] as const) {
    const x = side * field.halfLength
    const [near, far] = [field.middle - 3.9, field.middle + 3.9]
    const beam = (a: readonly [number, number, number], b: readonly [number, number, number], width: number): Polygon => {
      const [[x0, y0], [x1, y1]] = [view.project(...a), view.project(...b)]
      const length = Math.hypot(x1 - x0, y1 - y0)
      const half = (width * view.height) / 1080 / 2
      const [nx, ny] = [((y1 - y0) / length) * half, ((x0 - x1) / length) * half]
      return [x0 + nx, y0 + ny, x1 + nx, y1 + ny, x1 - nx, y1 - ny, x0 - nx, y0 - ny]
    }
    const depth = x + side * 2
    const net: Polygon[] = []
    for (let n = 0; n <= 16; n += 1) {
      const z = near + ((far - near) * n) / 16
      net.push(beam([depth, 0, z], [depth, 2, z], 1), beam([x, 2.7, z], [depth, 2, z], 1))
    }
    for (let n = 0; n <= 5; n += 1) {
      net.push(beam([depth, n * 0.4, near], [depth, n * 0.4, far], 1))
      for (const z of [near, far]) net.push(beam([x, n * 0.54, z], [depth, n * 0.4, z], 1))
    }
    fill(net, [230, 234, 238], 0.45)
    fill(
      [beam([x, 0, near], [x, 2.7, near], 4), beam([x, 0, far], [x, 2.7, far], 3.2), beam([x, 2.7, near], [x, 2.7, far], 3.6)],
      [250, 250, 250],
    )
    for (const z of [field.near, field.far]) {
      fill([beam([x, 0, z], [x, 1.7, z], 2)], [240, 220, 90])
      fill([[...view.project(x, 1.75, z), ...view.project(x + 0.8, 1.5, z), ...view.project(x, 1.2, z)]], [216, 52, 44])
    }
  }
}
