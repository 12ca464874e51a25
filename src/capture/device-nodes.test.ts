import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { fakeClock } from '../../tests/fake-clock.ts'
import { temporaryFolder, type TemporaryFolder } from '../../tests/temporary-folder.ts'
import { cameraNodes, untilDevicesChange } from './device-nodes.ts'

const never = new AbortController().signal

function aDevFolder(): TemporaryFolder {
  const folder = temporaryFolder()
  for (const name of ['video1', 'video0', 'media0', 'null', 'videotape']) writeFileSync(folder.file(name), '')
  return folder
}

test('cameras are told by name and plug; other devices are none', async () => {
  using dev = aDevFolder()
  assert.equal(await cameraNodes(dev.path), 'media0 video0 video1')
  mkdirSync(dev.file('v4l', 'by-path'), { recursive: true })
  symlinkSync('../../video0', dev.file('v4l', 'by-path', 'usb-1'))
  assert.equal(await cameraNodes(dev.path), 'media0 video0 video1 usb-1')
  assert.equal(await cameraNodes(dev.file('nowhere')), '')
})

test('a device that this user may not open is told apart', { skip: process.getuid?.() === 0 && 'root may open everything' }, async () => {
  using dev = aDevFolder()
  chmodSync(dev.file('video0'), 0)
  assert.equal(await cameraNodes(dev.path), 'media0 video0! video1')
})

test('a wait ends when a device comes or goes, and otherwise in its time', async () => {
  using dev = aDevFolder()
  const clock = fakeClock(0)
  const wait = async (waitMs: number, during: () => void = () => undefined, before?: string): Promise<boolean> => {
    const busy = { ...clock, sleep: async (ms: number) => (during(), clock.sleep(ms)) }
    return untilDevicesChange({ devFolder: dev.path, before: before ?? (await cameraNodes(dev.path)), waitMs, clock: busy }, never)
  }
  assert.equal(await wait(30_000), false)
  assert.equal(clock.nowMs(), 30_000)
  assert.equal(await wait(30_000, () => writeFileSync(dev.file('video2'), '')), true)
  assert.equal(clock.nowMs(), 30_500)
  assert.equal(await wait(30_000, () => rmSync(dev.file('video2'), { force: true })), true)
  assert.equal(await wait(0), false)
  assert.equal(await wait(30_000, assert.fail, 'media0 video0'), true, 'it came while the camera was tried')
})
