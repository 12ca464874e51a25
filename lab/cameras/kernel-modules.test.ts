import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dependsOf, loadOrder, plainName } from './kernel-modules.ts'

test('a module tells what it stands on, under plain names', () => {
  const module = (info: string): Buffer => Buffer.concat([Buffer.from([0x7f]), Buffer.from(info, 'latin1')])
  assert.deepEqual(dependsOf(module('ELF\0license=GPL\0depends=videobuf2-v4l2,mc\0retpoline=Y\0')), ['videobuf2_v4l2', 'mc'])
  assert.deepEqual(dependsOf(module('ELF\0depends=\0')), [])
  assert.deepEqual(dependsOf(module('ELF\0license=GPL\0')), [])
  assert.equal(plainName('kernel/drivers/media/common/videobuf2/videobuf2-v4l2.ko.xz'), 'videobuf2_v4l2')
})

const depends: Readonly<Record<string, readonly string[]>> = {
  vivid: ['videodev', 'tpg'],
  videodev: ['mc'],
  tpg: ['videodev'],
  mc: [],
  p9: ['net'],
}
const kernel = { builtIn: new Set(['net']), depends: (name: string) => depends[name] }

test('each is loaded once, after what it stands on; what is built in is not', () => {
  assert.deepEqual(loadOrder(['p9', 'vivid', 'mc'], kernel), ['p9', 'mc', 'videodev', 'tpg', 'vivid'])
})

test('a kernel without the cameras is refused by name', () => {
  assert.throws(() => loadOrder(['uvcvideo'], kernel), { code: 'invalid', message: 'this kernel has no module uvcvideo' })
})
