import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hostCheck } from './host-check.ts'
import { HttpFault } from '../answer/problem.ts'

const check = hostCheck(
  { boundHost: '0.0.0.0', shareBaseUrl: 'https://Films.example.org/x' },
  () => ['192.168.7.20', 'fd12::20'],
  'Court-Box.lan',
)

const isServed = (host: string | undefined): boolean => {
  try {
    check(host)
    return true
  } catch (error) {
    assert.ok(error instanceof HttpFault && error.code === 'misdirected_request')
    return false
  }
}

test('the names and addresses of this box are served, with any port', () => {
  for (const host of ['localhost', 'LOCALHOST:8000', 'court-box.lan', 'court-box.local', 'films.example.org:443', 'films.example.org.'])
    assert.equal(isServed(host), true, host)
  for (const host of ['127.0.0.1:8000', '127.8.8.8', '[::1]:8000', '192.168.7.20:8000', '[fd12::20]'])
    assert.equal(isServed(host), true, host)
})

test('any other name or address is not, however like ours it looks', () => {
  for (const host of [
    'evil.example',
    'localhost.evil.example',
    'court-box',
    'court-box.local.evil',
    '192.168.7.21',
    '[fd12::21]',
    '1.127.0.0.1',
  ])
    assert.equal(isServed(host), false, host)
})

test('what is no host at all is not', () => {
  for (const host of [
    undefined,
    '',
    ' ',
    'a b',
    'localhost:',
    'localhost:x',
    'user@localhost',
    'localhost/x',
    '[::1',
    '::1',
    'localhost,evil.example',
  ])
    assert.equal(isServed(host), false, String(host))
})
