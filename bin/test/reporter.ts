// The reporter that `node --test` loads: one JSON line for each test, for counting by machine.
// Never prints for people and never judges, but that a file without a test has failed.

import path from 'node:path'
import { inspect } from 'node:util'
import type { TestEvent } from 'node:test/reporters'
import type { TestLine, TestResult } from './result.ts'

type Ended = Extract<TestEvent, { type: 'test:pass' | 'test:fail' }>

async function* reportLines(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const openNames = new Map<string, string[]>()
  for await (const event of events) {
    switch (event.type) {
      case 'test:stdout':
      case 'test:stderr':
        yield toLine({ kind: 'output', file: relative(event.data.file), text: event.data.message })
        break
      case 'test:start': {
        const { file = '', nesting, name } = event.data
        openNames.set(file, [...(openNames.get(file) ?? []).slice(0, nesting), name])
        break
      }
      case 'test:pass':
      case 'test:fail': {
        const { file = '', nesting, name } = event.data
        const result = resultOf(event, [...(openNames.get(file) ?? []).slice(0, nesting), name].join(' > '))
        if (result !== undefined) yield toLine(result)
        break
      }
      default:
    }
  }
}

export { reportLines as default } // `node --test` takes a reporter's default export, nothing else

/** A suite says nothing beyond its tests, unless it failed by itself or skipped them. */
function resultOf({ type, data }: Ended, name: string): TestResult | undefined {
  const base = { kind: 'test' as const, file: relative(data.file), name, durationMs: Math.round(data.details.duration_ms) }
  const isWholeFile = data.file !== undefined && path.resolve(data.name) === data.file
  if (type === 'test:fail') {
    const { error } = data.details
    const onlyWithin = 'failureType' in error && error.failureType === 'subtestsFailed'
    return onlyWithin ? undefined : { ...base, outcome: 'failed', detail: detailOf(error) }
  }
  if (isSet(data.skip) || isSet(data.todo)) return { ...base, outcome: 'skipped' }
  if (data.details.type === 'suite') return undefined
  if (isWholeFile) return { ...base, name: 'the file ran', outcome: 'failed', detail: 'this file ran no test at all' }
  return { ...base, outcome: 'passed' }
}

/** The runner's own wrapper around the thrown value tells nothing. */
const detailOf = (error: Error): string => inspect(error.cause ?? error, { depth: 4 })

const isSet = (flag: string | boolean | undefined): boolean => flag !== undefined && flag !== false

const relative = (file: string | undefined): string => (file === undefined ? '' : path.relative(process.cwd(), file))

const toLine = (line: TestLine): string => `${JSON.stringify(line)}\n`
