// The boards around the pitch with their words.
// Never names anyone's brand but ours.

import type { Backdrop } from './backdrop.ts'
import type { Rgb } from './colour.ts'
import { field } from './ground-plan.ts'
import { letterPolygons, textWidth } from './lettering.ts'

export const slogans = ['EZREC', 'BOOK A SLOT', 'PLAY', 'THE FILM IS READY', 'TWO CAMERAS', 'ONE FILM', 'FAIR PLAY', 'COURT 1'] as const
/** Ground and ink. */
export const boardColours: readonly (readonly [Rgb, Rgb])[] = [
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
      backdrop.paint([[...place(0.06, 0), ...place(10.94, 0), ...place(10.94, boardHeight), ...place(0.06, boardHeight)]], ground)
      const size = Math.min(1.25, 9.8 / textWidth(slogan))
      const left = (11 - textWidth(slogan) * size) / 2
      backdrop.paint(
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
