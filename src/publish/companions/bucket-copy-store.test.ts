import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openDatabase } from '../../adapters/sqlite.ts'
import { noteConfirmed, openUploadRow } from '../stores/s3/upload-ledger.ts'
import { filmsWithStrays, noteBucketCopy } from './bucket-copy-store.ts'

test('a film that moved is looked at again, however old it is, while something stands beside where it was', () => {
  using db = openDatabase(':memory:')
  const film = (filmKey: string, objectKey: string, beside: readonly string[]): void => {
    const upload = openUploadRow(db, { filmKey, place: 'p', objectKey, partBytes: 5, headerBytes: 1 }, 1)
    noteConfirmed(db, upload, { etag: 'e', by: 'etag' }, 2)
    for (const each of beside) noteBucketCopy(db, 'p', { objectKey: each, filmKey, bytes: 1, sha256: '', changedAtMs: 1 }, 1)
  }
  film('u/a.mp4', 'u/a.mp4', ['u/a.jpg', 'u/a/preview.jpg'])
  film('u/b.mp4', 'u/b-2.mp4', ['u/b-2.jpg', 'u/b/preview.jpg'])
  film('u/c.mp4', 'u/c-2.mp4', ['u/c-2.jpg', 'u/c-2/recording.json'])
  film('u/d.mp4', 'u/d-2.mp4', ['u/d-20.jpg'])
  assert.deepEqual(filmsWithStrays(db, 'p').toSorted(), ['u/b.mp4', 'u/d.mp4'])
  assert.deepEqual(filmsWithStrays(db, 'elsewhere'), [])
})
