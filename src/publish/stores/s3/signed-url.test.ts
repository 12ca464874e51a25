import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import fc from 'fast-check'
import { z } from 'zod'
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

const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'z', '0', '9', '-'), minLength: 1, maxLength: 20 })
const bucketName = letters.map((text) => `a${text}9`.replaceAll(/-+/g, '-'))
const places = fc.record({
  bucket: fc.oneof(
    bucketName,
    fc.tuple(bucketName, bucketName).map((two) => two.join('.')),
  ),
  region: fc.constantFrom('us-east-1', 'eu-central-1', 'cn-north-1', 'cn-northwest-1', 'ap-southeast-2'),
  endpoint: fc.constantFrom(
    ...[undefined, undefined, 'http://10.0.0.5:9000', 'http://10.0.0.5/s3/', 'http://[2001:db8::5]:9000'],
    ...['https://s3.club.example', 'https://s3.club.example:8443', 'https://abc.r2.cloudflarestorage.com', 'http://localhost:8080'],
  ),
  forcePathStyle: fc.boolean(),
})
const keys = fc.array(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).filter((text) => !/^\.+$|[/\uD800-\uDFFF\0]/.test(text)),
  { minLength: 1, maxLength: 4 },
)

const requestForm = z.object({ protocol: z.string(), hostname: z.string(), port: z.number().optional(), path: z.string() })

/** Where the SDK would send a request for this object. */
async function askedBySdk(
  options: Pick<typeof place, 'bucket' | 'region' | 'forcePathStyle'> & { endpoint: string | undefined },
  key: string,
) {
  const { bucket, endpoint, ...rest } = options
  const client = new S3Client({
    ...rest,
    ...(endpoint === undefined ? {} : { endpoint }),
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  })
  let asked: z.infer<typeof requestForm> | undefined
  client.middlewareStack.add(
    () => (args) => {
      asked = requestForm.parse(args.request)
      throw new Error('far enough')
    },
    { step: 'finalizeRequest', priority: 'high', name: 'seeWhere' },
  )
  await client.send(new GetObjectCommand({ Bucket: bucket, Key: key })).catch(() => undefined)
  client.destroy()
  if (!asked) throw new Error('the SDK did not ask')
  const port = asked.port === undefined || asked.port === (asked.protocol === 'https:' ? 443 : 80) ? '' : `:${asked.port}`
  return `${asked.protocol}//${asked.hostname}${port}${asked.path}`
}

/** By the SDK: it writes a name with dots before an IP address. */
const isReachable = (given: { bucket: string; endpoint: string | undefined; forcePathStyle: boolean }): boolean =>
  given.forcePathStyle || !given.bucket.includes('.') || !/\/\/[\d[]/.test(given.endpoint ?? '')

test('an object is looked for where the SDK itself sends its requests, whatever the bucket, region, endpoint and key', () =>
  fc.assert(
    fc.asyncProperty(places.filter(isReachable), keys, async (given, names) => {
      const { origin, path } = addressOf(given, names.join('/'))
      assert.equal(origin + path, await askedBySdk(given, names.join('/')))
    }),
    { numRuns: 60 },
  ))
