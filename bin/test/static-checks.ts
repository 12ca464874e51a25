// The checks that read the code without running it: types, lint, format, and nothing unused. Each counts as one test.
// Never mends what it finds.

import path from 'node:path'
import { runChild } from '../../src/base/process.ts'
import { repositoryFolder } from '../cli.ts'
import type { TestResult } from './result.ts'

type StaticCheck = { readonly name: string; readonly program: string; readonly args: readonly string[]; readonly mend: string }

const checks: readonly StaticCheck[] = [
  { name: 'types', program: 'tsc', args: [], mend: 'npx tsc' },
  { name: 'lint', program: 'oxlint', args: ['--type-aware', '--deny-warnings'], mend: 'npx oxlint --type-aware --fix' },
  { name: 'format', program: 'oxfmt', args: ['--check', '.'], mend: 'npx oxfmt' },
  { name: 'nothing unused', program: 'knip', args: ['--no-progress'], mend: 'npx knip' },
]

/** One after the other, in this order. Errors: `canceled`. */
export async function runStaticChecks(signal: AbortSignal, onResult: (result: TestResult) => void): Promise<TestResult[]> {
  const results: TestResult[] = []
  for (const check of checks) {
    const result = await runCheck(check, signal)
    results.push(result)
    onResult(result)
  }
  return results
}

async function runCheck({ name, program, args, mend }: StaticCheck, signal: AbortSignal): Promise<TestResult> {
  const beganMs = performance.now()
  const { code, stdout, stderr } = await runChild(process.execPath, [path.join(repositoryFolder, 'node_modules/.bin', program), ...args], {
    cwd: repositoryFolder,
    signal,
    timeoutMs: 300_000,
  })
  const base = { kind: 'test' as const, file: 'static checks', name, durationMs: Math.round(performance.now() - beganMs) }
  if (code === 0) return { ...base, outcome: 'passed' }
  return { ...base, outcome: 'failed', detail: `${stdout.toString()}${stderr}\nby hand: ${mend}`.trim() }
}
