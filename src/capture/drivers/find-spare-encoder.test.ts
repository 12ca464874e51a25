import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { temporaryFolder } from '../../../tests/temporary-folder.ts'
import { findSpareEncoder } from './find-spare-encoder.ts'
import { thisMachine } from './machine.ts'

const format = { width: 960, height: 540, fps: 25 }
const usb = ['v4l2:/dev/video0', 'v4l2:/dev/video2']

test('a Raspberry Pi 4 has an encoder to spare where its device is there, less what a CSI camera takes; no other machine has', async () => {
  using folder = temporaryFolder()
  const machine = { ...thisMachine, modelFile: folder.file('model'), devFolder: folder.file('dev') }
  mkdirSync(machine.devFolder)
  writeFileSync(machine.modelFile, 'Raspberry Pi 4 Model B Rev 1.4\0')
  assert.equal(await findSpareEncoder(usb, format, machine), undefined, 'its driver is not loaded')
  writeFileSync(folder.file('dev/video11'), '')
  assert.equal((await findSpareEncoder(usb, format, machine))?.rate, 62.3)
  const left = await findSpareEncoder(['rpicam:/base/soc/i2c0mux/i2c@1/imx708@1a', ...usb.slice(1)], format, machine)
  assert.equal(left?.rate.toFixed(1), '49.3')
  writeFileSync(machine.modelFile, 'Raspberry Pi 5 Model B Rev 1.0\0')
  assert.equal(await findSpareEncoder(usb, format, machine), undefined)
})
