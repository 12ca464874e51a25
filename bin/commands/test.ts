// `./ezrec test [PATTERN]`: checks the code without running it, runs all tests, and ends with one line that machines count by.
// Never decides here what passes: bin/test/verdict.ts does.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { EzrecError } from '../../src/base/errors.ts'
import { repositoryFolder, withExamples, type CliContext, type Verb } from '../cli.ts'
import { endLeftProcesses, filesLeftIn } from '../test/leftovers.ts'
import { planTests, type TestGroup } from '../test/plan.ts'
import type { TestResult } from '../test/result.ts'
import { runGroup, type GroupResult } from '../test/run-group.ts'
import { lookAgain } from '../test/second-look.ts'
import { runStaticChecks } from '../test/static-checks.ts'
import { judgeResults, slowest, type Verdict } from '../test/verdict.ts'

export const command: Verb = {
  name: 'test',
  summary: 'check types, style and house rules, then run all tests',
  configure: (command) =>
    void withExamples(command.argument('[pattern]', 'only tests whose path, or else whose name, contains this'), [
      ['./ezrec test', 'everything; the last line is `N passed, N failed`'],
      ['./ezrec test src/merge', 'the tests in one folder, without the static checks'],
      ['./ezrec test "back to back"', 'the tests with these words in their names'],
    ]),
  run: runTests,
}

async function runTests({ args: [pattern], signal, say, print }: CliContext): Promise<number> {
  const beganMs = performance.now()
  const temporaryFolder = mkdtempSync(path.join(os.tmpdir(), 'ezt-'))
  try {
    const results: TestResult[] = []
    const outputs = new Map<string, string>()
    const onResult = ({ outcome, file, name, durationMs }: TestResult): void =>
      say(`${marks[outcome]} ${file}: ${name}${durationMs >= 1_000 ? ` (${seconds(durationMs)})` : ''}`)
    if (pattern === undefined) results.push(...(await runStaticChecks(signal, onResult)))
    for (const group of planTests(await testFiles(), pattern, textOf)) {
      say(`-- ${group.name}: ${group.files.length} files, ${group.concurrency} at a time`)
      const run = (part: TestGroup): Promise<GroupResult> => runGroup(part, { signal, temporaryFolder, onResult })
      const ran = await lookAgain(group, await run(group), (part) => {
        say(`-- once more: ${part.name}`)
        return run(part)
      })
      results.push(...ran.results)
      for (const [file, text] of ran.outputs) outputs.set(file, text)
    }
    if (signal.aborted) throw new EzrecError('canceled', 'the tests were stopped', { hint: 'nothing to do: somebody asked for it' })
    if (results.length > 0) results.push(await judgeLeftovers(temporaryFolder, say))
    const verdict = judgeResults(results, readSkips())
    tellVerdict(verdict, results, outputs, say)
    say(`total: ${seconds(performance.now() - beganMs)}`)
    print(verdict.closingLine)
    return verdict.exitCode
  } finally {
    await endLeftProcesses(temporaryFolder, 0)
    rmSync(temporaryFolder, { recursive: true, force: true })
  }
}

const marks = { passed: 'ok  ', failed: 'FAIL', skipped: 'skip' }

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`

async function testFiles(): Promise<string[]> {
  const folders = ['bin', 'config', 'lab', 'services', 'src', 'tests', 'web']
  return Array.fromAsync(
    glob(
      folders.map((folder) => `${folder}/**/*.test.ts`),
      { cwd: repositoryFolder },
    ),
  )
}

const textOf = (file: string): string => readFileSync(path.join(repositoryFolder, file), 'utf8')

const skipsSchema = z.array(z.strictObject({ file: z.string(), name: z.string(), reason: z.string().min(1) }))

const readSkips = (): z.infer<typeof skipsSchema> => skipsSchema.parse(JSON.parse(textOf('tests/skips.json')))

async function judgeLeftovers(temporaryFolder: string, say: (line: string) => void): Promise<TestResult> {
  const left = await endLeftProcesses(temporaryFolder)
  const files = filesLeftIn(temporaryFolder)
  if (files.length > 0) say(`left in the temporary folder: ${files.slice(0, 20).join(', ')}`)
  const base = { kind: 'test' as const, file: 'all tests', name: 'no process is left behind', durationMs: 0 }
  if (left.length === 0) return { ...base, outcome: 'passed' }
  return { ...base, outcome: 'failed', detail: left.map(({ pid, commandLine }) => `${pid} ${commandLine}`).join('\n') }
}

function tellVerdict(
  { failed, unsteady }: Verdict,
  results: readonly TestResult[],
  outputs: ReadonlyMap<string, string>,
  say: (line: string) => void,
): void {
  say('-- slowest')
  for (const { durationMs, file, name } of slowest(results, 10)) say(`${seconds(durationMs).padStart(8)}  ${file}: ${name}`)
  for (const { file, name, detail } of unsteady)
    say(`\n-- UNSTEADY ${file}: ${name}\n   it passed alone; beside other tests it failed:\n${indent(detail ?? 'no detail')}`)
  for (const { file, name, detail } of failed) say(`\n-- FAIL ${file}: ${name}\n${indent(detail ?? 'no detail')}`)
  for (const file of new Set([...unsteady, ...failed].map((result) => result.file))) {
    const text = outputs.get(file)
    if (text !== undefined) say(`\n-- what ${file} wrote\n${indent(text.trimEnd())}`)
  }
  if (results.length === 0) say('no test fits this pattern')
}

const indent = (text: string): string => text.replaceAll(/^/gm, '   ')
