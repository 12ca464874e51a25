// The court of the `real` rig: a small football pitch of 44 by 30 m with boards, a fence, a stand and a neighbourhood behind it.
// Never moves; origin below the mast of the cameras.

import { boardColours, slogans } from '../pitch/boards.ts'
import { mix, shade, type Rgb } from '../pitch/colour.ts'
import { letterPolygons, textWidth } from '../pitch/lettering.ts'
import { valueNoise } from '../pitch/random.ts'
import type { CourtPainter } from './outlines.ts'
import { opaque, type Scenery, type Sheet, type Shown } from './sheets.ts'
import { hedge, houseRow, skyOf, treeRow, wireFence } from './surroundings.ts'
import type { Vector } from './vector.ts'

/** The pitch in metres: its near touchline lies 3.2 m before the mast. */
export const pitch = { halfLength: 22, near: 3.2, far: 33.2, middle: 18.2 } as const

const boardHeight = 1.05
const farBoard = pitch.far + 1.1
const endBoard = pitch.halfLength + 1.6

export const fiveASide: Scenery = {
  sheets: [
    { axis: 'y', at: 0, show: ground },
    board('z', farBoard, [-endBoard, endBoard]),
    board('x', -endBoard, [-2, farBoard]),
    board('x', endBoard, [-2, farBoard]),
    wireFence('z', farBoard + 0.4, boardHeight, 4.2, [-endBoard - 0.6, endBoard + 0.6], 4, [76, 96, 84]),
    wireFence('x', -endBoard - 0.6, boardHeight, 5.2, [-6, farBoard + 0.4], 4, [76, 96, 84]),
    wireFence('x', endBoard + 0.6, boardHeight, 5.2, [-6, farBoard + 0.4], 4, [76, 96, 84]),
    ...Array.from({ length: 5 }, (_, row) => seats(row)),
    standRoof(),
    standBack(),
    hedge('z', 44, 1.9, 71),
    hedge('x', -29, 1.7, 74),
    hedge('x', 29, 1.8, 77),
    houseRow('z', 74, 80),
    treeRow('z', 56, 5.6, 83),
    treeRow('x', -36, 7, 90),
    treeRow('x', 38, 6.4, 95),
    houseRow('x', 64, 99),
    houseRow('x', -62, 103),
  ],
  behind: skyOf(-0.6),
}

const grass: Rgb = [70, 128, 56]
const white: Rgb = [238, 242, 236]

function ground(x: number, z: number, blur: number): Shown | undefined {
  const seen = (size: number): number => Math.max(0, Math.min(1, (size / blur - 1) / 2))
  const beyond = Math.max(Math.abs(x) - pitch.halfLength, z - pitch.far, pitch.near - z)
  const grain = 0.07 * seen(0.5) * valueNoise(x / 0.45, z / 0.6, 11) + 0.09 * seen(0.12) * valueNoise(x / 0.09, z / 0.13, 12)
  const fibre = 0.1 * seen(0.04) * valueNoise(x / 0.025, z / 0.06, 13)
  const patches = 0.06 * valueNoise(x / 6, z / 5, 14) + 0.04 * valueNoise(x / 1.6, z / 1.9, 15)
  const light = 1 + grain + fibre + patches
  if (beyond > 16) return opaque(shade([96, 128, 66], 0.95 + 0.1 * patches + 0.14 * valueNoise(x / 2.2, z / 2.2, 16)))
  if (Math.abs(x) > endBoard || z > farBoard) return opaque(paving(x, z, blur))
  if (beyond > 0.05) return opaque(shade([58, 106, 62], light * 0.96))
  const line = lineShare(x, z)
  const band = Math.floor((x + 22) / 4) % 2 === 0 ? 1.07 : 0.95
  const worn = 0.5 * Math.exp(-(((Math.abs(x) - 20.6) / 1.5) ** 2) - ((z - pitch.middle) / 2.2) ** 2) * (0.7 + 0.3 * valueNoise(x, z, 17))
  const turf = shade(mix(grass, [136, 126, 80], Math.max(0, worn)), light * band)
  return opaque(mix(turf, shade(white, 1 + grain * 0.5), line * 0.93))
}

/** Lines are 8 cm wide: touch and goal lines, halfway, circle, areas of 6 m around the posts, spots. */
function lineShare(x: number, z: number): number {
  const on = (distance: number): boolean => Math.abs(distance) < 0.045
  const [along, across] = [Math.abs(x), z - pitch.middle]
  const fromPost = Math.hypot(pitch.halfLength - along, Math.max(0, Math.abs(across) - 1.5))
  const isLine =
    on(along - pitch.halfLength + 0.045) ||
    on(Math.abs(across) - 15 + 0.045) ||
    on(x) ||
    on(Math.hypot(x, across) - 3) ||
    on(fromPost - 6) ||
    Math.hypot(x, across) < 0.12 ||
    Math.hypot(along - pitch.halfLength + 6, across) < 0.12 ||
    Math.hypot(along - pitch.halfLength + 10, across) < 0.12
  return isLine ? 1 : 0
}

