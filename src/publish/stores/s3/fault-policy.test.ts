import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { lastingFaults } from '../../uplink/lasting-faults.ts'
import { faultOf, type Failure, type FaultKind } from './fault-policy.ts'

const cases: readonly (readonly [string, Partial<Failure>, FaultKind, 'passes' | 'stays'])[] = [
  ['the upload was aborted by a lifecycle rule, or is complete', { name: 'NoSuchUpload', status: 404 }, 'upload-gone', 'passes'],
  [
    'Ceph lists the parts of an upload that it knows no more',
    { action: 'ListParts', name: 'NoSuchKey', status: 404 },
    'upload-gone',
    'passes',
  ],
  ['what a part is copied from is gone', { action: 'UploadPartCopy', name: 'NoSuchKey', status: 404 }, 'not-there', 'passes'],
  ['the bucket was deleted', { name: 'NoSuchBucket', status: 404 }, 'bucket-gone', 'stays'],
  ['there is no such object', { name: 'NotFound', status: 404 }, 'not-there', 'passes'],
  ['an object stands there', { name: 'PreconditionFailed', status: 412 }, 'exists', 'passes'],
  ['somebody writes it at the same time', { name: 'ConditionalRequestConflict', status: 409 }, 'conflict', 'passes'],
  ['a tag differs from the one that we give', { name: 'InvalidPart', status: 400 }, 'parts-differ', 'passes'],
  ['a bit was flipped', { name: 'BadDigest', status: 400 }, 'damaged-on-the-way', 'passes'],
  ['the payload is not what was signed', { name: 'XAmzContentSHA256Mismatch', status: 400 }, 'damaged-on-the-way', 'passes'],
  ['the clock is wrong', { name: 'RequestTimeTooSkewed', status: 403 }, 'clock', 'passes'],
  ['the credentials have expired', { name: 'ExpiredToken', status: 400 }, 'credentials', 'stays'],
  ['the key was revoked', { name: 'InvalidAccessKeyId', status: 403 }, 'credentials', 'stays'],
  ['the secret is wrong', { name: 'SignatureDoesNotMatch', status: 403 }, 'credentials', 'stays'],
  ['the region is wrong', { name: 'PermanentRedirect', status: 301, region: 'eu-central-1' }, 'region', 'stays'],
  ['the region is wrong, told by a header alone', { name: 'Unknown', status: 301, region: 'eu-central-1' }, 'region', 'stays'],
  ['the key of the encryption is disabled', { name: 'KMS.DisabledException', status: 400 }, 'encryption', 'stays'],
  ['we may not', { name: 'AccessDenied', status: 403 }, 'forbidden', 'stays'],
  [
    'we may not, and the answer to HEAD has no body',
    { action: 'HeadObject', name: 'Unknown', status: 403, body: 'none' },
    'forbidden',
    'stays',
  ],
  [
    'there is none, and the answer to HEAD has no body',
    { action: 'HeadObject', name: 'NotFound', status: 404, body: 'none' },
    'not-there',
    'passes',
  ],
  ['we may not, says a store that calls its XML a page', { name: 'AccessDenied', status: 403, body: 'word' }, 'forbidden', 'stays'],
  ['a login page that refuses', { name: 'Unknown', status: 403, body: 'page' }, 'stranger', 'passes'],
  ['a login page that knows no such address', { action: 'HeadObject', name: 'NotFound', status: 404, body: 'page' }, 'stranger', 'passes'],
  ['a refusal in which no store speaks', { action: 'ListParts', name: 'NotFound', status: 404, body: 'none' }, 'stranger', 'passes'],
  ['a network that wants a login', { name: 'Unknown', status: 511, body: 'page' }, 'stranger', 'passes'],
  ['a proxy that wants a login', { name: 'Unknown', status: 407, body: 'none' }, 'stranger', 'passes'],
  ['a page of a load balancer', { name: 'Unknown', status: 503, body: 'page' }, 'busy', 'passes'],
  ['a page of a proxy that counts requests', { name: 'Unknown', status: 429, body: 'page' }, 'busy', 'passes'],
  [
    'the region is wrong, told to HEAD',
    { action: 'HeadObject', name: 'Unknown', status: 400, body: 'none', region: 'eu-west-1' },
    'region',
    'stays',
  ],
  [
    'a request that is refused in the right region',
    { name: 'InvalidArgument', status: 400, body: 'word', region: 'eu-west-1' },
    'unsupported',
    'stays',
  ],
  ['the bill was not paid', { name: 'AccountProblem', status: 403 }, 'quota', 'stays'],
  ['the bucket is full', { name: 'Unknown', status: 507 }, 'quota', 'stays'],
  ['the store asks us to slow down', { name: 'SlowDown', status: 503 }, 'busy', 'passes'],
  ['a success with an error in its body', { name: 'InternalError', status: 200 }, 'server', 'passes'],
  ['the store failed', { name: 'Unknown', status: 502 }, 'server', 'passes'],
  ['nothing moved', { name: 'TimeoutError' }, 'stalled', 'passes'],
  ['a login page of the venue', { name: 'NotTheStore', status: 200 }, 'stranger', 'passes'],
  ['a redirect to a login page', { name: 'Unknown', status: 302 }, 'stranger', 'passes'],
  ['a certificate of nobody', { name: 'Error', errno: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'stranger', 'passes'],
  ['a certificate of another name', { name: 'Error', errno: 'ERR_TLS_CERT_ALTNAME_INVALID' }, 'stranger', 'passes'],
  ['a certificate of an unknown issuer', { name: 'Error', errno: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }, 'stranger', 'passes'],
  ['a certificate whose issuer is not here', { name: 'Error', errno: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY' }, 'stranger', 'passes'],
  ['no network', { name: 'Error', errno: 'ENETUNREACH' }, 'offline', 'passes'],
  ['no name service', { name: 'Error', errno: 'EAI_AGAIN' }, 'offline', 'passes'],
  ['a reset', { name: 'Error', errno: 'ECONNRESET' }, 'offline', 'passes'],
  ['a request that this store does not know', { name: 'NotImplemented', status: 501 }, 'unsupported', 'stays'],
  ['a word that nobody knows', { name: 'Whatever', status: 418 }, 'unknown', 'passes'],
]
for (const [what, failure, kind, lasts] of cases)
  test(`${what}: ${kind}, and it ${lasts}`, () => {
    const fault = faultOf({ action: 'UploadPart', name: 'Error', ...failure })
    assert.deepEqual([fault.kind, fault.permanent ? 'stays' : 'passes'], [kind, lasts])
    assert.equal(lastingFaults.has(kind), fault.permanent)
  })

test('a wrong region names the right one, if it is one', () => {
  const hint = (region: string): string => faultOf({ action: 'x', name: 'PermanentRedirect', region }).hint
  assert.match(hint('eu-central-1'), /AWS_DEFAULT_REGION=eu-central-1/)
  assert.doesNotMatch(hint('x"; rm -rf /'), /rm -rf/)
})

test("whatever is answered has a message and a mend, and the store's own words are in neither", () => {
  fc.assert(
    fc.property(
      fc.record({
        name: fc.string(),
        status: fc.option(fc.integer(), { nil: undefined }),
        errno: fc.option(fc.string(), { nil: undefined }),
        region: fc.option(fc.string(), { nil: undefined }),
        body: fc.constantFrom('word', 'page', 'none', undefined),
      }),
      (failure) => {
        const { message, hint } = faultOf({ action: 'HeadObject', ...failure })
        assert.ok(message.length > 10 && hint.length > 10 && (message + hint).length < 400)
        assert.match(message + hint, /^[\x20-\x7e]*$/)
      },
    ),
  )
})
