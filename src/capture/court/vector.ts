// Points and directions in the world: metres, x to the right, y up, z away.
// Pure arithmetic; knows no camera.

export type Vector = readonly [x: number, y: number, z: number]

export const plus = (a: Vector, b: Vector, times = 1): Vector => [a[0] + b[0] * times, a[1] + b[1] * times, a[2] + b[2] * times]
export const minus = (a: Vector, b: Vector): Vector => [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
export const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
export const between = (a: Vector, b: Vector, share: number): Vector => plus(a, minus(b, a), share)

export function unit(a: Vector): Vector {
  const length = Math.hypot(...a)
  return length === 0 ? a : [a[0] / length, a[1] / length, a[2] / length]
}
