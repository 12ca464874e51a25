import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LogEntry } from '../../system/service-logs.ts'
import { logStream, type LogStreamOptions } from './log-stream.ts'

const entry: LogEntry = { unit: 'video_worker', time: '2026-05-02T12:00:00.000Z', level: 'INFO', message: 'merged', facts: {} }
const hour = 3_600_000

/** One line, then nothing until it is told to end. */
async function* oneLine(signal: AbortSignal): AsyncGenerator<readonly LogEntry[]> {
  yield [entry]
  while (!signal.aborted) {
    yield []
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

function opened({ longestMs = hour, longestStallMs = hour, isStillWelcome = () => true }: Partial<LogStreamOptions>) {
  const gone = Promise.withResolvers<void>()
  const stream = logStream({ follow: oneLine, isLines: true, longestMs, longestStallMs, isStillWelcome, leave: gone.resolve })
  return { stream, gone: gone.promise }
}

test('who reads nothing loses the place, and the answer breaks instead of waiting behind what is not read', async () => {
  const { stream, gone } = opened({ longestStallMs: 20 })
  await gone
  await assert.rejects(stream.getReader().read(), /nobody reads/)
})

test('who reads keeps the place longer than somebody who does not, until the time is over', async () => {
  const { stream, gone } = opened({ longestStallMs: 200, longestMs: 500 })
  const all: string[] = []
  for await (const piece of stream) all.push(Buffer.from(piece).toString())
  await gone
  assert.equal(all[0], `${JSON.stringify(entry)}\n`)
  assert.ok(all.slice(1).every((piece) => piece === '\n'))
})

test('who goes away leaves the place at once', async () => {
  const { stream, gone } = opened({})
  const reader = stream.getReader()
  await reader.read()
  await reader.cancel()
  await gone
})

test('who is not welcome any more loses the place with the next sign of life', async () => {
  let isWelcome = true
  const { stream, gone } = opened({ isStillWelcome: () => isWelcome })
  const reader = stream.getReader()
  await reader.read()
  isWelcome = false
  assert.equal((await reader.read()).done, true)
  await gone
})
