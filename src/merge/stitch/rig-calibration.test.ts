import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { temporaryFolder } from '../../../tests/temporary-folder.ts'
import type { Calibration } from './calibration.ts'
import { calibrationFolder, installCalibration, listCalibrations, readRigCalibration } from './rig-calibration.ts'

const size = { width: 640, height: 360 }
const calibrationAt = (x: number): Calibration => ({ version: 1, left: size, right: size, homography: [1, 0, x, 0, 1, 0, 0, 0, 1] })

test('a rig keeps every calibration under its date, and the newest is the current one', async () => {
  using home = temporaryFolder()
  assert.equal(await readRigCalibration(home.path, 'court-3'), undefined)
  assert.deepEqual(await listCalibrations(home.path, 'court-3'), [])
  const first = await installCalibration(home.path, 'court-3', calibrationAt(400), '2026-11-23T10:00:00.000Z')
  const second = await installCalibration(home.path, 'court-3', calibrationAt(410), '2026-11-24T10:00:00.000Z')
  assert.deepEqual(await readRigCalibration(home.path, 'court-3'), calibrationAt(410))
  assert.deepEqual(await listCalibrations(home.path, 'court-3'), [first, second])
  assert.equal(JSON.parse(readFileSync(first, 'utf8')).homography[2], 400)
  assert.equal(await readRigCalibration(home.path, 'court-4'), undefined)
})

test('two of one instant are both kept, and nothing half-written is left', async () => {
  using home = temporaryFolder()
  const at = '2026-11-23T10:00:00.000Z'
  await Promise.all([400, 410, 420].map((x) => installCalibration(home.path, 'rig-1', calibrationAt(x), at)))
  const names = readdirSync(calibrationFolder(home.path, 'rig-1')).toSorted()
  assert.deepEqual(names, ['20261123T100000000Z-2.json', '20261123T100000000Z-3.json', '20261123T100000000Z.json', 'current.json'])
})

test('a damaged current calibration is told, not taken', async () => {
  using home = temporaryFolder()
  await installCalibration(home.path, 'rig-1', calibrationAt(400), '2026-11-23T10:00:00.000Z')
  writeFileSync(home.file('calibration', 'rig-1', 'current.json'), '{"version":1,')
  await assert.rejects(readRigCalibration(home.path, 'rig-1'), { code: 'invalid' })
})
