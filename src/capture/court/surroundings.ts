// What lies around a court: sky, trees, houses, hedges, lamps' light on nothing. The same for both cameras, from wherever they look.
// Never moves.

import { mix, shade, type Rgb } from '../pitch/colour.ts'
import { valueNoise } from '../pitch/random.ts'
import { opaque, type Sheet, type Shown } from './sheets.ts'
import type { Vector } from './vector.ts'

/** An evening sky: warm above the horizon, brightest towards `sunward` (a heading in radians), with clouds that are far away. */
export const skyOf =
  (sunward: number) =>
  ([x, y, z]: Vector): Rgb => {
    const level = Math.hypot(x, z)
    const [heading, rise] = [Math.atan2(x, z), Math.max(0, Math.atan2(y, level))]
    const glow = Math.max(0, Math.cos(heading - sunward)) ** 3 * Math.exp(-rise * 5)
    const clear = mix(
      mix([236, 214, 186], [150, 186, 220], Math.min(1, rise * 3.2)),
      [86, 134, 190],
      Math.min(1, Math.max(0, rise * 2.2 - 0.3)),
    )
    const bank = 0.62 * valueNoise(heading * 7, rise * 26, 61) + 0.38 * valueNoise(heading * 22, rise * 70, 62)
    const cloud = Math.max(0, Math.min(1, (bank - 0.02) * 2.2))
    const lit = mix([250, 240, 226], [206, 198, 204], Math.max(0, valueNoise(heading * 9, rise * 30 + 0.35, 63)))
    return mix(mix(clear, lit, cloud * 0.85), [255, 236, 200], glow * 0.6)
  }

/** A row of trees: crowns of leaves over trunks, `tall` metres high, the top ones lighter. */
export function treeRow(axis: 'x' | 'z', at: number, tall: number, seed: number): Sheet {
  const show = (along: number, up: number, blur: number): Shown | undefined => {
    if (up < 0 || up > tall * 1.6) return undefined
    const crown = tall * (0.86 + 0.3 * valueNoise(along / 5.5, seed, seed) + 0.12 * valueNoise(along / 1.7, seed, seed + 1))
    const edge = 0.5 * valueNoise(along / 0.8, up / 0.8, seed + 2) + 0.25 * valueNoise(along / 0.3, up / 0.3, seed + 3)
    if (up > crown + edge) return undefined
    const trunk = Math.abs(((along + 4 * valueNoise(Math.floor(along / 6), 0, seed + 4)) % 6) - 3) < 0.22
    const bare = 1.5 + 0.6 * valueNoise(along / 2.4, 3, seed + 5)
    if (up < bare) return trunk ? opaque([74, 60, 48]) : up < 0.5 + 0.5 * edge ? opaque([62, 82, 48]) : undefined
    const fine = Math.max(0, Math.min(1, 0.5 / blur - 0.5))
    const clump = 0.55 * valueNoise(along / 1.9, up / 1.5, seed + 6) + 0.45 * fine * valueNoise(along / 0.45, up / 0.4, seed + 7)
    const leaf = mix([48, 74, 42], [112, 124, 58], 0.5 + 0.5 * valueNoise(along / 9, 1, seed + 8))
    return opaque(shade(leaf, Math.max(0.3, 0.78 + 0.42 * clump + 0.28 * (up / crown - 0.5))))
  }
  return { axis, at, show }
}

/** A hedge with an even top. */
export function hedge(axis: 'x' | 'z', at: number, tall: number, seed: number): Sheet {
  const show = (along: number, up: number): Shown | undefined => {
    if (up < 0 || up > tall + 0.08 * valueNoise(along / 0.4, 0, seed)) return undefined
    const leaves = 0.6 * valueNoise(along / 0.35, up / 0.3, seed + 1) + 0.4 * valueNoise(along / 0.12, up / 0.12, seed + 2)
    return opaque(shade([58, 92, 50], Math.max(0.3, 0.72 + 0.3 * leaves + 0.3 * (up / tall) ** 2)))
  }
  return { axis, at, show }
}

