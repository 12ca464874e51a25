// How a film is cut into the parts of an upload, and which of them may go now: all equal but the last, and the first one last.
// Pure. S3's limits: 5 MiB at least but for the last, 10,000 parts, any order; some stores want all but the last equal.

export const mebibyte = 1_024 * 1_024
export const maxParts = 10_000
const leastBytes = 5 * mebibyte

export type PartRange = { readonly number: number; readonly firstByte: number; readonly bytes: number }

/** One size for all parts of an upload: the header fits into the first, and the longest film into 10,000. Whole MiB. */
export function partBytesFor(film: { readonly wantedBytes: number; readonly headerBytes: number; readonly longestBytes: number }): number {
  const needed = Math.max(leastBytes, film.wantedBytes, film.headerBytes, Math.ceil(film.longestBytes / maxParts))
  return Math.ceil(needed / mebibyte) * mebibyte
}

export const partCount = (bytes: number, partBytes: number): number => Math.max(1, Math.ceil(bytes / partBytes))

/** Parts that may be sent: those of the body that are whole, in order; once the film is whole (`total`) its tail and then the first part,
 *  which holds the header. `available` counts the header's room in. */
export function partsDue(film: {
  readonly partBytes: number
  readonly available: number
  readonly total: number | undefined
  readonly sent: ReadonlySet<number>
}): PartRange[] {
  const { partBytes, total } = film
  const last = total === undefined ? Math.floor(film.available / partBytes) : partCount(total, partBytes)
  const numbers = Array.from({ length: Math.max(0, last - 1) }, (_, n) => n + 2)
  if (total !== undefined) numbers.push(1)
  return numbers.filter((number) => !film.sent.has(number)).map((number) => rangeOf(number, partBytes, total))
}

function rangeOf(number: number, partBytes: number, total: number | undefined): PartRange {
  const firstByte = (number - 1) * partBytes
  return { number, firstByte, bytes: total === undefined ? partBytes : Math.min(partBytes, total - firstByte) }
}
