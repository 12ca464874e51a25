// How far two sets of times lie apart, without believing that they are bell-shaped.
// Pure.

/** Cliff's delta: how much likelier a time of `a` is longer than one of `b` than shorter; -1 to 1. By Romano (2006) 0.147 is small, 0.33 medium, 0.474 large. */
export function cliffsDelta(a: readonly number[], b: readonly number[]): number {
  const sorted = b.toSorted((x, y) => x - y)
  const sum = a.reduce((all, value) => all + countBelow(sorted, value) - (sorted.length - countUpTo(sorted, value)), 0)
  return sum / (a.length * b.length)
}

export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((x, y) => x - y)
  const half = sorted.length / 2
  return ((sorted[Math.ceil(half) - 1] ?? Number.NaN) + (sorted[Math.floor(half)] ?? Number.NaN)) / 2
}

const countBelow = (sorted: readonly number[], value: number): number => count(sorted, (each) => each < value)
const countUpTo = (sorted: readonly number[], value: number): number => count(sorted, (each) => each <= value)

/** How many at the beginning hold, where those that hold stand first. */
function count(sorted: readonly number[], holds: (value: number) => boolean): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const value = sorted[middle]
    if (value !== undefined && holds(value)) low = middle + 1
    else high = middle
  }
  return low
}
