import assert from 'node:assert/strict'
import { readdirSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { EzrecError } from '../base/errors.ts'
import { readCapturePlan, writeCapturePlan } from './capture-plan.ts'

test('a plan is read back as it was written, whole, and nothing else is left in its folder', async () => {
  using folder = temporaryFolder()
  const file = folder.file('capture-plan.json')
  const plan = { generation: 3, rigId: 'court 3', windows: [{ bookingId: 'b', startsAtMs: 1, endsAtMs: 2 }] }
  assert.equal(await readCapturePlan(file), undefined)
  await writeCapturePlan(file, { generation: 2, rigId: 'x', windows: [] })
  await writeCapturePlan(file, plan)
  assert.deepEqual(await readCapturePlan(file), { version: 1, ...plan })
  assert.deepEqual(readdirSync(folder.path), ['capture-plan.json'])
})

test('what is no plan is told as such, whatever it holds', async () => {
  using folder = temporaryFolder()
  const file = folder.file('plan.json')
  const plan = { version: 1, generation: 1, rigId: 'r', windows: [] }
  const known = [{ ...plan, version: 2 }, { ...plan, generation: -1 }, { ...plan, windows: [{ bookingId: 'b', startsAtMs: 1 }] }, [], null]
  const anything = fc.oneof(
    fc.string(),
    fc.json(),
    fc.constantFrom(...known).map((each) => JSON.stringify(each)),
  )
  await fc.assert(
    fc.asyncProperty(anything, async (text) => {
      writeFileSync(file, text)
      await assert.rejects(readCapturePlan(file), (error) => error instanceof EzrecError && error.code === 'media_unreadable')
    }),
    { numRuns: 60 },
  )
})

test('what a plan tells of a booking beside its window never keeps the recorder from the window', async () => {
  using folder = temporaryFolder()
  const file = folder.file('plan.json')
  const window = { bookingId: 'b', startsAtMs: 1, endsAtMs: 2 }
  writeFileSync(
    file,
    JSON.stringify({ version: 1, generation: 1, rigId: 'r', windows: [{ ...window, title: 7, userId: null, createdAtMs: 'x', more: 1 }] }),
  )
  const [read] = (await readCapturePlan(file))?.windows ?? []
  assert.deepEqual({ ...read }, { ...window, title: undefined, userId: undefined, createdAtMs: undefined })
})
