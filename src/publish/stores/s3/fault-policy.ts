// What an answer of the bucket, or its absence, means: which kind of trouble it is, whether it passes by itself, and the mend.
// Pure. Never decides that a film is lost, or done: only an answer that proves it does that.

import type { ErrorCode } from '../../../base/errors.ts'

/** What is known of a request that failed. */
export type Failure = {
  /** The store's own word (`NoSuchUpload`, `SlowDown`...), or the name of the error that was thrown. */
  readonly name: string
  /** HTTP status, if there was an answer. */
  readonly status?: number | undefined
  /** Of the network or of TLS: `ECONNRESET`, `CERT_HAS_EXPIRED`... */
  readonly errno?: string | undefined
  /** The region that the store says the bucket is in. */
  readonly region?: string | undefined
  /** Of an answer: the store's own word for it, a page for people, or nothing of either. */
  readonly body?: 'word' | 'page' | 'none' | undefined
  /** What was asked: `PutObject`, `HeadObject`... */
  readonly action: string
}

export type FaultKind =
  | 'upload-gone'
  | 'bucket-gone'
  | 'not-there'
  | 'exists'
  | 'conflict'
  | 'parts-differ'
  | 'damaged-on-the-way'
  | 'clock'
  | 'credentials'
  | 'region'
  | 'encryption'
  | 'forbidden'
  | 'quota'
  | 'busy'
  | 'unsupported'
  | 'server'
  | 'stalled'
  | 'stranger'
  | 'offline'
  | 'unconfirmed'
  | 'unknown'

export type Fault = {
  readonly kind: FaultKind
  /** It stays until a person changes something. It is tried again all the same, more rarely: footage is never given up. */
  readonly permanent: boolean
  readonly code: ErrorCode
  readonly message: string
  /** The mend. */
  readonly hint: string
}

/** Whether a fault is of the way to the bucket, so that other films are not better off. */
export const isOfTheWay = (kind: FaultKind): boolean => ['offline', 'stalled', 'stranger'].includes(kind)

type Rule = Fault & {
  readonly actions?: RegExp // of these requests alone
  readonly names?: RegExp
  readonly statuses?: readonly number[]
  readonly errnos?: RegExp
}

const wait = 'nothing to do: it is tried again by itself'
const passing = { permanent: false, hint: wait } as const
const upstream = { ...passing, code: 'upstream_unavailable' } as const
const uploadGone = { kind: 'upload-gone', ...upstream, message: 'the bucket knows nothing of this upload any more' } as const

