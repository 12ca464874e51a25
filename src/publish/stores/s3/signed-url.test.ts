import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressOf, signedUrl } from './signed-url.ts'

/** The example of Amazon's own documentation. */
const place = {
  bucket: 'examplebucket',
  region: 'us-east-1',
  endpoint: 'https://s3.amazonaws.com',
  forcePathStyle: false,
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}

test('an address is signed as the documentation of the signature says', () => {
  assert.equal(
    signedUrl(place, { key: 'test.txt', seconds: 86_400, nowMs: Date.UTC(2013, 4, 24) }),
    'https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
  )
})

test('no address is signed for longer than seven days, or for no time', () => {
  const expires = (seconds: number): string | null =>
    new URL(signedUrl(place, { key: 'a', seconds, nowMs: 0 })).searchParams.get('X-Amz-Expires')
  assert.deepEqual([1e9, 0.5, -5, 60.9].map(expires), ['604800', '1', '1', '60'])
})

test('a bucket stands in the host name, or in the path where it must', () => {
  const at = (change: Partial<typeof place>): string => {
    const { origin, path } = addressOf({ ...place, ...change }, 'a b/ü(1).mp4')
    return origin + path
  }
  assert.equal(at({}), 'https://examplebucket.s3.amazonaws.com/a%20b/%C3%BC%281%29.mp4')
  assert.equal(at({ bucket: 'films.club' }), 'https://s3.amazonaws.com/films.club/a%20b/%C3%BC%281%29.mp4')
  assert.equal(
    at({ endpoint: 'http://10.0.0.5:9000/s3/', forcePathStyle: true }),
    'http://10.0.0.5:9000/s3/examplebucket/a%20b/%C3%BC%281%29.mp4',
  )
})
