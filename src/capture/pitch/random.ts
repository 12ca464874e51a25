// Chance that is the same on every machine: numbers from a seed, and smooth noise over a plane.
// Never asks the machine for randomness.

/** Uniform in [0, 1). Source: "mulberry32", T. Ettinger, public domain. */
export function seededRandom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Smooth noise in [-1, 1] with features of about one unit. */
export function valueNoise(x: number, y: number, seed: number): number {
  const [column, row] = [Math.floor(x), Math.floor(y)]
  const [fx, fy] = [ease(x - column), ease(y - row)]
  const top = lattice(column, row, seed) * (1 - fx) + lattice(column + 1, row, seed) * fx
  const bottom = lattice(column, row + 1, seed) * (1 - fx) + lattice(column + 1, row + 1, seed) * fx
  return top * (1 - fy) + bottom * fy
}

const ease = (t: number): number => t * t * (3 - 2 * t)

function lattice(column: number, row: number, seed: number): number {
  let hash = (Math.imul(column, 374761393) + Math.imul(row, 668265263) + Math.imul(seed, 974634533)) | 0
  hash = Math.imul(hash ^ (hash >>> 13), 1274126177)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 31 - 1
}
