import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { bucketPage, endedPage } from './bucket-page.ts'
import { openShareSecret, pageKeyOf } from './share-secret.ts'
import type { ShareState } from './share-state.ts'

const state: Parameters<typeof bucketPage>[0] = {
  title: 'Court 3',
  court: 'Court 3',
  startsAt: '2026-05-02T17:30:00.000Z',
  when: 'Saturday, 2 May 2026, 19:30 to 20:30',
  timeZone: 'Europe/Berlin',
  durationSeconds: 3_600,
  bytes: 1.9e9,
  partial: false,
  gaps: [],
  suspicions: [],
  drawn: [],
} satisfies Partial<ShareState>
const address = (name: string): string => `https://films.s3.example.org/u/d/${name}?X-Amz-Expires=60&X-Amz-Signature=00`
const addresses = { film: address('r.mp4'), download: address('r.mp4'), poster: address('r.jpg'), preview: undefined }

test('no title can put markup, a script or another address into a page of the bucket', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.constantFrom('<script>x</script>', '"><img src=x onerror=y>', '</title><base href=//x>')),
      (title) => {
        const page = bucketPage({ ...state, title, court: title, gaps: [title], drawn: [title] }, addresses)
        assert.doesNotMatch(page.replaceAll(/"[^"]*"/g, '""'), /<script|<base|<img|<[^>]*\son\w+=/)
        assert.equal(page.match(/<\/title>/g)?.length, 1)
      },
    ),
  )
})

test('a smaller version is offered where the bucket has one, with its size', () => {
  assert.doesNotMatch(bucketPage(state, addresses), /Smaller/)
  const page = bucketPage(state, { ...addresses, smaller: { address: address('r/rendition.mp4'), bytes: 4.5e8 } })
  assert.match(page, /<a href="[^"]*r\/rendition\.mp4\?[^"]*" download>Smaller version for phones, 450 MB<\/a>/)
})

test('a page may load nothing but from its bucket, is found by no search engine, and tells nobody where it is', () => {
  const page = bucketPage(state, addresses)
  assert.match(
    page,
    /default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; img-src https:\/\/films\.s3\.example\.org; media-src https:/,
  )
  for (const each of [page, endedPage()]) {
    assert.match(each, /name="robots" content="noindex/)
    assert.match(each, /name="referrer" content="no-referrer"/)
  }
  assert.doesNotMatch(endedPage(), /https?:/)
})

test('the secret of a home is made once, is for its owner alone, and names every page otherwise', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'ezrec-secret-'))
  try {
    const file = path.join(folder, 'share-secret')
    const [one, two] = await Promise.all([openShareSecret(file), openShareSecret(file)])
    assert.ok(one.equals(two) && one.equals(await openShareSecret(file)))
    assert.equal(statSync(file).mode & 0o777, 0o600)
    assert.match(pageKeyOf(one, 'a'), /^share\/[\w-]{43}\.html$/)
    assert.notEqual(pageKeyOf(one, 'a'), pageKeyOf(one, 'b'))
    assert.ok(!pageKeyOf(one, 'a').includes(readFileSync(file, 'utf8').trim()))
    writeFileSync(file, 'short')
    await assert.rejects(openShareSecret(file), { code: 'media_unreadable' })
  } finally {
    rmSync(folder, { recursive: true })
  }
})
