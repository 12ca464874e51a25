// Anything that a request to the bucket threw, as an error of ours with its fault and mend.
// Never carries the store's own words but for short names: they may hold what was signed, or a stranger's page.

import { z } from 'zod'
import { EzrecError, errnoOf } from '../../../base/errors.ts'
import { faultOf, type Failure, type Fault } from './fault-policy.ts'

export class BucketError extends EzrecError {
  readonly fault: Fault

  constructor(fault: Fault, facts: Readonly<Record<string, string | number>> = {}) {
    super(fault.code, fault.message, { hint: fault.hint, facts: { kind: fault.kind, ...facts } })
    this.fault = fault
  }
}

/** As one that `faultOf` knows by name. */
export const refusal = (action: string, name: string): BucketError => new BucketError(faultOf({ action, name }), { action, answer: name })

/** What is read of an error of the SDK; anything may be missing. */
const thrown = z.looseObject({
  name: z.string().catch('Error'),
  /** What the body of a refusal says. */
  Code: z.string().optional().catch(undefined),
  Region: z.string().optional().catch(undefined),
  $metadata: z.looseObject({ httpStatusCode: z.int().optional().catch(undefined) }).catch({}),
  $response: z.looseObject({ headers: z.record(z.string(), z.string()).catch({}) }).catch({ headers: {} }),
  cause: z.unknown().optional(),
})

const shortWord = (text: string): string => (/^[\w.:-]{1,64}$/.test(text) ? text : 'unreadable')

/** Errors that are ours already pass. */
export function bucketError(action: string, error: unknown): BucketError {
  if (error instanceof BucketError) return error
  const failure = failureOf(action, error)
  const { name, status, errno } = failure
  return new BucketError(faultOf(failure), {
    action,
    answer: shortWord(name),
    ...(status === undefined ? {} : { status }),
    ...(errno === undefined ? {} : { errno: shortWord(errno) }),
  })
}

function failureOf(action: string, error: unknown): Failure {
  const parsed = thrown.safeParse(error)
  if (!parsed.success) return { action, name: 'Error' }
  const { name, Code, Region, $metadata, $response, cause } = parsed.data
  const errno = errnoOf(error) ?? errnoOf(cause)
  return {
    action,
    // An answer that cannot be read as XML comes as a SyntaxError, with the status of a success.
    // A connection that was reset is called a timeout by the SDK.
    name: /^(SyntaxError|TypeError|RangeError)$/.test(name)
      ? 'NotTheStore'
      : name === 'TimeoutError' && errno !== undefined
        ? 'Error'
        : name,
    status: $metadata.httpStatusCode,
    errno,
    body: Code === undefined ? (/^text\/html\b/i.test($response.headers['content-type'] ?? '') ? 'page' : 'none') : 'word',
    region: $response.headers['x-amz-bucket-region'] ?? Region,
  }
}
