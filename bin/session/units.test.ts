import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { takeInstanceLock } from '../../src/adapters/instance-lock.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { runsAsUnit } from './units.ts'

test('the recorder of an installed box is known by its control group; one of an earlier session is none', async () => {
  using folder = temporaryFolder()
  assert.equal(await runsAsUnit(folder.path, folder.path), false, 'nobody ever ran here')
  using _lock = takeInstanceLock(folder.path, 'dual_recorder')
  assert.equal(await runsAsUnit(folder.path, folder.path), false, 'its process has ended')
  mkdirSync(folder.file(String(process.pid)))
  const isUnit = async (groups: string): Promise<boolean> => {
    writeFileSync(folder.file(`${process.pid}/cgroup`), groups)
    return runsAsUnit(folder.path, folder.path)
  }
  assert.equal(await isUnit('0::/user.slice/user-1000.slice/session-3.scope\n'), false)
  assert.equal(await isUnit('0::/system.slice/dual_recorder.service\n'), true)
  assert.equal(await isUnit('12:pids:/\n1:name=systemd:/machine/system.slice/dual_recorder.service\n0::/\n'), true)
})
