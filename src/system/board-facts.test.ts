import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { temporaryFolder, type TemporaryFolder } from '../../tests/temporary-folder.ts'
import { readBoardFacts, type BoardPlaces } from './board-facts.ts'

/** A machine that shows these files below /sys. */
function machine(folder: TemporaryFolder, files: Readonly<Record<string, string>>): BoardPlaces {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(folder.file(name)), { recursive: true })
    writeFileSync(folder.file(name), text)
  }
  return {
    platformFolder: folder.file('platform'),
    hwmonFolder: folder.file('hwmon'),
    thermalFolder: folder.file('thermal'),
    modelFile: folder.file('model'),
  }
}

test('a Raspberry Pi 4 tells its flags, its alarm and its heat', async () => {
  using folder = temporaryFolder()
  const places = machine(folder, {
    'platform/soc/soc:firmware/get_throttled': '50005\n',
    'hwmon/hwmon0/name': 'cpu_thermal\n',
    'hwmon/hwmon3/name': 'rpi_volt\n',
    'hwmon/hwmon3/in0_lcrit_alarm': '1\n',
    'thermal/thermal_zone0/temp': '61342\n',
    'thermal/cooling_device0/type': 'fan\n',
  })
  assert.deepEqual(await readBoardFacts(places), { flags: 0x50005, lowVoltage: true, celsius: 61.342 })
})

test('a Raspberry Pi 5 has its firmware elsewhere', async () => {
  using folder = temporaryFolder()
  const places = machine(folder, { 'platform/soc@107c000000/soc@107c000000:firmware/get_throttled': '0\n' })
  assert.deepEqual(await readBoardFacts(places), { flags: 0, lowVoltage: undefined, celsius: undefined })
})

test('of several zones the hottest counts, and a sensor that tells nonsense does not', async () => {
  using folder = temporaryFolder()
  const zones = { 0: '45000', 1: '71500', 2: '-273200', 3: 'x', 4: '6553500' }
  const places = machine(folder, Object.fromEntries(Object.entries(zones).map(([n, text]) => [`thermal/thermal_zone${n}/temp`, text])))
  assert.equal((await readBoardFacts(places)).celsius, 71.5)
})

test('a machine that shows nothing of the kind tells nothing, also a Raspberry Pi without the program', async () => {
  using folder = temporaryFolder()
  const nothing = { flags: undefined, lowVoltage: undefined, celsius: undefined }
  assert.deepEqual(await readBoardFacts(machine(folder, {})), nothing)
  assert.deepEqual(await readBoardFacts(machine(folder, { model: 'Raspberry Pi 5 Model B Rev 1.0\0' })), nothing)
})