const walls: readonly Rgb[] = [
  [214, 196, 172],
  [188, 108, 84],
  [226, 218, 206],
  [168, 150, 138],
  [202, 172, 120],
]
const roofs: readonly Rgb[] = [
  [128, 66, 50],
  [88, 84, 88],
  [110, 74, 58],
]

/** Houses side by side with gables, windows and doors; some windows are lit. */
export function houseRow(axis: 'x' | 'z', at: number, seed: number): Sheet {
  const breadth = 11
  const show = (along: number, up: number): Shown | undefined => {
    const number = Math.floor(along / breadth)
    const chance = (n: number): number => 0.5 + 0.5 * valueNoise(number * 3.7 + n * 17.3, n * 5.1, seed)
    const within = along - number * breadth - breadth / 2
    const [eaves, ridge] = [5.4 + 1.6 * chance(1), 9.2 + 2.6 * chance(2)]
    const half = 4.3 + 0.9 * chance(3)
    const slope = ridge - ((ridge - eaves) * Math.abs(within)) / (half + 0.4)
    if (up < 0 || up > slope || Math.abs(within) > half + 0.4) return undefined
    const wall = walls[Math.floor(chance(4) * walls.length * 0.999)] ?? [200, 190, 180]
    if (up > eaves && up > slope - 0.7)
      return opaque(shade(roofs[Math.floor(chance(5) * roofs.length * 0.999)] ?? [100, 80, 70], 0.85 + 0.15 * Math.cos(up * 40)))
    if (Math.abs(within) > half) return undefined
    const [column, row] = [Math.floor((within + half) / 1.9), Math.floor((up - 0.9) / 2.5)]
    const [inX, inY] = [within + half - column * 1.9 - 0.95, up - 0.9 - row * 2.5]
    const isWindow = Math.abs(inX) < 0.5 && inY > 0.2 && inY < 1.6 && row >= 0 && up < eaves + 1.4 && Math.abs(within) < half - 0.6
    if (!isWindow) return opaque(shade(wall, 0.92 + 0.05 * valueNoise(along / 0.5, up / 0.2, seed + 9)))
    const frame = Math.abs(inX) > 0.43 || inY < 0.28 || inY > 1.52 || Math.abs(inX) < 0.04
    if (frame) return opaque([240, 238, 232])
    const lit = valueNoise(number * 9.1 + column * 3.3, row * 7.7, seed + 10) > 0.35
    return opaque(lit ? [255, 214, 140] : mix([70, 84, 100], [150, 170, 190], inY / 1.6))
  }
  return { axis, at, show }
}

/** A wire fence with posts and rails: the wires themselves only where a pixel can show them, else their share of it. */
export function wireFence(
  axis: 'x' | 'z',
  at: number,
  from: number,
  to: number,
  reach: readonly [number, number],
  every: number,
  colour: Rgb,
): Sheet {
  const show = (along: number, up: number, blur: number): Shown | undefined => {
    if (along < reach[0] || along > reach[1] || up < from || up > to + 0.05) return undefined
    const post = Math.abs(along - Math.round(along / every) * every) < 0.045
    const rail = up > to - 0.04 || Math.abs(up - from - 0.05) < 0.03 || Math.abs(up - (from + to) / 2) < 0.02
    if (post || rail) return opaque(shade(colour, 0.95))
    if (up > to) return undefined
    const mesh = 0.06
    const wire = 0.0035
    if (blur > 0.02) return { colour, alpha: 0.13 }
    const [a, b] = [(along + up) / mesh, (along - up) / mesh]
    const isWire = Math.abs(a - Math.round(a)) < wire / mesh || Math.abs(b - Math.round(b)) < wire / mesh
    return isWire ? { colour, alpha: 0.8 } : undefined
  }
  return { axis, at, show }
}
