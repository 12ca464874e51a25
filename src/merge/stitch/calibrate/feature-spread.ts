// Which key points are kept of many: the strongest of each cell of the picture, so that a bright corner does not outweigh the rest. Pure.
// Never moves one.

/** Cells across a picture. */
const columns = 24
const rows = 14

/** Indices of at most `most` of the points, in the order in which they are worth keeping: the best of each cell first. */
export function spreadEvenly(
  points: readonly { readonly x: number; readonly y: number; readonly response: number }[],
  { width, height }: { readonly width: number; readonly height: number },
  most: number,
): readonly number[] {
  const cellOf = ({ x, y }: { x: number; y: number }): number =>
    Math.floor((y * rows) / height) * columns + Math.floor((x * columns) / width)
  const strongest = points.map((_, n) => n).toSorted((a, b) => (points[b]?.response ?? 0) - (points[a]?.response ?? 0))
  const taken = new Map<number, number>()
  const ranked = strongest.map((n) => {
    const cell = cellOf(points[n] ?? { x: 0, y: 0 })
    const rank = taken.get(cell) ?? 0
    taken.set(cell, rank + 1)
    return { n, rank }
  })
  return ranked
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, most)
    .map(({ n }) => n)
}
