import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientReader, isOwnAddress, networkOf, plainAddress } from './client-address.ts'

const forwarded = (addresses: string, proto?: string): Headers =>
  new Headers({ 'x-forwarded-for': addresses, ...(proto === undefined ? {} : { 'x-forwarded-proto': proto }) })

test('without trusted proxies the socket alone counts', () => {
  const read = clientReader([])
  assert.deepEqual(read('192.0.2.9', forwarded('10.0.0.1', 'https')), { address: '192.0.2.9', secure: false })
  assert.equal(read('::ffff:192.0.2.9', new Headers()).address, '192.0.2.9')
})

test('behind trusted proxies it is the last address that none of them is', () => {
  const read = clientReader(['127.0.0.1', '10.0.0.0/8', 'fd00::/8'])
  assert.deepEqual(read('127.0.0.1', forwarded('203.0.113.5', 'https')), { address: '203.0.113.5', secure: true })
  assert.equal(read('127.0.0.1', forwarded('203.0.113.5, 10.1.2.3')).address, '203.0.113.5')
  assert.equal(
    read('::ffff:127.0.0.1', forwarded('198.51.100.1, 203.0.113.5, 10.1.2.3')).address,
    '203.0.113.5',
    'what the client wrote itself is passed over',
  )
  assert.equal(read('fd00::1', forwarded('2001:db8::5')).address, '2001:db8::5')
})

test('a proxy that says nothing readable is itself the client', () => {
  const read = clientReader(['127.0.0.1'])
  for (const text of ['', 'unknown', '_hidden', '203.0.113.5:8080', '<script>'])
    assert.equal(read('127.0.0.1', forwarded(text)).address, '127.0.0.1', text)
  assert.equal(read('127.0.0.1', new Headers()).address, '127.0.0.1')
})

test('an address is one of this machine only if it has it', () => {
  for (const own of ['127.0.0.1', '127.9.9.9', '::1']) assert.equal(isOwnAddress(own), true, own)
  for (const other of ['192.0.2.1', '1.127.0.1', '::2', '', 'localhost']) assert.equal(isOwnAddress(other), false, other)
  assert.equal(plainAddress('fe80::1%eth0'), 'fe80::1')
})

test('the addresses of one IPv6 network are one, however they are written; an IPv4 address is itself', () => {
  assert.equal(networkOf('192.0.2.1'), '192.0.2.1')
  for (const [one, other] of [
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9'],
    ['2001:db8::1', '2001:db8:0:0:1::5'],
    ['::1', '0:0:0:0:0:0:0:2'],
    ['fe80::1', 'fe80::2:3:4:5'],
  ] as const)
    assert.equal(networkOf(one), networkOf(other))
  for (const [one, other] of [
    ['2001:db8:1:2::1', '2001:db8:1:3::1'],
    ['2001:db8::1', '2001:db8:0:1::1'],
    ['2001:db8::1:2:3:4:5', '2001:db8::1'],
  ] as const)
    assert.notEqual(networkOf(one), networkOf(other))
})
