// Which known name a slip of the finger was meant for.
// Never guesses far: a name that is only alike is left alone.

/** The known name that is one slip away (two for names of 8 letters and more), or `undefined`. Case does not count as a slip of its own. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((candidate) => ({ candidate, slips: slipsBetween(name.toUpperCase(), candidate) }))
    .filter(({ candidate, slips }) => slips <= (candidate.length >= 8 ? 2 : 1))
    .toSorted((a, b) => a.slips - b.slips)
  return ranked[0]?.candidate
}

/** Letters inserted, dropped, replaced, or swapped with their neighbour. "Optimal string alignment", Damerau 1964. */
function slipsBetween(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3 // more than any caller allows: spares the table for long strangers
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  const cell = (i: number, j: number): number => rows[i]?.[j] ?? Infinity
  for (let i = 1; i <= a.length; i += 1) {
    rows[i] = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1]
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const best = Math.min(
        cell(i - 1, j) + 1,
        cell(i, j - 1) + 1,
        cell(i - 1, j - 1) + (same ? 0 : 1),
        swapped ? cell(i - 2, j - 2) + 1 : Infinity,
      )
      rows[i]?.push(best)
    }
  }
  return cell(a.length, b.length)
}
