// How alike two grey pictures are in structure: SSIM with Gaussian windows of 11 by 11, sigma 1.5. Pure.
// Source: Z. Wang et al., "Image Quality Assessment: From Error Visibility to Structural Similarity", 2004; borders are mirrored as OpenCV does it.

/** Row by row, values from 0 to 255. */
export type Grey = { readonly width: number; readonly height: number; readonly values: Uint8Array }

/** The index of each pixel, 1 where nothing differs. */
export function structureOf(a: Grey, b: Grey): Float32Array {
  const { width, height } = a
  const size = width * height
  const [first, second] = [new Float32Array(a.values), new Float32Array(b.values)]
  const scratch = new Float32Array(size)
  const smooth = (values: Float32Array): Float32Array => blurred(values, width, height, scratch)
  const squareA = smooth(times(first, first))
  const squareB = smooth(times(second, second))
  const product = smooth(times(first, second))
  const [meanA, meanB] = [smooth(first), smooth(second)]
  const index = new Float32Array(size)
  for (let n = 0; n < size; n += 1) {
    const ma = meanA[n] ?? 0
    const mb = meanB[n] ?? 0
    const together = (product[n] ?? 0) - ma * mb
    const apart = (squareA[n] ?? 0) - ma * ma + (squareB[n] ?? 0) - mb * mb
    index[n] = ((2 * ma * mb + steady1) * (2 * together + steady2)) / ((ma * ma + mb * mb + steady1) * (apart + steady2))
  }
  return index
}

function times(a: Float32Array, b: Float32Array): Float32Array {
  const product = new Float32Array(a.length)
  for (let n = 0; n < a.length; n += 1) product[n] = (a[n] ?? 0) * (b[n] ?? 0)
  return product
}

/** (0.01 * 255)^2 and (0.03 * 255)^2. */
const steady1 = 6.5025
const steady2 = 58.5225

const reach = 5

const kernel: Float32Array = (() => {
  const weights = Float32Array.from({ length: 2 * reach + 1 }, (_, n) => Math.exp(-((n - reach) ** 2) / (2 * 1.5 ** 2)))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => weight / sum)
})()

/** Along rows, then along columns, pixels of equal weight together; the values are used up. */
function blurred(values: Float32Array, width: number, height: number, scratch: Float32Array): Float32Array {
  const padded = new Float32Array(width + 2 * reach)
  for (let y = 0; y < height; y += 1) {
    const row = y * width
    padded.set(values.subarray(row, row + width), reach)
    for (let k = 1; k <= reach; k += 1) {
      padded[reach - k] = values[row + mirrored(-k, width)] ?? 0
      padded[reach + width - 1 + k] = values[row + mirrored(width - 1 + k, width)] ?? 0
    }
    const sums = scratch.subarray(row, row + width)
    scaleInto(sums, padded.subarray(reach, reach + width), kernel[reach] ?? 0)
    for (let k = 1; k <= reach; k += 1)
      addBoth(sums, padded.subarray(reach - k, reach - k + width), padded.subarray(reach + k, reach + k + width), kernel[reach + k] ?? 0)
  }
  for (let y = 0; y < height; y += 1) {
    const rowAt = (at: number): Float32Array => scratch.subarray(mirrored(at, height) * width, (mirrored(at, height) + 1) * width)
    const sums = values.subarray(y * width, (y + 1) * width)
    scaleInto(sums, rowAt(y), kernel[reach] ?? 0)
    for (let k = 1; k <= reach; k += 1) addBoth(sums, rowAt(y - k), rowAt(y + k), kernel[reach + k] ?? 0)
  }
  return values
}

function scaleInto(sums: Float32Array, row: Float32Array, weight: number): void {
  for (let n = 0; n < sums.length; n += 1) sums[n] = weight * (row[n] ?? 0)
}

function addBoth(sums: Float32Array, before: Float32Array, after: Float32Array, weight: number): void {
  for (let n = 0; n < sums.length; n += 1) sums[n] = (sums[n] ?? 0) + weight * ((before[n] ?? 0) + (after[n] ?? 0))
}

/** The border's pixel itself is not repeated. */
const mirrored = (n: number, length: number): number => {
  const at = n < 0 ? -n : n
  return at >= length ? 2 * (length - 1) - at : at
}
