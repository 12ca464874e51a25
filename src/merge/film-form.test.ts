import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { filmFormOf } from './film-form.ts'

const faultOf = (text: string): string => {
  const found = filmFormOf(Buffer.from(text, 'latin1'))
  return typeof found === 'string' ? found : found.fault
}

test('a container is known by its first bytes', () => {
  const stream = Buffer.alloc(1_024)
  for (let at = 0; at < stream.length; at += 188) stream[at] = 0x47
  const timed = Buffer.alloc(1_024)
  for (let at = 4; at < timed.length; at += 192) timed[at] = 0x47
  assert.equal(filmFormOf(Buffer.from('\0\0\0\x20ftypisom', 'latin1')), 'mov')
  assert.equal(filmFormOf(Buffer.from('\0\0\0\x08wide\0\0\0\0mdat', 'latin1')), 'mov')
  assert.equal(filmFormOf(Buffer.from('1a45dfa3a3', 'hex')), 'matroska')
  assert.equal(filmFormOf(Buffer.from('RIFF\0\0\0\0AVI LIST', 'latin1')), 'avi')
  assert.equal(filmFormOf(stream), 'mpegts')
  assert.equal(filmFormOf(timed), 'mpegts')
})

test('what names other files, or has no time stamps, is refused by what it is', () => {
  assert.match(faultOf(''), /empty/)
  assert.match(faultOf('#EXTM3U\n#EXT-X-VERSION:3\nfile:///etc/passwd'), /playlist/)
  assert.match(faultOf("ffconcat version 1.0\nfile '/etc/passwd'"), /list of files/)
  assert.match(faultOf("file '/etc/passwd'\n"), /list of files/)
  assert.match(faultOf('<?xml version="1.0"?><MPD>'), /description of a stream/)
  assert.match(faultOf('v=0\r\no=- 0 0 IN IP4 127.0.0.1'), /description of a session/)
  assert.match(faultOf('\0\0\0\x01\x67'), /without time stamps/)
  assert.match(faultOf('\x89PNG\r\n'), /still picture/)
  assert.match(faultOf('RIFF\0\0\0\0WAVE'), /no container that is known/)
})

test('whatever a file begins with, it has a form or a reason', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
      const found = filmFormOf(Buffer.from(bytes))
      assert.ok(typeof found === 'string' || found.fault.length > 5)
    }),
  )
})
