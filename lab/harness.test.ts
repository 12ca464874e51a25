import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { runScenario, type Context, type Point, type Scenario } from './harness.ts'

const order = { runs: 3, shard: { number: 1, of: 1 }, seed: 5, seconds: undefined, cacheFolder: '/nowhere' }
const never = new AbortController().signal

const scenarioOf = (run: (context: Context) => AsyncIterable<Point>): Scenario => ({ kind: 'lab', name: 'try', summary: '', run })

test('an experiment passes when it has points and none has a fault, and then leaves nothing', async () => {
  let folder = ''
  const report = await runScenario(
    scenarioOf(async function* run(context) {
      folder = context.folder
      await writeFile(path.join(folder, 'a'), '')
      for (let n = 0; n < context.runs; n += 1) yield { name: `${n}`, faults: [], figures: { chance: context.random() } }
    }),
    order,
    () => undefined,
    never,
  )
  assert.deepEqual([report.passed, report.points.length, existsSync(folder)], [true, 3, false])
})

test('an experiment that fails, throws or does nothing has not passed, and what it left is named', async () => {
  const outcomes = [
    scenarioOf(async function* run() {
      yield { name: 'good', faults: [], figures: {} }
      yield { name: 'bad', faults: ['it broke'], figures: {} }
    }),
    scenarioOf(async function* run() {
      yield { name: 'good', faults: [], figures: {} }
      throw new Error('gone')
    }),
    scenarioOf(async function* run() {
      yield* []
    }),
  ]
  for (const scenario of outcomes) {
    const said: string[] = []
    const report = await runScenario(scenario, order, (line) => said.push(line), never)
    const kept = said.at(-1)?.replace('kept for a look: ', '') ?? ''
    assert.deepEqual([report.passed, existsSync(kept)], [false, true])
    await rm(kept, { recursive: true })
  }
})
