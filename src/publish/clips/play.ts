// Where the play is in a part of a film: what moves between small pictures of it, and the way of a window that sees the most of that. Pure.
// Where nothing moves, or everything does, nobody knows: the window stays where it was, or in the middle.

import type { Cell } from '../../merge/layouts/canvas.ts'

/** A small grey picture of the whole canvas. */
export type SmallGrey = { readonly width: number; readonly height: number }

/** How much moves in each column of a pane, from one small picture to the next; zeros where nobody knows. */
export type Movement = Float64Array

/** Code values: less is noise, or a key frame that pulses. */
const stillBelow = 14
/** Fewer cells are a bird. */
const fewestCells = 4
/** More of a pane are a light that was switched, a card, a cut. */
const mostShare = 0.4

/** Between each small picture and the next one; `pane` is in cells of the small pictures. */
export function movementsIn(pictures: Uint8Array, { width, height }: SmallGrey, pane: Cell): readonly Movement[] {
  const bytes = width * height
  const count = Math.floor(pictures.length / bytes)
  return Array.from({ length: Math.max(0, count - 1) }, (_, step) => {
    const columns = new Float64Array(pane.width)
    let cells = 0
    for (let y = pane.y; y < pane.y + pane.height; y += 1)
      for (let x = 0; x < pane.width; x += 1) {
        const at = step * bytes + y * width + pane.x + x
        if (Math.abs((pictures[at] ?? 0) - (pictures[at + bytes] ?? 0)) < stillBelow) continue
        columns[x] = (columns[x] ?? 0) + 1
        cells += 1
      }
    return cells < fewestCells || cells > mostShare * pane.width * pane.height ? columns.fill(0) : columns
  })
}

export const totalOf = (movements: readonly Movement[]): number =>
  movements.reduce((sum, columns) => sum + columns.reduce((all, each) => all + each, 0), 0)

/** Places that a window may take, from the left edge (0) to the right one. */
const places = 33
/** A window moves by at most so many places a step: all the way in 16 steps. */
const mostPlaces = 2
/** Of the play that is seen: what a place further costs, so that the window follows the play and not each player. */
const moveCost = 0.04
/** What the middle is worth more than an edge: it decides where nothing moves. */
const middleWorth = 0.001

/** The way of a window of this share of the pane's width: for each step how far right of the left edge it stands, 0 to 1 of the room that it has.
 *  Of all ways that are not too fast it is the one that sees the most of the play; then eased over `easeSteps` on either side. */
export function windowWay(movements: readonly Movement[], windowShare: number, easeSteps: number): readonly number[] {
  if (movements.length === 0 || windowShare >= 1) return movements.map(() => 0.5)
  const worth = movements.map((columns) => worthOf(columns, windowShare))
  let best = worth[0] ?? new Float64Array(places)
  const cameFrom: Int32Array[] = []
  for (const here of worth.slice(1)) {
    const next = new Float64Array(places)
    const from = new Int32Array(places)
    for (let place = 0; place < places; place += 1) {
      from[place] = bestBefore(best, place)
      next[place] = (here[place] ?? 0) + (best[from[place] ?? 0] ?? 0) - moveCost * Math.abs(place - (from[place] ?? 0))
    }
    best = next
    cameFrom.push(from)
  }
  let place = best.reduce((top, value, at) => (value > (best[top] ?? 0) ? at : top), middle)
  const way = [place]
  for (const from of cameFrom.toReversed()) way.unshift((place = from[place] ?? place))
  return eased(
    way.map((each) => each / (places - 1)),
    easeSteps,
  )
}

const middle = (places - 1) / 2

/** From which place it is best to come here; to stay, where that is as good. */
function bestBefore(best: Float64Array, place: number): number {
  let from = place
  const valueFrom = (at: number): number => (best[at] ?? Number.NEGATIVE_INFINITY) - moveCost * Math.abs(place - at)
  for (let at = Math.max(0, place - mostPlaces); at <= Math.min(places - 1, place + mostPlaces); at += 1)
    if (valueFrom(at) > valueFrom(from)) from = at
  return from
}

/** The share of a step's movement that a window sees from each place: fully in its middle, by half at its edges, so that who runs is not at its edge. */
function worthOf(columns: Movement, windowShare: number): Float64Array {
  const all = columns.reduce((sum, each) => sum + each, 0)
  const wide = Math.max(1, Math.round(windowShare * columns.length))
  return Float64Array.from({ length: places }, (_, place) => {
    const left = Math.round((place / (places - 1)) * (columns.length - wide))
    let seen = 0
    for (let x = 0; all > 0 && x < wide; x += 1)
      seen += ((columns[left + x] ?? 0) / all) * (1 - edgeLoss * Math.abs((2 * x + 1) / wide - 1))
    return seen + middleWorth * (1 - Math.abs(place - middle) / middle)
  })
}

/** What movement at a window's edge counts less than in its middle. */
const edgeLoss = 0.5

/** The mean over so many steps on either side, fewer at the ends, twice: it begins to move and stops as a hand would. */
function eased(way: readonly number[], steps: number): readonly number[] {
  const once = (values: readonly number[]): readonly number[] =>
    values.map((_, at) => {
      const near = Math.min(steps, at, values.length - 1 - at)
      const around = values.slice(at - near, at + near + 1)
      return around.reduce((sum, each) => sum + each, 0) / around.length
    })
  return once(once(way))
}
