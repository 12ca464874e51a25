// What happened, what to do about it, and what caused it.
// Never holds a secret: facts go to logs and answers as they are.

/** The closed list. It alone decides retry, HTTP status, exit code and health verdict. */
export type ErrorCode =
  | 'camera_missing'
  | 'canceled'
  | 'conflict'
  | 'disk_full'
  | 'forbidden'
  | 'internal'
  | 'invalid'
  | 'media_unreadable'
  | 'not_found'
  | 'program_missing'
  | 'rate_limited'
  | 'timeout'
  | 'unauthorized'
  | 'upstream_unavailable'

/** Facts for the log and the answer, under the same names as everywhere. */
export type Facts = Readonly<Record<string, string | number | boolean | null>>

export class EzrecError extends Error {
  override readonly name = 'EzrecError'
  readonly code: ErrorCode
  /** One sentence for the operator: the mend, not the fault. */
  readonly hint: string
  readonly facts: Facts

  constructor(code: ErrorCode, message: string, options: { hint: string; facts?: Facts; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.hint = options.hint
    this.facts = options.facts ?? {}
  }
}

/** Any thrown value as one line for people. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Whether the machine has no more of something just now: processes, threads, descriptors, memory. What ends gives some back. */
export const isShortage = (error: unknown): boolean => ['EAGAIN', 'EMFILE', 'ENFILE', 'ENOMEM'].includes(errnoOf(error) ?? '')

/** The `errno` name of a system error (`ENOSPC`, `ENOENT`...), if it is one. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
