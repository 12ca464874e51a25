// The court of the `opposite` rig: padel, 20 by 10 m, glass and mesh around it, a net across. The two ends look out on different gardens.
// Never moves; origin in the middle of the left camera's end, the right camera looks back from the other one.

import { mix, shade, type Rgb } from '../pitch/colour.ts'
import { letterPolygons, textWidth } from '../pitch/lettering.ts'
import { valueNoise } from '../pitch/random.ts'
import type { CourtPainter } from './outlines.ts'
import { opaque, type Scenery, type Sheet, type Shown } from './sheets.ts'
import { hedge, houseRow, skyOf, treeRow, wireFence } from './surroundings.ts'
import type { Vector } from './vector.ts'

/** Metres. */
export const padelCourt = { halfBreadth: 5, length: 20, net: 10, netHeight: 0.9 } as const

const { halfBreadth, length } = padelCourt
const steel: Rgb = [34, 38, 44]

export const padel: Scenery = {
  sheets: [
    { axis: 'y', at: 0, show: ground },
    glass('z', 0, [-halfBreadth, halfBreadth], 3),
    glass('z', length, [-halfBreadth, halfBreadth], 3),
    wireFence('z', 0, 3, 4, [-halfBreadth, halfBreadth], 2, steel),
    wireFence('z', length, 3, 4, [-halfBreadth, halfBreadth], 2, steel),
    ...([-halfBreadth, halfBreadth] as const).flatMap((x) => [
      glass('x', x, [0, 4], 3),
      glass('x', x, [length - 4, length], 3),
      wireFence('x', x, 3, 4, [0, 2], 2, steel),
      wireFence('x', x, 3, 4, [length - 2, length], 2, steel),
      wireFence('x', x, 0, 3, [4, length - 4], 2, steel),
    ]),
    hedge('z', length + 6, 1.6, 41),
    hedge('z', -7, 1.3, 44),
    hedge('x', -10, 1.5, 47),
    hedge('x', 11, 1.4, 50),
    treeRow('z', length + 14, 5.5, 151),
    treeRow('x', -21, 6.5, 160),
    treeRow('x', 24, 5.5, 169),
    treeRow('z', -30, 8, 178),
    houseRow('z', length + 42, 187),
    houseRow('z', -18, 191),
    houseRow('x', 46, 195),
    houseRow('x', -44, 199),
  ],
  behind: skyOf(0.9),
}

const turf: Rgb = [36, 92, 158]
const white: Rgb = [240, 243, 246]

function ground(x: number, z: number, blur: number): Shown | undefined {
  const seen = (size: number): number => Math.max(0, Math.min(1, (size / blur - 1) / 2))
  const inside = Math.abs(x) <= halfBreadth && z >= 0 && z <= length
  if (!inside) {
    const around = Math.max(Math.abs(x) - halfBreadth, -z, z - length)
    if (around < 2.2) return opaque(slabs(x, z, blur))
    return opaque(
      shade([92, 124, 62], 0.95 + 0.12 * valueNoise(x / 1.8, z / 1.8, 21) + 0.12 * seen(0.2) * valueNoise(x / 0.2, z / 0.2, 22)),
    )
  }
  const grain = 0.08 * seen(0.1) * valueNoise(x / 0.06, z / 0.1, 23) + 0.05 * seen(0.4) * valueNoise(x / 0.35, z / 0.4, 24)
  const sand = Math.max(0, 0.28 * valueNoise(x / 1.3, z / 1.1, 25) + 0.2 * valueNoise(x / 4, z / 3, 26))
  const fromNet = Math.abs(z - padelCourt.net)
  const isLine = Math.abs(fromNet - 6.95) < 0.03 || (Math.abs(x) < 0.03 && fromNet < 6.95 + 0.2)
  if (isLine) return opaque(shade(white, 0.97 + grain))
  const edge = Math.min(halfBreadth - Math.abs(x), z, length - z)
  return opaque(shade(mix(turf, [142, 152, 150], sand), (1 + grain) * (0.86 + 0.14 * Math.min(1, edge / 0.5))))
}

