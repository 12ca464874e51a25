// No answer of a bucket is larger than a list of parts: whoever sends more is not the bucket, and is cut off.
// Never reads an answer; it only counts.

import { Readable, Transform } from 'node:stream'
import { refusal } from './bucket-error.ts'

/** A list of 1,000 parts has about 300 KB. */
const mostBytes = 2 * 1_024 * 1_024

/** The same bytes, up to the limit. What is no stream passes. */
export function boundedBody(body: unknown, action: string, limit = mostBytes): unknown {
  if (!(body instanceof Readable)) return body
  let bytes = 0
  const counted = new Transform({
    transform: (piece: Buffer, _encoding, done) => {
      bytes += piece.length
      if (bytes > limit) done(refusal(action, 'AnswerTooLarge'))
      else done(null, piece)
    },
  })
  body.once('error', (error) => counted.destroy(error))
  counted.once('close', () => body.destroy()) // ends a socket that would go on; an answer that was read to its end keeps it
  return body.pipe(counted)
}