/** Bricks in a running bond. */
function paving(x: number, z: number, blur: number): Rgb {
  const row = Math.floor(z / 0.1)
  const along = x / 0.2 + (row % 2) * 0.5
  const joint = blur < 0.03 && (Math.abs(along - Math.round(along)) < 0.04 || z / 0.1 - row < 0.09)
  const tone = 0.9 + 0.16 * valueNoise(Math.floor(along) * 1.3, row * 1.7, 18) + 0.08 * valueNoise(x / 2, z / 2, 19)
  return joint ? [112, 98, 90] : shade([166, 128, 108], tone)
}

function board(axis: 'x' | 'z', at: number, [from, to]: readonly [number, number]): Sheet {
  const show = (along: number, up: number): Shown | undefined => {
    if (along < from || along > to || up < 0 || up > boardHeight) return undefined
    const n = Math.floor((along - from) / boardLength)
    const within = along - from - n * boardLength
    if (within < 0.03 || within > boardLength - 0.03 || up > boardHeight - 0.03) return opaque([206, 210, 214])
    const [colour] = boardColours[(n + (axis === 'x' ? 2 : 0)) % boardColours.length] ?? [[30, 30, 40] satisfies Rgb]
    return opaque(shade(colour, 0.94 + 0.06 * (up / boardHeight)))
  }
  return { axis, at, show }
}

const boardLength = 5.24

/** One row of the stand: people from the waist up, transparent between them, so that the rows behind are seen. */
function seats(row: number): Sheet {
  const floor = 0.35 + row * 0.5
  const show = (x: number, y: number): Shown | undefined => {
    if (Math.abs(x) > 15 || y < 0 || y > floor + 1.2) return undefined
    if (y < floor) return opaque(shade([118, 122, 128], 0.8 + (0.25 * y) / (floor + 0.01)))
    const place = 0.58
    const n = Math.floor(x / place + row * 0.5)
    const chance = (k: number): number => 0.5 + 0.5 * valueNoise(n * 5.3 + k * 11.9, row * 7.1 + k * 3.7, 131)
    const within = x - (n + 0.5 - row * 0.5) * place - (chance(1) - 0.5) * 0.16
    const above = y - floor
    if (above < 0.3 && Math.abs(within) < 0.24 && chance(2) < 0.24) return opaque([44, 84, 140])
    if (chance(2) < 0.24) return undefined
    const tall = 0.58 + 0.12 * chance(3)
    const [skin, hair]: readonly [Rgb, Rgb] = [
      mix([228, 186, 156], [116, 80, 60], chance(4) ** 2),
      mix([34, 28, 26], [150, 112, 66], chance(5) ** 2),
    ]
    const head = Math.hypot(within, (above - tall - 0.12) * 0.85)
    if (head < 0.105) return opaque(above > tall + 0.17 || (within * (chance(1) - 0.5) > 0.03 && above > tall + 0.1) ? hair : skin)
    if (above < tall && Math.abs(within) < 0.25 - 0.14 * Math.max(0, (above - tall + 0.14) / 0.14)) {
      const shirt = shirts[Math.floor(chance(6) * shirts.length * 0.999)] ?? [90, 90, 96]
      return opaque(shade(shirt, 0.8 + 0.3 * (above / tall) - (Math.abs(within) < 0.012 ? 0.12 : 0)))
    }
    return undefined
  }
  return { axis: 'z', at: 36.2 + row * 0.75, show }
}

const shirts: readonly Rgb[] = [
  [196, 52, 50],
  [236, 234, 228],
  [40, 66, 132],
  [232, 178, 60],
  [60, 112, 78],
  [88, 90, 98],
  [150, 170, 196],
  [112, 60, 88],
]

function standRoof(): Sheet {
  const show = (x: number, z: number): Shown | undefined => {
    if (Math.abs(x) > 15.6 || z < 35.7 || z > 40.6) return undefined
    return opaque(Math.abs(x - Math.round(x / 2.6) * 2.6) < 0.08 ? [96, 100, 108] : [150, 152, 156])
  }
  return { axis: 'y', at: 4.7, show }
}

