// The one place where a fault becomes lines for people, a document for programs and an exit code.
// Never prints and never ends the process: ezrec.ts does.

import { EzrecError, messageOf } from '../src/base/errors.ts'
import { scrubText } from '../src/base/logger.ts'

export type ToldFault = {
  /** For stderr. */
  readonly lines: readonly string[]
  /** For stdout under `--json`. */
  readonly document: { readonly success: false; readonly error: string; readonly message: string; readonly hint?: string }
  readonly exitCode: number
}

/** Exit codes: 2 for `invalid`, 130 for `canceled` (somebody asked for it), 1 for the rest. `verbose` adds the stack and its causes. */
export function tellFault(error: unknown, options: { readonly verbose: boolean }): ToldFault {
  const message = scrubText(messageOf(error))
  if (!(error instanceof EzrecError)) {
    const hint = 'this is a fault in EZREC itself: run it again with --verbose and report the whole output as an issue'
    return {
      lines: [`fault: ${message}`, `hint: ${hint}`, ...stackOf(error, options.verbose)],
      document: { success: false, error: 'internal', message, hint },
      exitCode: 1,
    }
  }
  if (error.code === 'canceled') return { lines: ['stopped'], document: { success: false, error: 'canceled', message }, exitCode: 130 }
  const hint = scrubText(error.hint)
  return {
    lines: [`fault: ${message}`, `hint: ${hint}`, ...stackOf(error, options.verbose)],
    document: { success: false, error: error.code, message, hint },
    exitCode: error.code === 'invalid' ? 2 : 1,
  }
}

function stackOf(error: unknown, verbose: boolean): string[] {
  if (!verbose || !(error instanceof Error)) return []
  const own = scrubText(error.stack ?? '')
  return error.cause === undefined ? [own] : [own, `caused by: ${scrubText(messageOf(error.cause))}`, ...stackOf(error.cause, verbose)]
}
