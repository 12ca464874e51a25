// An address in a bucket that opens one object for whoever has it, until it ends. Signature Version 4, in the query.
// Pure. Source: "Authenticating Requests: Using Query Parameters", Amazon S3 API Reference. The SDK signs requests that it sends itself, not these.

import { createHash, createHmac } from 'node:crypto'
import { isIP } from 'node:net'

export type SignedPlace = {
  readonly bucket: string
  readonly region: string
  readonly endpoint?: string | undefined
  readonly forcePathStyle: boolean
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

export type SignedOrder = {
  readonly key: string
  /** Whole, at most seven days: no store signs for longer. */
  readonly seconds: number
  readonly nowMs: number
  /** The value of Content-Disposition that the store is to answer with. */
  readonly disposition?: string
}

export const longestSignedMs = 7 * 24 * 3_600_000

export function signedUrl(place: SignedPlace, { key, seconds, nowMs, disposition }: SignedOrder): string {
  const { origin, host, path } = addressOf(place, key)
  const at = new Date(Math.floor(nowMs)).toISOString().replaceAll(/[-:]|\.\d+/g, '') // 20260502T173000Z
  const scope = `${at.slice(0, 8)}/${place.region}/s3/aws4_request`
  const query = [
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    ['X-Amz-Credential', `${place.accessKeyId}/${scope}`],
    ['X-Amz-Date', at],
    ['X-Amz-Expires', String(Math.min(longestSignedMs / 1_000, Math.max(1, Math.floor(seconds))))],
    ['X-Amz-SignedHeaders', 'host'],
    ...(disposition === undefined ? [] : [['response-content-disposition', disposition]]),
  ]
    .map(([name = '', value = '']) => `${encode(name)}=${encode(value)}`)
    .toSorted()
    .join('&')
  const asked = ['GET', path, query, `host:${host}`, '', 'host', 'UNSIGNED-PAYLOAD'].join('\n')
  const toSign = ['AWS4-HMAC-SHA256', at, scope, createHash('sha256').update(asked).digest('hex')].join('\n')
  const signingKey = scope.split('/').reduce<Buffer | string>((secret, word) => hmac(secret, word), `AWS4${place.secretAccessKey}`)
  return `${origin}${path}?${query}&X-Amz-Signature=${hmac(signingKey, toSign).toString('hex')}`
}

/** Names with dots fit no certificate in a host name, and none fits before an IP address: they stand in the path. As the SDK has it, but that it finds no
 *  place for a name with dots at an IP address. */
export function addressOf(
  { bucket, region, endpoint, forcePathStyle }: Pick<SignedPlace, 'bucket' | 'region' | 'endpoint' | 'forcePathStyle'>,
  key: string,
): { readonly origin: string; readonly host: string; readonly path: string } {
  const base = new URL(endpoint ?? `https://s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`)
  const inPath =
    forcePathStyle || (bucket.includes('.') && base.protocol === 'https:') || isIP(base.hostname.replaceAll(/^\[|\]$/g, '')) !== 0
  const host = inPath ? base.host : `${bucket}.${base.host}`
  const folder = base.pathname.replace(/\/+$/, '')
  const path = `${folder}/${inPath ? `${bucket}/` : ''}${key.split('/').map(encode).join('/')}`
  return { origin: `${base.protocol}//${host}`, host, path }
}

const hmac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text).digest()

const encode = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
