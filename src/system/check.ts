// What is said of one thing of a box: how it stands, why, and what a person can do.
// Never judges.

export type Verdict = 'healthy' | 'degraded' | 'unhealthy'

/** `mend`: what a person can do, where it is not well. `subjects`: what of it is not well, where it has parts. */
export type Check = {
  readonly name: string
  readonly status: Verdict
  readonly message: string
  readonly mend?: string
  readonly subjects?: readonly string[]
}
