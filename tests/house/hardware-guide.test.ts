import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import type { Board } from '../../src/capture/drivers/board.ts'
import { planOf, planRows } from '../../src/capture/drivers/board-plan.ts'
import { root } from './source-files.ts'

const guide = readFileSync(path.join(root, 'docs/guide/hardware.md'), 'utf8')

test('what the guide says of each board is what the box says on it', () => {
  const boards: readonly (readonly [string, Board['kind']])[] = [
    ['Raspberry Pi 5, Compute Module 5', 'pi5'],
    ['Raspberry Pi 4, Compute Module 4', 'pi4'],
    ['a computer (x86-64) with 4 cores', 'other'],
  ]
  for (const [name, kind] of boards) {
    const plan = planOf({ kind, model: name }, 4)
    const row = (work: string) => planRows(plan).find((each) => each.work === work)
    const expected = [name, plan.csiAtOnce, row('csi')?.live, row('csi')?.record, row('copy')?.live]
    assert.ok(guide.includes(`| ${expected.join(' | ')} |`), expected.join(' | '))
  }
})