function standBack(): Sheet {
  const show = (x: number, y: number): Shown | undefined => {
    if (Math.abs(x) > 15.4 || y < 0 || y > 4.7) return undefined
    return opaque(shade([84, 92, 104], 0.85 + 0.1 * Math.cos(x * 21) + 0.03 * y))
  }
  return { axis: 'z', at: 40.4, show }
}

/** What has edges of its own: words, goals, lamps, the roof's front. */
export function paintFiveASide(painter: CourtPainter): void {
  words(painter, Math.floor((2 * endBoard) / boardLength), 0, (along, y) => [along - endBoard, y, farBoard - 0.01])
  words(painter, 7, 2, (along, y) => [-endBoard + 0.01, y, along - 2])
  words(painter, 7, 2, (along, y) => [endBoard - 0.01, y, 7 * boardLength - 2 - along], true)
  roofFront(painter)
  for (const x of [-21, -7, 7, 21]) lamp(painter, x, farBoard + 1)
  for (const side of [-1, 1] as const) goal(painter, side)
  for (const x of [-pitch.halfLength, pitch.halfLength])
    for (const z of [pitch.near, pitch.far]) {
      painter.beam([x, 0, z], [x, 1.5, z], 0.03, [240, 220, 90])
      painter.sheet(
        [
          [x, 1.5, z],
          [x + 0.42, 1.38, z],
          [x, 1.24, z],
        ],
        [216, 52, 44],
      )
    }
}

function words(painter: CourtPainter, boards: number, first: number, at: (along: number, y: number) => Vector, mirrored = false): void {
  for (let n = 0; n < boards; n += 1) {
    // A run that is read from its far end has its colours in the other order.
    const place = mirrored ? boards - 1 - n : n
    const slogan = slogans[(n + first) % slogans.length] ?? ''
    const [, ink] = boardColours[(place + first) % boardColours.length] ?? [white, white]
    const size = Math.min(0.56, (boardLength - 0.7) / textWidth(slogan))
    const left = (boardLength - textWidth(slogan) * size) / 2
    painter.fill(
      letterPolygons(slogan, (x, y) => painter.place(at(n * boardLength + left + x * size, 0.24 + y * 0.56))),
      ink,
    )
  }
}

function roofFront(painter: CourtPainter): void {
  painter.sheet(
    [
      [-15.7, 4.6, 35.6],
      [15.7, 4.6, 35.6],
      [15.7, 5.4, 35.6],
      [-15.7, 5.4, 35.6],
    ],
    [236, 240, 244],
  )
  const text = 'EZREC PARK'
  const left = (-textWidth(text) * 0.9) / 2
  painter.fill(
    letterPolygons(text, (x, y) => painter.place([left + x * 0.9, 4.76 + y * 0.48, 35.6])),
    [24, 78, 140],
  )
  for (const x of [-15, -7.5, 7.5, 15]) painter.beam([x, 0.4, 35.7], [x, 4.6, 35.7], 0.1, [92, 98, 108])
}

function lamp(painter: CourtPainter, x: number, z: number): void {
  painter.beam([x, 0, z], [x, 9.4, z], 0.13, [96, 102, 108])
  painter.beam([x - 1.1, 9.4, z], [x + 1.1, 9.4, z], 0.1, [96, 102, 108])
  for (const side of [-0.8, 0, 0.8])
    painter.sheet(
      [
        [x + side - 0.3, 9.2, z],
        [x + side + 0.3, 9.2, z],
        [x + side + 0.3, 9.62, z],
        [x + side - 0.3, 9.62, z],
      ],
      [255, 250, 228],
    )
}

/** 3 by 2 m, 1 m deep. */
function goal(painter: CourtPainter, side: -1 | 1): void {
  const [x, back] = [side * pitch.halfLength, side * (pitch.halfLength + 1)]
  const [near, far] = [pitch.middle - 1.5, pitch.middle + 1.5]
  for (let n = 0; n <= 15; n += 1) {
    const z = near + (far - near) * (n / 15)
    painter.beam([back, 0, z], [x + side * 0.35, 2, z], 0.02, [232, 236, 240], 0.5)
  }
  for (let n = 0; n <= 9; n += 1) {
    const [y, deep] = [2 - n * 0.22, x + side * (0.35 + 0.072 * n)]
    painter.beam([deep, y, near], [deep, y, far], 0.02, [232, 236, 240], 0.5)
    for (const z of [near, far]) painter.beam([x, y, z], [deep, y, z], 0.02, [232, 236, 240], 0.5)
  }
  painter.beam([x, 0, near], [x, 2, near], 0.1, [250, 250, 250])
  painter.beam([x, 0, far], [x, 2, far], 0.1, [250, 250, 250])
  painter.beam([x, 2, near], [x, 2, far], 0.1, [250, 250, 250])
}
