// The CRC-32 of a whole from those of its parts, so that a film is checked end to end without being read again.
// Pure. The CRC of each part is made by Node's zlib.

/** CRC of A and B end to end, from both CRCs and the length of B in bytes. Source: `crc32_combine` of zlib 1.2 (Mark Adler): a CRC is moved past
 *  zeros by squaring the matrix that moves it past one bit. */
export function joinCrc32(a: number, b: number, bytesOfB: number): number {
  if (bytesOfB === 0) return a >>> 0
  let even = oneZeroBit
  let odd = square(oneZeroBit) // two bits
  even = square(odd) // four
  let crc = a
  for (let left = bytesOfB; left > 0;) {
    odd = square(even) // the first time: eight bits, one byte
    if (left % 2 === 1) crc = times(odd, crc)
    left = Math.floor(left / 2)
    if (left === 0) break
    even = square(odd)
    if (left % 2 === 1) crc = times(even, crc)
    left = Math.floor(left / 2)
    if (left === 0) break
  }
  return (crc ^ b) >>> 0
}

/** As S3 writes it: four bytes, big endian, in base64. */
export function crc32Text(crc: number): string {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(crc >>> 0)
  return bytes.toString('base64')
}

const polynomial = 0xedb88320

/** The matrix that moves a CRC past one zero bit. */
const oneZeroBit: readonly number[] = [polynomial, ...Array.from({ length: 31 }, (_, n) => (1 << n) >>> 0)]

function times(matrix: readonly number[], vector: number): number {
  let sum = 0
  for (let rest = vector >>> 0, row = 0; rest !== 0; rest >>>= 1, row += 1) if (rest & 1) sum ^= matrix[row] ?? 0
  return sum >>> 0
}

const square = (matrix: readonly number[]): number[] => matrix.map((row) => times(matrix, row))
