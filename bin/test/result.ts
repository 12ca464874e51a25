// What one test said, as the reporter writes it and the judge reads it: one JSON line each.
// Never holds a decision.

export type TestResult = {
  readonly kind: 'test'
  /** Relative to the clone. */
  readonly file: string
  /** Names from the outermost test inwards, joined by ` > `. */
  readonly name: string
  readonly outcome: 'passed' | 'failed' | 'skipped'
  readonly durationMs: number
  /** Why it failed, with its stack, for people. */
  readonly detail?: string
  /** It failed beside others and passed alone; `detail` is of the first time. */
  readonly unsteady?: boolean
}

/** Something that a test file wrote itself; shown where one of its tests failed. */
export type TestOutput = { readonly kind: 'output'; readonly file: string; readonly text: string }

export type TestLine = TestResult | TestOutput
