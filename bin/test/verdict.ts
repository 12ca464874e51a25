// The verdict over all results: what passed, what failed, which skips were announced.
// Never runs or prints anything.

import type { TestResult } from './result.ts'

/** A skip that is allowed, as tests/skips.json lists it. */
export type AllowedSkip = { readonly file: string; readonly name: string; readonly reason: string }

export type Verdict = {
  readonly passed: number
  readonly failed: readonly TestResult[]
  readonly skipped: readonly TestResult[]
  /** Passed, but only alone. */
  readonly unsteady: readonly TestResult[]
  /** The last line of all, read by machines. */
  readonly closingLine: string
  readonly exitCode: 0 | 1
}

/** A skip without an entry that gives its reason has failed, and so has a run of nothing. */
export function judgeResults(results: readonly TestResult[], allowed: readonly AllowedSkip[]): Verdict {
  const isAllowed = (result: TestResult): boolean =>
    allowed.some(({ file, name, reason }) => file === result.file && name === result.name && reason.trim() !== '')
  const passed = results.filter(({ outcome }) => outcome === 'passed').length
  const skipped = results.filter((result) => result.outcome === 'skipped' && isAllowed(result))
  const failed = results
    .filter((result) => result.outcome === 'failed' || (result.outcome === 'skipped' && !isAllowed(result)))
    .map((result) =>
      result.outcome === 'skipped' ? { ...result, detail: 'it was skipped, and tests/skips.json gives no reason for that' } : result,
    )
  const unsteady = results.filter((result) => result.outcome === 'passed' && result.unsteady)
  const told = [
    `${passed} passed, ${failed.length} failed`,
    ...(skipped.length === 0 ? [] : [`${skipped.length} skipped`]),
    ...(unsteady.length === 0 ? [] : [`${unsteady.length} unsteady`]),
  ]
  return {
    passed,
    failed,
    skipped,
    unsteady,
    closingLine: told.join(', '),
    exitCode: failed.length > 0 || passed === 0 ? 1 : 0,
  }
}

/** The slowest first. */
export const slowest = (results: readonly TestResult[], count: number): TestResult[] =>
  results.toSorted((a, b) => b.durationMs - a.durationMs).slice(0, count)
