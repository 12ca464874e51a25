// The fast Fourier transform, in place, of a power of two of complex numbers. Source: Cooley and Tukey, 1965.
// Pure arithmetic; knows nothing of sound.

/** Forward; conjugate before and after for the inverse, and divide by the length. Both arrays have the same power of two as length. */
export function transform(real: Float64Array, imaginary: Float64Array): void {
  const length = real.length
  shuffle(real, imaginary)
  const [cosines, sines] = [new Float64Array(length / 2), new Float64Array(length / 2)]
  for (let n = 0; n < length / 2; n += 1) {
    cosines[n] = Math.cos((2 * Math.PI * n) / length)
    sines[n] = -Math.sin((2 * Math.PI * n) / length)
  }
  for (let half = 1; half < length; half *= 2) {
    const step = length / (2 * half)
    for (let start = 0; start < length; start += 2 * half)
      for (let n = 0; n < half; n += 1) {
        const a = start + n
        const b = a + half
        const cosine = cosines[n * step] ?? 0
        const sine = sines[n * step] ?? 0
        const x = real[b] ?? 0
        const y = imaginary[b] ?? 0
        const u = x * cosine - y * sine
        const v = x * sine + y * cosine
        const p = real[a] ?? 0
        const q = imaginary[a] ?? 0
        real[a] = p + u
        imaginary[a] = q + v
        real[b] = p - u
        imaginary[b] = q - v
      }
  }
}

/** To the order of the indices' bits, reversed. */
function shuffle(real: Float64Array, imaginary: Float64Array): void {
  const length = real.length
  for (let n = 1, mirror = 0; n < length; n += 1) {
    let bit = length >> 1
    for (; (mirror & bit) !== 0; bit >>= 1) mirror ^= bit
    mirror ^= bit
    if (n >= mirror) continue
    exchange(real, n, mirror)
    exchange(imaginary, n, mirror)
  }
}

function exchange(array: Float64Array, a: number, b: number): void {
  const kept = array[a] ?? 0
  array[a] = array[b] ?? 0
  array[b] = kept
}
