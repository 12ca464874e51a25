import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Place } from '../places.ts'
import { judgeClock } from './clock-check.ts'
import { judgeRoom } from './folders.ts'
import { judgeNetwork } from './network.ts'

const place = (freeBytes: number | undefined): Place => ({ name: 'EZREC_HOME', folder: '/home/box', freeBytes, mount: undefined })
const rates = { cameraKbps: 5_000, cameras: 2, filmKbps: 6_000 } // 9.9 GB an hour

test('room is told in hours of recording, and asks for more before a match does not fit', () => {
  const of = (freeBytes: number | undefined): string => judgeRoom([place(100e9), place(freeBytes)], rates).status
  assert.deepEqual([100e9, 30e9, 0.3e9, undefined].map(of), ['healthy', 'degraded', 'unhealthy', 'unasked'])
  assert.match(judgeRoom([place(20e9)], rates).message, /^20\.0 GB free: 2\.0 hours/)
})

test('a disk that takes no writes has no room', () => {
  const mount = { folder: '/', fileSystem: 'ext4', source: '/dev/sda1', readOnly: true }
  assert.equal(judgeRoom([{ ...place(100e9), mount }], rates).status, 'unhealthy')
})

test('a clock that nobody has set is a fault, one that nobody keeps a warning', () => {
  const of = (facts: object): string =>
    judgeClock({ synchronized: true, rtcMs: undefined, nowMs: 0, trusted: true, settled: true, ...facts }).status
  assert.equal(of({}), 'healthy')
  assert.equal(of({ trusted: false, synchronized: false }), 'unhealthy')
  assert.equal(of({ settled: false }), 'degraded')
  assert.equal(of({ synchronized: false }), 'degraded')
})

test('a network without an address, or without a way out, is a warning: recording does not need it', () => {
  const routes = 'Iface\tDestination\tGateway\neth0\t00000000\t0102000A\n'
  assert.equal(judgeNetwork(['eth0 192.0.2.2'], routes).status, 'healthy')
  assert.match(judgeNetwork(['eth0 192.0.2.2'], 'Iface\tDestination\tGateway\neth0\t000200C0\t00000000\n').message, /no way out/)
  assert.match(judgeNetwork([], routes).message, /^no address/)
})
