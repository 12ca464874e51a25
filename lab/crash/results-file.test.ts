import assert from 'node:assert/strict'
import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import type { Point } from '../harness.ts'
import { openResultsFile } from './results-file.ts'

const point = (name: string): Point => ({ name, faults: ['a'], figures: { seconds: 1 } })

async function inFolder(work: (file: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'ezrec-results-'))
  try {
    await work(path.join(folder, 'lab', 'crash.ndjson'))
  } finally {
    await rm(folder, { recursive: true })
  }
}

test('an experiment that was stopped goes on with what it had judged, but for a torn line', () =>
  inFolder(async (file) => {
    const first = await openResultsFile(file, 'seed 1')
    await first.add(point('one'))
    await first.add(point('two'))
    await appendFile(file, '{"name":"three","fau')
    await (await openResultsFile(file, 'seed 1')).add(point('four'))
    const { known } = await openResultsFile(file, 'seed 1')
    assert.deepEqual(
      [...known],
      [
        ['one', point('one')],
        ['two', point('two')],
        ['four', point('four')],
      ],
    )
  }))

test('another experiment begins anew, and so does one that was finished', () =>
  inFolder(async (file) => {
    const first = await openResultsFile(file, 'seed 1')
    await first.add(point('one'))
    assert.equal((await openResultsFile(file, 'seed 2')).known.size, 0)
    const second = await openResultsFile(file, 'seed 2')
    await second.add(point('one'))
    await second.finish()
    assert.equal((await openResultsFile(file, 'seed 2')).known.size, 0)
  }))
