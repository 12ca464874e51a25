// The SDK's client, set up so that nothing it does by itself gets in our way: no retries, no trailers, bounded answers, a limit to silence.
// Never reads the environment; the SDK is given whole, because it is loaded late.

import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { LookupFunction } from 'node:net'
import type { S3Client } from '@aws-sdk/client-s3'
import { pacedBody } from '../../uplink/paced-body.ts'
import type { Uplink } from '../../uplink/uplink.ts'
import { boundedBody } from './bounded-answer.ts'

export type Sdk = typeof import('@aws-sdk/client-s3')

export type BucketOptions = {
  readonly bucket: string
  readonly region: string
  readonly endpoint?: string | undefined
  /** The bucket's name in the path instead of in the host name. */
  readonly forcePathStyle: boolean
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** A request in which no byte moves for so long is given up. */
  readonly timeoutSeconds: number
  /** How names are looked up; the system's way by default. */
  readonly lookup?: LookupFunction
  /** What this box's clock lacks, as far as is known. Learned from the bucket's answers. */
  readonly clockOffsetMs?: number
  /** What is sent waits for it; without one it goes as fast as it can. */
  readonly uplink?: Pick<Uplink, 'pass' | 'isLimited' | 'sendingOf'> | undefined
}

export function makeClient(sdk: Sdk, options: BucketOptions): S3Client {
  const { accessKeyId, secretAccessKey, endpoint, region, forcePathStyle, timeoutSeconds, lookup, clockOffsetMs = 0, uplink } = options
  const sockets = { keepAlive: true, maxSockets: 16, ...(lookup ? { lookup } : {}) }
  const client = new sdk.S3Client({
    region,
    forcePathStyle,
    credentials: { accessKeyId, secretAccessKey },
    ...(endpoint === undefined ? {} : { endpoint }),
    maxAttempts: 1, // who asks decides whether to ask again
    // Checksums are ours, given with each part: the SDK's own would be trailers that some stores do not know.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    expectContinueHeader: false, // a connection of its own for each part
    systemClockOffset: clockOffsetMs,
    requestHandler: {
      connectionTimeout: Math.min(10_000, timeoutSeconds * 1_000),
      socketTimeout: timeoutSeconds * 1_000,
      httpAgent: new HttpAgent(sockets),
      httpsAgent: new HttpsAgent(sockets),
    },
  })
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const { request } = args
      if (
        uplink &&
        typeof request === 'object' &&
        request !== null &&
        'body' in request &&
        Buffer.isBuffer(request.body) &&
        (uplink.isLimited() || uplink.sendingOf(request.body))
      )
        request.body = pacedBody(request.body, uplink, context.commandName === 'UploadPartCommand' ? 'film' : 'small')
      const result = await next(args)
      const { response } = result
      if (typeof response === 'object' && response !== null && 'body' in response)
        response.body = boundedBody(response.body, context.commandName ?? 'request')
      return result
    },
    { step: 'deserialize', priority: 'low', name: 'boundedAnswer' },
  )
  return client
}