/** In order: the store's own word first, then what the network says, then the status. */
const rules: readonly Rule[] = [
  { ...uploadGone, names: /^NoSuchUpload$/ },
  // Ceph's gateway speaks of the key where it means the upload.
  { ...uploadGone, names: /^NoSuchKey$/, actions: /^(ListParts|UploadPart|(Complete|Abort)MultipartUpload)$/ },
  {
    kind: 'bucket-gone',
    permanent: true,
    code: 'not_found',
    names: /^NoSuchBucket$/,
    message: 'there is no such bucket',
    hint: 'make the bucket again, or set S3_BUCKET to the right name',
  },
  {
    kind: 'exists',
    ...passing,
    code: 'conflict',
    names: /^PreconditionFailed$/,
    statuses: [412],
    message: 'an object of this name is there already',
  },
  {
    kind: 'conflict',
    ...passing,
    code: 'conflict',
    names: /^(ConditionalRequestConflict|OperationAborted)$/,
    message: 'somebody else changed this object at the same time',
  },
  {
    kind: 'parts-differ',
    ...upstream,
    names: /^(InvalidPart|InvalidPartOrder|EntityTooSmall)$/,
    message: 'the bucket does not have the parts that were sent',
  },
  {
    kind: 'damaged-on-the-way',
    ...upstream,
    names: /^(BadDigest|InvalidDigest|XAmzContentSHA256Mismatch|XAmzContentChecksumMismatch|BadRequest.*Digest|IncompleteBody)$/,
    message: 'what arrived was not what was sent',
    hint: 'nothing to do if it is rare: it is sent again; if not, look for a broken router or proxy',
  },
  {
    kind: 'clock',
    permanent: false,
    code: 'unauthorized',
    names: /^(RequestTimeTooSkewed|RequestExpired|RequestInTheFuture)$/,
    message: "this box's clock differs from the bucket's",
    hint: "nothing to do: the difference is taken from the bucket's answer; set the clock of the box all the same",
  },
  {
    kind: 'credentials',
    permanent: true,
    code: 'unauthorized',
    names:
      /^(InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken|InvalidToken|TokenRefreshRequired|InvalidSecurity|NotSignedUp|UnauthorizedAccess)$/,
    statuses: [401],
    message: 'the bucket does not accept these credentials',
    hint: 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to a pair that is valid, and restart',
  },
  {
    kind: 'region',
    permanent: true,
    code: 'invalid',
    names: /^(PermanentRedirect|AuthorizationHeaderMalformed|IllegalLocationConstraintException|AuthorizationQueryParametersError)$/,
    message: 'the bucket is in another region',
    hint: "set AWS_DEFAULT_REGION to the bucket's region, and restart",
  },
  {
    kind: 'encryption',
    permanent: true,
    code: 'forbidden',
    names: /^(KMS|Kms)/,
    message: "the bucket's encryption key refuses us",
    hint: 'allow kms:GenerateDataKey and kms:Decrypt on the key of the bucket, and enable the key',
  },
  {
    kind: 'quota',
    permanent: true,
    code: 'disk_full',
    names: /^(QuotaExceeded|AccountProblem|StorageLimitExceeded|InsufficientStorage|TooManyBuckets)$/,
    statuses: [402, 507],
    message: 'the bucket takes no more: quota or billing',
    hint: "look at the store's account: raise the quota or pay the bill",
  },
  {
    kind: 'forbidden',
    permanent: true,
    code: 'forbidden',
    names: /^(AccessDenied|AllAccessDisabled|AccessForbidden)$/,
    statuses: [403],
    message: 'the credentials may not do this',
    hint: 'allow s3:PutObject, s3:AbortMultipartUpload and s3:ListMultipartUploadParts on this bucket',
  },
  {
    kind: 'busy',
    ...passing,
    code: 'rate_limited',
    names: /^(SlowDown|ServiceUnavailable|Throttling|ThrottlingException|TooManyRequests|RequestLimitExceeded|BandwidthLimitExceeded)$/,
    statuses: [429, 503],
    message: 'the bucket asks us to slow down',
  },
  {
    kind: 'stalled',
    permanent: false,
    code: 'timeout',
    names: /^(RequestTimeout|TimeoutError)$/,
    errnos: /^(ETIMEDOUT|ESOCKETTIMEDOUT)$/,
    statuses: [408],
    message: 'no byte moved for too long',
    hint: `${wait}; if it stays so, look at the uplink`,
  },
  {
    kind: 'stranger',
    ...upstream,
    names: /^(NotTheStore|AnswerTooLarge)$/,
    errnos: /CERT|CRL|^(UNABLE_TO_|ERR_TLS_|ERR_SSL_|EPROTO$|HPE_|INVALID_CA$|INVALID_PURPOSE$|PATH_LENGTH_EXCEEDED$|HOSTNAME_MISMATCH$)/,
    statuses: [407, 511],
    message: 'what answers is not the bucket',
    hint: "log in to the venue's network if it asks for that; otherwise check S3_ENDPOINT and its certificate",
  },
  {
    kind: 'offline',
    ...upstream,
    errnos: /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|EHOSTUNREACH|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL)$/,
    message: 'the bucket cannot be reached',
    hint: `${wait} as soon as the network is back`,
  },
  {
    kind: 'unsupported',
    permanent: true,
    code: 'invalid',
    names: /^(NotImplemented|InvalidArgument|InvalidRequest|UnsupportedOperation|MethodNotAllowed)$/,
    statuses: [400, 405, 501],
    message: 'the bucket does not know this request',
    hint: 'set S3_CHECKSUM=required for a store that knows no checksums; check S3_ENDPOINT and S3_FORCE_PATH_STYLE',
  },
  {
    kind: 'not-there',
    ...passing,
    code: 'not_found',
    names: /^(NoSuchKey|NotFound)$/,
    statuses: [404],
    message: 'there is no such object',
  },
  { kind: 'server', ...upstream, names: /^InternalError$/, statuses: [500, 502, 504], message: 'the bucket failed in itself' },
]

const unknown: Fault = { kind: 'unknown', ...upstream, message: 'the bucket gave an answer that nobody understands' }

/** What a failed request means. Never fails, whatever was answered. */
export function faultOf(failure: Failure): Fault {
  const { kind, permanent, code, message, hint } = byBody(failure) ?? byName(failure) ?? byNetwork(failure) ?? byStatus(failure) ?? unknown
  return { kind, permanent, code, message, hint: kind === 'region' ? regionHint(hint, failure) : hint }
}

/** A store says in XML why it refuses, but to HEAD, whose answer has no body. What passes by itself is told by its status: a load balancer's page, too. */
function byBody({ status = 0, body, action }: Failure): Rule | undefined {
  const isPage = body === 'page' && status >= 400 && status < 500 && status !== 408 && status !== 429
  const isMute = body === 'none' && action !== 'HeadObject' && (status === 403 || status === 404)
  return isPage || isMute ? rules.find(({ kind }) => kind === 'stranger') : undefined
}

const byName = ({ name, action }: Failure): Rule | undefined =>
  rules.find(({ names, actions }) => names?.test(name) && (actions?.test(action) ?? true))

const byNetwork = ({ errno }: Failure): Rule | undefined =>
  errno === undefined ? undefined : rules.find(({ errnos }) => errnos?.test(errno))

function byStatus({ status, region, body }: Failure): Rule | undefined {
  if (status === undefined) return undefined
  if (status === 400 && region !== undefined && body !== 'word') return rules.find(({ kind }) => kind === 'region') // to HEAD
  if (status >= 300 && status < 400) return rules.find(({ kind }) => kind === (region === undefined ? 'stranger' : 'region'))
  return rules.find(({ statuses }) => statuses?.includes(status))
}

const regionHint = (hint: string, { region }: Failure): string =>
  region !== undefined && /^[a-z0-9-]{1,63}$/.test(region) ? `set AWS_DEFAULT_REGION=${region} and restart` : hint
