// One picture's brightness as numbers with fractions: smaller, smoother, and read between its pixels. Pure.
// A smaller plane's pixel x lies where 2 x + 0.5 lay.

export type LumaPlane = { readonly width: number; readonly height: number; readonly data: Float32Array }

export const planeFrom = (bytes: Uint8Array, width: number, height: number): LumaPlane => ({
  width,
  height,
  data: new Float32Array(bytes.subarray(0, width * height)),
})

/** Means of four; an odd last row or column is left out. */
export function halved({ width, height, data }: LumaPlane): LumaPlane {
  const [columns, rows] = [width >> 1, height >> 1]
  const half = new Float32Array(columns * rows)
  for (let y = 0; y < rows; y += 1)
    for (let x = 0; x < columns; x += 1) {
      const at = 2 * y * width + 2 * x
      half[y * columns + x] = ((data[at] ?? 0) + (data[at + 1] ?? 0) + (data[at + width] ?? 0) + (data[at + width + 1] ?? 0)) / 4
    }
  return { width: columns, height: rows, data: half }
}

/** Blurred by the binomial 1 4 6 4 1 in both directions, a standard deviation of one pixel: what lies between pixels is then well told. */
export function smoothed({ width, height, data }: LumaPlane): LumaPlane {
  const along = new Float32Array(data.length)
  for (let row = 0; row < data.length; row += width) blurRow(data, along, row, row + width - 1)
  const done = new Float32Array(data.length)
  for (let y = 0; y < height; y += 1) {
    const [here, last] = [y * width, (height - 1) * width]
    const [a, b, d, e] = [
      Math.max(0, here - 2 * width),
      Math.max(0, here - width),
      Math.min(last, here + width),
      Math.min(last, here + 2 * width),
    ]
    for (let x = 0; x < width; x += 1)
      done[here + x] =
        ((along[a + x] ?? 0) + (along[e + x] ?? 0) + 4 * ((along[b + x] ?? 0) + (along[d + x] ?? 0)) + 6 * (along[here + x] ?? 0)) / 16
  }
  return { width, height, data: done }
}

/** The first and the last value go on beyond the ends. */
function blurRow(from: Float32Array, to: Float32Array, first: number, last: number): void {
  const at = (place: number): number => from[place < first ? first : place > last ? last : place] ?? 0
  for (let x = first; x <= last; x += 1) {
    const isInner = x > first + 1 && x < last - 1
    to[x] = isInner
      ? ((from[x - 2] ?? 0) + (from[x + 2] ?? 0) + 4 * ((from[x - 1] ?? 0) + (from[x + 1] ?? 0)) + 6 * (from[x] ?? 0)) / 16
      : (at(x - 2) + at(x + 2) + 4 * (at(x - 1) + at(x + 1)) + 6 * at(x)) / 16
  }
}

/** The value at a point at least 2 pixels inside, by Catmull and Rom's cubic. */
export function sampleCubic({ width, data }: LumaPlane, x: number, y: number): number {
  const [column, row] = [Math.floor(x), Math.floor(y)]
  const [tx, ty] = [x - column, y - row]
  const [a, b, c, d] = [outer(tx), inner(tx), inner(1 - tx), outer(1 - tx)]
  const along = (at: number): number => a * (data[at - 1] ?? 0) + b * (data[at] ?? 0) + c * (data[at + 1] ?? 0) + d * (data[at + 2] ?? 0)
  const at = row * width + column
  return outer(ty) * along(at - width) + inner(ty) * along(at) + inner(1 - ty) * along(at + width) + outer(1 - ty) * along(at + 2 * width)
}

const outer = (t: number): number => ((-0.5 * t + 1) * t - 0.5) * t
const inner = (t: number): number => (1.5 * t - 2.5) * t * t + 1