function slabs(x: number, z: number, blur: number): Rgb {
  const [a, b] = [x / 0.6, z / 0.6]
  const joint = blur < 0.04 && (Math.abs(a - Math.round(a)) < 0.015 || Math.abs(b - Math.round(b)) < 0.015)
  return joint
    ? [120, 118, 114]
    : shade([172, 168, 160], 0.92 + 0.08 * valueNoise(Math.floor(a), Math.floor(b), 27) + 0.05 * valueNoise(x / 0.4, z / 0.4, 28))
}

/** Panes of two metres, a little blue, with a streak of light across each; the frame is steel. */
function glass(axis: 'x' | 'z', at: number, reach: readonly [number, number], tall: number): Sheet {
  const show = (along: number, up: number): Shown | undefined => {
    if (along < reach[0] - 0.04 || along > reach[1] + 0.04 || up < 0 || up > tall) return undefined
    const pane = along / 2 - Math.floor(along / 2)
    if (pane < 0.018 || pane > 0.982 || up > tall - 0.05 || up < 0.06) return opaque(steel)
    const streak = (along * 0.8 + up) % 2
    const shine = streak > 0.4 && streak < 0.62 ? 0.13 : streak > 0.72 && streak < 0.78 ? 0.09 : 0
    return { colour: [206, 226, 236], alpha: 0.1 + shine + 0.05 * (up / tall) }
  }
  return { axis, at, show }
}

/** The net as something to look through, for whoever plays behind it: the backdrop does not hold it. */
export const net: Sheet = {
  axis: 'z',
  at: padelCourt.net,
  show: (x, y, blur) => {
    const top = 0.88 + (0.04 * x * x) / (halfBreadth * halfBreadth)
    if (Math.abs(x) > halfBreadth || y < 0.02 || y > top) return undefined
    if (y > top - 0.055) return opaque([244, 246, 248])
    if (Math.abs(x) < 0.025) return opaque([236, 238, 242])
    const mesh = 0.045
    if (blur > mesh / 5) return { colour: [20, 24, 32], alpha: 0.3 }
    const [a, b] = [x / mesh, y / mesh]
    const isCord = Math.abs(a - Math.round(a)) < 0.09 || Math.abs(b - Math.round(b)) < 0.09
    return isCord ? { colour: [20, 24, 32], alpha: 0.9 } : undefined
  },
}

/** What has edges of its own: lamps, banners above the glass, words on the ground's border, the net's posts. */
export function paintPadel(painter: CourtPainter): void {
  for (const x of [-halfBreadth - 0.15, halfBreadth + 0.15])
    for (const z of [3.2, length - 3.2]) {
      painter.beam([x, 0, z], [x, 6, z], 0.11, steel)
      painter.beam([x, 6, z], [x * 0.84, 6.1, z], 0.09, steel)
      painter.sheet(
        [
          [x * 0.82, 6.04, z - 0.3],
          [x * 0.93, 6.04, z - 0.3],
          [x * 0.93, 6.04, z + 0.3],
          [x * 0.82, 6.04, z + 0.3],
        ],
        [255, 250, 232],
      )
    }
  for (const x of [-halfBreadth, halfBreadth]) painter.beam([x, 0, padelCourt.net], [x, 1.05, padelCourt.net], 0.09, steel)
  banner(painter, 'EZREC PADEL', [20, 58, 110], (along, y) => [along, y, length - 0.02])
  banner(painter, 'BOOK A SLOT', [148, 36, 46], (along, y) => [-along, y, 0.02])
}

function banner(painter: CourtPainter, text: string, colour: Rgb, at: (along: number, y: number) => Vector): void {
  painter.sheet([at(-3, 3.12), at(3, 3.12), at(3, 3.88), at(-3, 3.88)], colour)
  const size = 5.2 / textWidth(text)
  painter.fill(
    letterPolygons(text, (x, y) => painter.place(at(-2.6 + x * size, 3.28 + y * 0.44))),
    [250, 250, 250],
  )
}
