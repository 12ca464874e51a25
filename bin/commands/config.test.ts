import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { command } from './config.ts'

type Said = { readonly exitCode: number; readonly lines: readonly string[]; readonly documents: readonly unknown[] }

/** What a verb of `config` says in a home with this .env file. */
async function runIn(envFile: string, verb: string, json: boolean): Promise<Said> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'ezrec-config-'))
  const lines: string[] = []
  const documents: unknown[] = []
  try {
    await writeFile(path.join(home, '.env'), envFile, { mode: 0o600 })
    const found = command.verbs.find(({ name }) => name === verb)
    assert.ok(found)
    const exitCode = await found.run({
      home,
      json,
      verbose: false,
      args: [],
      options: {},
      signal: new AbortController().signal,
      out: (document) => void documents.push(document),
      print: (line) => void lines.push(line),
      say: (line) => assert.fail(`no progress is expected: ${line}`),
    })
    return { exitCode, lines, documents }
  } finally {
    await rm(home, { recursive: true })
  }
}

const documentSchema = z.object({
  success: z.boolean(),
  error: z.string().optional(),
  variables: z.array(z.object({ name: z.string(), value: z.string(), given: z.boolean() })),
  warnings: z.array(z.string()),
  faults: z.array(z.object({ name: z.string(), fault: z.string(), example: z.string() })),
})

test('settings without faults are shown with what was set, and the check succeeds', async () => {
  const { exitCode, lines } = await runIn('CAMERA_ID=court-3\n', 'check', false)
  assert.equal(exitCode, 0)
  assert.ok(lines.includes('camera'))
  assert.ok(lines.some((line) => /^ \* CAMERA_ID +court-3$/.test(line)))
  assert.ok(lines.some((line) => /^ {3}BOOKING_MAX_HOURS +12$/.test(line)))
  assert.equal(lines.at(-1), 'no faults')
})

test('faulty settings are shown with every fault, and the check fails as wrong settings', async () => {
  const { exitCode, lines } = await runIn('CAMERA_ID=a b\nMERGE_METHOD=blended\nAWS_SECRET_ACCESS_KEY=hunter2hunter2\n', 'check', false)
  assert.equal(exitCode, 2)
  const text = lines.join('\n')
  for (const said of [
    'CAMERA_ID is not',
    'MERGE_LAYOUT is none of',
    'S3_BUCKET is missing',
    'warning: MERGE_METHOD is an old name',
    'hint: ',
  ])
    assert.ok(text.includes(said), said)
  assert.ok(!text.includes('hunter2'))
  assert.match(text, /\* AWS_SECRET_ACCESS_KEY +set$/m)
})

test('with --json there is one document, and no secret in it', async () => {
  const right = await runIn('CAMERA_ID=court-3\n', 'check', true)
  assert.deepEqual([right.exitCode, right.lines.length, right.documents.length], [0, 0, 1])
  const answer = documentSchema.parse(right.documents[0])
  assert.deepEqual([answer.success, answer.faults, answer.warnings], [true, [], []])
  assert.equal(answer.variables.find(({ name }) => name === 'CAMERA_ID')?.value, 'court-3')
  const wrong = await runIn('API_PORT=x\nAWS_SECRET_ACCESS_KEY=hunter2hunter2\n', 'check', true)
  const refusal = documentSchema.parse(wrong.documents[0])
  assert.deepEqual([wrong.exitCode, refusal.success, refusal.error], [2, false, 'invalid'])
  assert.ok(refusal.faults.some(({ name, example }) => name === 'API_PORT' && example === 'API_PORT=8080'))
  assert.ok(!JSON.stringify(wrong.documents).includes('hunter2'))
})

test('a light that this machine does not have is a warning, not a fault: the settings may be for another box', async () => {
  const { exitCode, documents } = await runIn('STATUS_LED=led:no-such-led\n', 'check', true)
  const { warnings } = documentSchema.parse(documents[0])
  assert.deepEqual([exitCode, warnings.length], [0, 1])
  assert.match(warnings[0] ?? '', /^STATUS_LED: there is no LED no-such-led here; (there are|this machine has no LEDs)/)
})

test('the example is a file that changes nothing until a # is taken away', async () => {
  const { exitCode, lines } = await runIn('', 'example', false)
  assert.equal(exitCode, 0)
  assert.equal((await runIn(lines.join('\n'), 'check', true)).exitCode, 0)
})
