import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { lengthInWords, lostPage, sharePage, sizeInWords } from './share-page.ts'
import type { ShareState } from './share-state.ts'

const here = 'https://films.example.org/s/token'
const ready: ShareState = {
  phase: 'ready',
  title: 'Court 3',
  court: 'Court 3',
  startsAt: '2026-05-02T17:30:00.000Z',
  endsAt: '2026-05-02T18:30:00.000Z',
  when: 'Saturday, 2 May 2026, 19:30 to 20:30',
  sentence: 'The film is ready.',
  timeZone: 'Europe/Berlin',
  canPlayLive: false,
  durationSeconds: 3_600,
  bytes: 1.9e9,
  width: 2560,
  height: 720,
  partial: false,
  gaps: [],
  suspicions: [],
  preview: false,
  thumbnails: false,
  rendition: null,
  sound: 'sound',
  loudnessLufs: null,
  drawn: [],
}

test('no title can put markup or a script into the page', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.constantFrom('<script>alert(1)</script>', '"><img src=x onerror=y>', "' onload='x", '</title>')),
      (title) => {
        const page = sharePage({ ...ready, title, court: title, gaps: [title], drawn: [title], sentence: title }, here)
        assert.equal(page.match(/<script/g)?.length, 1)
        assert.equal(page.match(/<\/title>/g)?.length, 1)
        assert.doesNotMatch(page.replaceAll(/"[^"]*"/g, '""'), /<[^>]*\son\w+=/)
      },
    ),
  )
})

test('a page has no script or style of its own: the rules it is sent with forbid them', () => {
  for (const page of [sharePage(ready, here), sharePage({ ...ready, phase: 'live' }, here), lostPage()]) {
    assert.doesNotMatch(page, /<style|\sstyle=|\son\w+=/)
    for (const [, attributes, text] of page.matchAll(/<script([^>]*)>([^<]*)<\/script>/g))
      assert.ok(attributes?.includes('src=') && text === '')
  }
})

test('a preview gets absolute addresses, and only of a film that is there', () => {
  assert.match(sharePage(ready, here), /og:image" content="https:\/\/films\.example\.org\/s\/token\/poster"/)
  assert.doesNotMatch(sharePage({ ...ready, phase: 'scheduled' }, here), /og:image|<video|download/)
})

test('a still made for messages is named with its size and in words, before the poster', () => {
  const page = sharePage({ ...ready, preview: true }, here)
  const told = [...page.matchAll(/property="og:image(?::(\w+))?" content="([^"]*)"/g)].map(([, name = 'url', value]) => [name, value])
  assert.deepEqual(Object.fromEntries(told), {
    url: 'https://films.example.org/s/token/preview',
    type: 'image/jpeg',
    width: '1200',
    height: '630',
    alt: 'A moment of Court 3, Saturday, 2 May 2026, 19:30 to 20:30',
  })
  assert.doesNotMatch(sharePage({ ...ready, preview: true, phase: 'scheduled' }, here), /og:image/)
})

test('a smaller version is offered where there is one, what looked wrong is told, and loudness only of a film with sound', () => {
  const told = { width: 1_920, height: 540, bytes: 45.4e6 }
  const suspicions = ["The right camera's picture was black for 12 s at 19:45:03."]
  const page = sharePage({ ...ready, rendition: told, suspicions, loudnessLufs: -18.26 }, here)
  assert.match(page, /href="\/s\/token\/rendition\?download=1" download\s*>Smaller version<span class="size">45 MB<\/span>/)
  assert.match(page, /<li>The right camera&#39;s picture was black for 12 s at 19:45:03\.<\/li>/)
  assert.doesNotMatch(page, /A part of this recording is missing/)
  assert.match(page, /-18\.3 LUFS/)
  assert.doesNotMatch(sharePage(ready, here), /Smaller version|LUFS|Not everything|<dt>Sound/)
  assert.match(sharePage({ ...ready, sound: 'none' }, here), /<dt>Sound<\/dt>\s*<dd>no sound<\/dd>/)
  assert.match(sharePage({ ...ready, sound: 'silent' }, here), /<dd>silent<\/dd>/)
})

test('lengths and sizes are told as phones tell them', () => {
  assert.deepEqual([0, 4.4, 65, 3_599.6, 43_200].map(lengthInWords), ['0:00', '0:04', '1:05', '1:00:00', '12:00:00'])
  assert.deepEqual([0, 1_500, 999_000, 1.5e6, 45.4e6, 2.95e9].map(sizeInWords), ['1 kB', '2 kB', '999 kB', '1.5 MB', '45 MB', '3.0 GB'])
})
