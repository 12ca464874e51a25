// Numbers as people read them, and words as a shell takes them.
// Pure.

/** `1 film`, `2 films`. */
export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/** One word of a command that somebody may copy into a shell. */
export const shellWord = (text: string): string => (/^[\w./:@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`)

/** Letters that were added, left out, mistaken or swapped with their neighbour: the optimal string alignment distance. */
export function edits(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Number.POSITIVE_INFINITY
  for (let i = 1; i <= a.length; i += 1) {
    rows[i] = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY
      const least = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + Number(a[i - 1] !== b[j - 1]), swapped)
      rows[i]?.push(least)
    }
  }
  return at(a.length, b.length)
}

/** The one of these words that was meant, when it is near one. */
export const nearestOf = (word: string, words: readonly string[]): string | undefined =>
  words.toSorted((a, b) => edits(word, a) - edits(word, b)).find((each) => edits(word, each) <= Math.min(3, each.length / 2))
