import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { syncGroupOf, syncRole, tuningFileOf, withSyncGroup } from './rpicam-sync.ts'

const tuning = {
  version: 2,
  target: 'pisp',
  algorithms: [{ 'rpi.black_level': { black_level: 4096 } }, { 'rpi.sync': { ready_frame: 60 } }],
}

test("a box's group stays the same, is in the site's own range, and is not another box's", () => {
  assert.deepEqual(syncGroupOf('a'), syncGroupOf('a'))
  fc.assert(
    fc.property(fc.string(), (name) => {
      const { group, port } = syncGroupOf(name)
      assert.match(group, /^239\.255\.\d{1,3}\.\d{1,3}$/)
      assert.ok(group !== '239.255.255.250' && port >= 20_000 && port < 30_000)
    }),
  )
  const groups = new Set(Array.from({ length: 100 }, (_, n) => Object.values(syncGroupOf(`box ${n}`)).join()))
  assert.equal(groups.size, 100)
})

test('the group is written into the tuning, and all else of it stays', () => {
  const changed: unknown = JSON.parse(withSyncGroup(JSON.stringify(tuning), { group: '239.255.1.2', port: 20_003 }) ?? '')
  assert.deepEqual(changed, {
    ...tuning,
    algorithms: [tuning.algorithms[0], { 'rpi.sync': { ready_frame: 60, group: '239.255.1.2', port: 20_003 } }],
  })
})

test('a text that is no tuning is left alone', () => {
  for (const text of ['', '# yaml: yes', '[]', '{"algorithms": 3}']) assert.equal(withSyncGroup(text, { group: 'g', port: 1 }), undefined)
})

test('the left camera leads; each image processor has its own tuning', () => {
  assert.deepEqual([syncRole('left'), syncRole('right')], ['server', 'client'])
  assert.equal(tuningFileOf('imx477', 'libav'), '/usr/share/libcamera/ipa/rpi/pisp/imx477.json')
  assert.equal(tuningFileOf('imx477', 'hardware'), '/usr/share/libcamera/ipa/rpi/vc4/imx477.json')
})
