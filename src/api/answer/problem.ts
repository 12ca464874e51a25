// Every fault that can leave the door, with its status: one table.
// Never a stack and never a cause: those go to the log.

import { EzrecError, errnoOf, type ErrorCode, type Facts } from '../../base/errors.ts'
import { ListRefused } from '../../booking/list-refused.ts'

/** Faults of HTTP itself, beside the error codes of the rest. */
export type HttpProblem =
  | 'bad_request'
  | 'expectation_failed'
  | 'headers_too_large'
  | 'method_not_allowed'
  | 'misdirected_request'
  | 'not_json'
  | 'payload_too_large'
  | 'range_not_satisfiable'
  | 'request_timeout'
  | 'unsupported_media_type'

export type ProblemCode = ErrorCode | HttpProblem

export const statusOf = {
  bad_request: 400,
  not_json: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  conflict: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  range_not_satisfiable: 416,
  expectation_failed: 417,
  misdirected_request: 421,
  invalid: 422,
  rate_limited: 429,
  headers_too_large: 431,
  internal: 500,
  media_unreadable: 500,
  program_missing: 500,
  camera_missing: 503,
  canceled: 503,
  upstream_unavailable: 503,
  timeout: 504,
  disk_full: 507,
} as const satisfies Record<ProblemCode, number>

/** A refusal that only HTTP knows. */
export class HttpFault extends Error {
  override readonly name = 'HttpFault'
  readonly code: HttpProblem
  readonly hint: string
  readonly headers: Readonly<Record<string, string>>

  constructor(code: HttpProblem, message: string, hint: string, headers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.code = code
    this.hint = hint
    this.headers = headers
  }
}

export type Problem = {
  readonly code: ProblemCode
  readonly status: (typeof statusOf)[ProblemCode]
  readonly message: string
  readonly details: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>
}

/** Any thrown value as what may be told of it. A fault of our own making is told without its words: they may name paths. */
export function problemOf(error: unknown): Problem {
  if (error instanceof HttpFault)
    return { code: error.code, status: statusOf[error.code], message: error.message, details: { hint: error.hint }, headers: error.headers }
  if (!(error instanceof EzrecError) || isOfOurDisk(error)) return hidden('internal', {})
  const status = statusOf[error.code]
  if (status >= 500 && !isForecast(error)) return hidden(error.code, {})
  const faults = error instanceof ListRefused ? { faults: error.faults } : {}
  return {
    code: error.code,
    status,
    message: error.message,
    details: { hint: error.hint, ...error.facts, ...faults },
    headers: headersOf(error),
  }
}

/** What the disk does not let this box do: neither the caller's mistake nor his lack of a right. */
const isOfOurDisk = ({ code, cause }: EzrecError): boolean =>
  (code === 'forbidden' || code === 'invalid') && /^E[A-Z]+$/.test(errnoOf(cause) ?? '')

/** A refusal by the disk forecast: its words are figures, no paths. */
export const isForecast = (error: unknown): boolean =>
  error instanceof EzrecError && error.code === 'disk_full' && 'reservedBytes' in error.facts

const hidden = (code: ErrorCode, facts: Facts): Problem => ({
  code,
  status: statusOf[code],
  message: code === 'disk_full' ? 'the disk of this box is full' : 'something went wrong inside this box',
  details: { hint: code === 'disk_full' ? 'free space on it' : 'its log says more', ...facts },
  headers: {},
})

function headersOf({ code, facts }: EzrecError): Record<string, string> {
  const seconds = facts['retryAfterSeconds']
  return {
    ...(code === 'rate_limited' && typeof seconds === 'number' ? { 'retry-after': String(Math.ceil(seconds)) } : {}),
    ...(code === 'unauthorized' ? { 'www-authenticate': 'Bearer realm="ezrec"' } : {}),
  }
}
