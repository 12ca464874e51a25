import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wantedBeside } from './bucket-copy-policy.ts'

const made = (kind: 'preview' | 'thumbnails' | 'sheet' | 'rendition', objectKey: string) => ({
  kind,
  number: 0,
  objectKey,
  width: null,
  height: null,
  bytes: 1,
  sha256: '',
})

test('what stands beside a film goes where the film goes, as what it is; the smaller version goes its own way', () => {
  const companions = [
    made('preview', 'u/d/f/preview.jpg'),
    made('thumbnails', 'u/d/f/thumbnails.vtt'),
    made('sheet', 'u/d/f/thumbnails-1.jpg'),
    made('rendition', 'u/d/f/rendition.mp4'),
  ]
  assert.deepEqual(wantedBeside('u/d/f.mp4', 'u/d/f-2.mp4', companions), [
    { objectKey: 'u/d/f-2.jpg', from: { storeKey: 'u/d/f.jpg' }, type: 'image/jpeg' },
    { objectKey: 'u/d/f-2/recording.json', from: 'manifest', type: 'application/json' },
    { objectKey: 'u/d/f-2/preview.jpg', from: { storeKey: 'u/d/f/preview.jpg' }, type: 'image/jpeg' },
    { objectKey: 'u/d/f-2/thumbnails.vtt', from: { storeKey: 'u/d/f/thumbnails.vtt' }, type: 'text/vtt; charset=utf-8' },
    { objectKey: 'u/d/f-2/thumbnails-1.jpg', from: { storeKey: 'u/d/f/thumbnails-1.jpg' }, type: 'image/jpeg' },
  ])
})
