// Runs one group of test files under `node --test` and hands back what each test said.
// Never believes the exit code alone: results are counted, and a runner that died is a failure of its own.

import { createInterface } from 'node:readline'
import { startChild } from '../../src/base/process.ts'
import { repositoryFolder } from '../cli.ts'
import type { TestGroup } from './plan.ts'
import type { TestLine, TestResult } from './result.ts'

export type GroupOptions = {
  readonly signal: AbortSignal
  /** Becomes TMPDIR of every test: what is left in it, and which processes still carry it, is told afterwards. */
  readonly temporaryFolder: string
  readonly onResult: (result: TestResult) => void
}

export type GroupResult = {
  readonly results: readonly TestResult[]
  /** What each file wrote itself, by file. */
  readonly outputs: ReadonlyMap<string, string>
}

const reporter = new URL('reporter.ts', import.meta.url).href

/** Resolves when all have ended. Errors: `canceled`. */
export async function runGroup(group: TestGroup, options: GroupOptions): Promise<GroupResult> {
  const results: TestResult[] = []
  const outputs = new Map<string, string>()
  await using child = await startChild(process.execPath, argumentsOf(group), {
    stdout: 'pipe',
    cwd: repositoryFolder,
    env: { TMPDIR: options.temporaryFolder },
    signal: options.signal,
    stopSignals: ['SIGINT', 'SIGTERM', 'SIGKILL'],
    stopStepMs: 10_000,
  })
  if (child.stdout !== null)
    for await (const text of createInterface({ input: child.stdout })) {
      const line = parseLine(text)
      if (line?.kind === 'output') outputs.set(line.file, ((outputs.get(line.file) ?? '') + line.text).slice(-8192))
      if (line?.kind !== 'test') continue
      // without names to choose by, a file that runs nothing is a fault; with them, most files do
      if (group.namePart !== undefined && line.name === 'the file ran') continue
      results.push(line)
      options.onResult(line)
    }
  const exit = await child.exited
  const failures = results.filter(({ outcome }) => outcome === 'failed').length
  if (exit.code !== 0 && failures === 0 && !options.signal.aborted)
    results.push({
      kind: 'test',
      file: group.name,
      name: 'the test runner ended well',
      outcome: 'failed',
      durationMs: 0,
      detail: `it ended with ${exit.signal ?? `code ${exit.code}`}\n${child.stderrTail()}`,
    })
  return { results, outputs }
}

function argumentsOf(group: TestGroup): string[] {
  return [
    '--disable-warning=ExperimentalWarning',
    '--test',
    `--test-concurrency=${group.concurrency}`,
    `--test-timeout=${group.timeoutMs}`,
    `--test-reporter=${reporter}`,
    '--test-reporter-destination=stdout',
    ...(group.namePart === undefined ? [] : [`--test-name-pattern=/${escapeForPattern(group.namePart)}/`]),
    ...group.files,
  ]
}

const escapeForPattern = (text: string): string => RegExp.escape(text).replaceAll('/', '\\/')

function parseLine(text: string): TestLine | undefined {
  if (!text.startsWith('{"kind":')) return undefined
  return lineFrom(JSON.parse(text))
}

const lineFrom = (line: TestLine): TestLine => line // written by our own reporter, in the same commit
