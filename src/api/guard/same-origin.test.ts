import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertSameOrigin } from './same-origin.ts'

const allowedOrigins = ['https://book.example.org']

const isAllowed = (method: string, headers: Record<string, string>): boolean => {
  try {
    assertSameOrigin(method, new Headers({ host: 'box.local:8000', ...headers }), { allowedOrigins })
    return true
  } catch {
    return false
  }
}

test('reading is allowed from everywhere: the browser shows no other site the answer', () => {
  for (const method of ['GET', 'HEAD', 'OPTIONS'])
    assert.equal(isAllowed(method, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }), true)
})

test('changing is allowed to programs and to our own pages', () => {
  for (const headers of [
    {},
    { origin: 'http://box.local:8000' },
    { origin: 'http://BOX.local:8000', 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
  ])
    assert.equal(isAllowed('POST', headers), true, JSON.stringify(headers))
})

test('changing is refused to every other page', () => {
  for (const origin of [
    'https://evil.example',
    'null',
    '',
    'http://box.local',
    'http://box.local:8001',
    'http://evil.example/box.local:8000',
  ])
    for (const method of ['POST', 'PUT', 'DELETE']) assert.equal(isAllowed(method, { origin }), false, `${method} ${origin}`)
  assert.equal(isAllowed('POST', { origin: 'http://box.local:8000', 'sec-fetch-site': 'cross-site' }), false)
})

test('a named site needs a key of its own', () => {
  const headers = { origin: 'https://book.example.org', 'sec-fetch-site': 'cross-site' }
  assert.equal(isAllowed('POST', headers), false)
  assert.equal(isAllowed('POST', { ...headers, authorization: 'Bearer ezk_x' }), true)
  assert.equal(isAllowed('POST', { ...headers, origin: 'https://evil.example', authorization: 'Bearer ezk_x' }), false)
})
