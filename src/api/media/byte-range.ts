// What a Range header asks of a file: RFC 9110 §14, one range at most.
// Pure.

/** Bytes `[first, last]`, both counted. */
export type ByteRange = { readonly first: number; readonly last: number }

/** `whole`: no range, one we do not speak, or several: the server may then send everything. `none`: nothing of it is in the file (416). */
export function byteRangeOf(header: string | null, size: number): ByteRange | 'whole' | 'none' {
  if (header === null) return 'whole'
  const found = /^bytes *= *(\d{0,18}) *- *(\d{0,18})$/i.exec(header.trim())
  if (!found) return 'whole'
  const [, from = '', to = ''] = found
  if (from === '' && to === '') return 'whole'
  if (from === '') {
    const suffix = Number(to)
    return suffix === 0 || size === 0 ? 'none' : { first: Math.max(0, size - suffix), last: size - 1 }
  }
  const first = Number(from)
  if (to !== '' && Number(to) < first) return 'whole' // an invalid range is as good as none
  if (first >= size) return 'none'
  return { first, last: to === '' ? size - 1 : Math.min(Number(to), size - 1) }
}

/** Whether a range may be served for the file that the client began with: If-Range must be exactly our strong tag. */
export const rangeStillFits = (ifRange: string | null, etag: string): boolean => ifRange === null || ifRange.trim() === etag

/** Whether the client has this very file already (If-None-Match). */
export const isKnown = (ifNoneMatch: string | null, etag: string): boolean =>
  ifNoneMatch !== null &&
  ifNoneMatch
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''))
    .some((tag) => tag === etag || tag === '*')
