// What an invariant of the box is as a question: asked of a home, answered by findings, each with its place and its mend.
// Reads only: nothing here or in oracles/ changes a file or a row.

import type { Database } from '../adapters/sqlite.ts'

export type Home = {
  readonly db: Database
  readonly takesFolder: string
  readonly recordingsFolder: string
  readonly storeFolder: string
  /** Also read every file and compare its hash. */
  readonly deep: boolean
  readonly signal: AbortSignal
}

export type Finding = {
  /** The file, or what else it is about. */
  readonly path: string
  readonly fault: string
  /** What a person can do about it. */
  readonly mend: string
}

export type Oracle = { readonly name: string; readonly findings: (home: Home) => Promise<readonly Finding[]> }

export type Verdict = { readonly name: string; readonly holds: boolean; readonly findings: readonly Finding[] }

/** Asks every oracle, one after the other. */
export async function askOracles(home: Home, oracles: readonly Oracle[]): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = []
  for (const { name, findings: ask } of oracles) {
    const findings = await ask(home)
    verdicts.push({ name, holds: findings.length === 0, findings })
  }
  return verdicts
}
