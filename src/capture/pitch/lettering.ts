// Letters and figures as strokes, for boards and shirts, cards and scores.
// Never knows where they stand: a map takes them there.

import type { Point } from './homography.ts'
import type { Polygon } from './shape.ts'

/** Polygons of a text one unit high, from x = 0 to `textWidth`, y from 0 to 1 upwards, each corner taken through `place`. */
export function letterPolygons(text: string, place: (x: number, y: number) => Point, weight = 0.16): Polygon[] {
  const polygons: Polygon[] = []
  for (let n = 0; n < text.length; n += 1)
    for (const stroke of strokes.get(text.charAt(n)) ?? [])
      for (let at = 0; at + 1 < stroke.length; at += 1) {
        const [from, to] = [stroke[at], stroke[at + 1]]
        if (from !== undefined && to !== undefined) polygons.push(bar(from, to, n * advance, weight, place))
      }
  return polygons
}

/** In units of the letters' height. */
export const textWidth = (text: string): number => text.length * advance - (advance - 4 / 6)

/** From one letter's left edge to the next one's. */
const advance = 1

/** Letters stand on a grid of 4 by 6 steps: two digits a corner, a space between corners, a slash between strokes. */

const glyphs: Readonly<Record<string, string>> = {
  A: '00 26 40/12 32',
  B: '00 06 36 45 44 33 03/33 42 41 30 00',
  C: '45 36 16 05 01 10 30 41',
  D: '00 06 26 44 42 20 00',
  E: '40 00 06 46/03 33',
  F: '00 06 46/03 33',
  G: '45 36 16 05 01 10 30 41 43 23',
  H: '00 06/40 46/03 43',
  I: '10 30/20 26/16 36',
  J: '01 10 30 41 46',
  K: '00 06/46 03 40',
  L: '06 00 40',
  M: '00 06 23 46 40',
  N: '00 06 40 46',
  O: '10 01 05 16 36 45 41 30 10',
  P: '00 06 36 45 44 33 03',
  Q: '10 01 05 16 36 45 41 30 10/22 40',
  R: '00 06 36 45 44 33 03/23 40',
  S: '01 10 30 41 42 33 13 04 05 16 36 45',
  T: '20 26/06 46',
  U: '06 01 10 30 41 46',
  V: '06 20 46',
  W: '06 10 23 30 46',
  X: '00 46/06 40',
  Y: '06 23 46/23 20',
  Z: '06 46 00 40',
  '0': '10 01 05 16 36 45 41 30 10',
  '1': '04 26 20/10 30',
  '2': '05 16 36 45 44 00 40',
  '3': '06 46 23 33 42 41 30 10 01',
  '4': '30 36 02 42',
  '5': '46 06 03 33 42 41 30 00',
  '6': '36 16 05 01 10 30 41 42 33 03',
  '7': '06 46 20',
  '8': '13 04 05 16 36 45 44 33 13 02 01 10 30 41 42 33',
  '9': '10 30 41 45 36 16 05 04 13 43',
  '-': '13 33',
  '+': '03 43/21 25',
  '/': '00 46',
  '.': '20 21',
  ',': '21 10',
  ':': '21 22/24 25',
  "'": '25 26',
  '!': '22 26/20 21',
  '?': '05 16 36 45 44 23 22/20 21',
  '(': '30 12 14 36',
  ')': '10 32 34 16',
  '&': '40 04 05 16 25 24 01 10 20 42',
}

const strokes: ReadonlyMap<string, readonly (readonly Point[])[]> = new Map(
  Object.entries(glyphs).map(([letter, lines]) => [letter, lines.split('/').map((line) => line.split(' ').map(cornerOf))]),
)

/** The signs that can be drawn, the space beside them. */
export const drawnLetters: ReadonlySet<string> = new Set([...strokes.keys(), ' '])

function cornerOf(digits: string): Point {
  return [Number(digits[0]) / 6, Number(digits[1]) / 6]
}

/** A stroke's straight piece, lengthened by half its weight at both ends so that corners close. */
function bar(from: Point, to: Point, shift: number, weight: number, place: (x: number, y: number) => Point): Polygon {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1])
  const half = weight / 2
  const [dx, dy] = [((to[0] - from[0]) / length) * half, ((to[1] - from[1]) / length) * half]
  return [
    ...place(shift + from[0] - dx - dy, from[1] - dy + dx),
    ...place(shift + from[0] - dx + dy, from[1] - dy - dx),
    ...place(shift + to[0] + dx + dy, to[1] + dy - dx),
    ...place(shift + to[0] + dx - dy, to[1] + dy + dx),
  ]
}
