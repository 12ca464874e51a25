import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HttpFault } from '../answer/problem.ts'
import { rangedAnswer, type RangedFacts } from './ranged-answer.ts'

const film: RangedFacts = { type: 'video/mp4', size: 1_000, etag: '"a"', headers: { 'content-disposition': 'inline' } }
const answer = (headers: Record<string, string> = {}, method = 'GET', of = film) =>
  rangedAnswer(of, { method, headers: new Headers(headers) })

/** What is told of a length and a place. */
function told(given: ReturnType<typeof answer>): unknown {
  if (given instanceof Response) return [given.status, given.headers.get('content-length'), given.headers.get('content-range'), given.body]
  return [given.head.status, given.head.headers['content-length'], given.head.headers['content-range'], given.first, given.last]
}

test('the whole, and a range of it, are told with their length and place', () => {
  assert.deepEqual(told(answer()), [200, '1000', undefined, 0, 999])
  assert.deepEqual(told(answer({ range: 'bytes=0-0' })), [206, '1', 'bytes 0-0/1000', 0, 0])
  assert.deepEqual(told(answer({ range: 'bytes=-300' })), [206, '300', 'bytes 700-999/1000', 700, 999])
  assert.deepEqual(told(answer({ range: 'bytes=0-' })), [206, '1000', 'bytes 0-999/1000', 0, 999])
})

test('HEAD is told the same without a body; of an empty file there is none either', () => {
  assert.deepEqual(told(answer({}, 'HEAD')), [200, '1000', null, null])
  assert.deepEqual(told(answer({ range: 'bytes=1-2' }, 'HEAD')), [206, '2', 'bytes 1-2/1000', null])
  assert.deepEqual(told(answer({}, 'GET', { ...film, size: 0 })), [200, '0', null, null])
})

test('what the caller has is not sent again, and a range of an older film gives the whole of this one', () => {
  assert.deepEqual(told(answer({ 'if-none-match': '"a"', range: 'bytes=5000-' })), [304, null, null, null])
  assert.deepEqual(told(answer({ 'if-range': '"a"', range: 'bytes=1-2' })), [206, '2', 'bytes 1-2/1000', 1, 2])
  assert.deepEqual(told(answer({ 'if-range': '"old"', range: 'bytes=5000-' })), [200, '1000', undefined, 0, 999])
})

test('a range that lies behind the end is refused, with the size', () => {
  assert.throws(
    () => answer({ range: 'bytes=1000-' }),
    (error) => error instanceof HttpFault && error.code === 'range_not_satisfiable' && error.headers['content-range'] === 'bytes */1000',
  )
})

test('each of them may be asked for by range, and is kept by nobody but who asked', () => {
  for (const given of [answer(), answer({ range: 'bytes=1-2' }), answer({ 'if-none-match': '"a"' }), answer({}, 'HEAD')]) {
    const headers = given instanceof Response ? given.headers : new Headers(given.head.headers)
    assert.deepEqual(
      ['accept-ranges', 'etag', 'cache-control', 'content-disposition'].map((name) => headers.get(name)),
      ['bytes', '"a"', 'private, no-store', 'inline'],
    )
  }
})
