// Why a request of fetch brought no answer, told apart: nobody listens, nothing came in time, or something else.
// Pure.

import { errnoOf, messageOf } from '../../base/errors.ts'

export function whyUnanswered(error: unknown, patienceMs: number): string {
  if (error instanceof DOMException && error.name === 'TimeoutError') return `no answer within ${patienceMs / 1_000} s`
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
  const errno = errnoOf(cause)
  if (errno === 'ECONNREFUSED') return `nobody listens there: ${errno}`
  return `no answer: ${errno !== undefined && /^E[A-Z]+$/.test(errno) ? errno : messageOf(cause)}`
}
