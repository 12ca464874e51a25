// The head of an answer that gives a file, or the range of it that was asked: RFC 9110 §13 and §14.
// Never reads the file.

import { HttpFault } from '../answer/problem.ts'
import { byteRangeOf, isKnown, rangeStillFits } from './byte-range.ts'

export type RangedFacts = {
  readonly type: string
  /** Of the whole file, in bytes. */
  readonly size: number
  /** Strong: changes with any byte. Quotes included. */
  readonly etag: string
  readonly headers?: Readonly<Record<string, string>>
}

/** The head, and the bytes `[first, last]` that belong behind it. */
export type RangedAnswer = {
  readonly first: number
  readonly last: number
  readonly head: { readonly status: number; readonly headers: Readonly<Record<string, string>> }
}

/** Opened by its own address, a film is a page of the browser's making with the film in it, under the film's own policy. */
const policy = "default-src 'none'; img-src 'self'; media-src 'self'; frame-ancestors 'none'"

/** An answer without a body is given as a whole. Errors: range_not_satisfiable. */
export function rangedAnswer(
  { type, size, etag, headers: more = {} }: RangedFacts,
  { method, headers: asked }: { readonly method: string; readonly headers: Headers },
): Response | RangedAnswer {
  const base = {
    'accept-ranges': 'bytes',
    etag,
    'content-type': type,
    'cache-control': 'private, no-store',
    'content-security-policy': policy,
    ...more,
  }
  if (isKnown(asked.get('if-none-match'), etag)) return new Response(null, { status: 304, headers: base })
  const range = byteRangeOf(rangeStillFits(asked.get('if-range'), etag) ? asked.get('range') : null, size)
  if (range === 'none')
    throw new HttpFault('range_not_satisfiable', 'the film has no such bytes', `it has ${size} bytes`, {
      'content-range': `bytes */${size}`,
    })
  const { first, last } = range === 'whole' ? { first: 0, last: size - 1 } : range
  const contentRange = range === 'whole' ? {} : { 'content-range': `bytes ${first}-${last}/${size}` }
  const head = { status: range === 'whole' ? 200 : 206, headers: { ...base, 'content-length': String(last - first + 1), ...contentRange } }
  return method === 'HEAD' || size === 0 ? new Response(null, head) : { first, last, head }
}
