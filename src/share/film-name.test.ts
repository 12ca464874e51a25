import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { attachment, filmFileName } from './film-name.ts'

const startsAtMs = Date.UTC(2026, 4, 2, 17, 30)

test('a film is named by its court and the venue’s own time', () => {
  assert.equal(filmFileName({ title: 'Court 3', startsAtMs }, { timeZone: 'Europe/Berlin' }), 'Court 3 2026-05-02 19-30.mp4')
  assert.equal(filmFileName({ title: null, startsAtMs }, { timeZone: 'UTC' }), 'Court 2026-05-02 17-30.mp4')
  assert.equal(filmFileName({ title: ' . ', startsAtMs }, { timeZone: 'Asia/Tokyo' }), 'Court 2026-05-03 02-30.mp4')
})

test('a court that has a name gives it, whatever the booking is called', () => {
  const venue = { timeZone: 'UTC', courtName: 'Court 3' }
  for (const title of ['Annas birthday', null]) assert.equal(filmFileName({ title, startsAtMs }, venue), 'Court 3 2026-05-02 17-30.mp4')
})

test('no title becomes a path, a hidden file or a second header', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('../../etc/passwd', 'a\r\nSet-Cookie: x', '"; filename="evil.exe')),
      (title) => {
        const name = filmFileName({ title, startsAtMs }, { timeZone: 'UTC' })
        assert.doesNotMatch(name, /[/\\\p{Cc}:*?"<>|]|^\./u)
        assert.match(attachment(name), /^attachment; filename="[\x20\x21\x23-\x5b\x5d-\x7e]*"; filename\*=UTF-8''[\w.!~%-]*$/)
        assert.doesNotThrow(() => new Headers({ 'content-disposition': attachment(name) }))
      },
    ),
  )
})

test('letters of any language are kept for browsers that can read them', () => {
  const header = attachment(filmFileName({ title: 'Платз 3', startsAtMs }, { timeZone: 'UTC' }))
  assert.match(header, /filename="_____ 3 2026-05-02 17-30\.mp4"/)
  assert.equal(decodeURIComponent(header.split("UTF-8''")[1] ?? ''), 'Платз 3 2026-05-02 17-30.mp4')
})
