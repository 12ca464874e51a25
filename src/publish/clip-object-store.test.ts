import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addUpload, openMatchWithClips } from '../../tests/a-phone-clip.ts'
import { planOf } from '../../tests/plan-of.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { openDatabase, type Database } from '../adapters/sqlite.ts'
import { deleteFilm } from '../sweep/delete-film.ts'
import { clipObjectsToRemove, clipsToSend, noteClipBegun, noteClipSent, readableClip } from './clip-object-store.ts'
import { forgetPhoneClip, findPhoneClip } from './clips/phone-clip-store.ts'

const noon = Date.UTC(2026, 4, 2, 12)
const ids = (db: Database, place = 'here'): string[] => clipsToSend(db, place).map(({ id }) => id)

test('clips go to the bucket that holds their film, or that it is on its way to, and to no other', async () => {
  using folder = temporaryFolder()
  using db = openDatabase(':memory:')
  const match = openMatchWithClips(db, folder.path)
  const { id } = await match.addClip()
  assert.deepEqual(ids(db), [], 'a film that was published before there was a bucket stays on the box, and its clips with it')
  addUpload(db, match.filmKey, { place: 'elsewhere', state: 'confirmed' })
  assert.deepEqual([ids(db), ids(db, 'elsewhere')], [[], [id]])
  const video = String(db.get('select id from video')?.['id'])
  db.run("insert into film_exchange (video_id, upload_key, asked_by, asked_at_ms) values (?, 'again.mp4', 'anna', 0)", video)
  addUpload(db, 'again.mp4', { place: 'here', state: 'open' })
  assert.deepEqual(ids(db), [id], 'a film that is sent anew: its clip may be there before it')
})

test('a clip that the bucket has acknowledged is not sent again, and has an address only where we may look at it', async () => {
  using folder = temporaryFolder()
  using db = openDatabase(':memory:')
  const match = openMatchWithClips(db, folder.path, { place: 'here', state: 'confirmed' })
  const [first, second] = [await match.addClip(), await match.addClip()]
  assert.deepEqual(ids(db), [first.id, second.id], 'in the order in which they were asked for')
  for (const [{ id, objectKey }, etag] of [
    [first, 'a'],
    [second, null],
  ] as const) {
    const [waiting] = clipsToSend(db, 'here')
    assert.equal(waiting?.id, id)
    if (waiting) noteClipBegun(db, 'here', objectKey, waiting)
    assert.deepEqual([ids(db)[0], readableClip(db, 'here', id)], [id, undefined], 'begun is not there')
    noteClipSent(db, 'here', objectKey, etag, noon)
  }
  assert.deepEqual(ids(db), [])
  assert.deepEqual(
    [first, second].map(({ id }) => readableClip(db, 'here', id)),
    [first.objectKey, undefined],
  )
  assert.equal(readableClip(db, 'elsewhere', first.id), undefined)
})

test('what was begun of a clip that is deleted, or goes with its film, is to go, whether it was acknowledged or not', async () => {
  using folder = temporaryFolder()
  using db = openDatabase(':memory:')
  const match = openMatchWithClips(db, folder.path, { place: 'here', state: 'confirmed' })
  const [first, second] = [await match.addClip(), await match.addClip()]
  for (const each of clipsToSend(db, 'here')) noteClipBegun(db, 'here', `u/day/r/phone-${each.id}.mp4`, each)
  noteClipSent(db, 'here', second.objectKey, 'b', noon)
  assert.deepEqual(clipObjectsToRemove(db, 'here'), [])
  const clip = findPhoneClip(db, first.id)
  if (clip) forgetPhoneClip(db, clip, noon)
  assert.deepEqual(clipObjectsToRemove(db, 'here'), [first.objectKey])
  deleteFilm(db, { id: String(db.get('select id from video')?.['id']), by: 'anna', nowMs: noon, force: true })
  assert.deepEqual(clipObjectsToRemove(db, 'here').toSorted(), [first.objectKey, second.objectKey].toSorted())
  assert.deepEqual(clipObjectsToRemove(db, 'elsewhere'), [])
})

test('what waits is found by indexes, however many films and clips there are: it is asked for each second', () => {
  using db = openDatabase(':memory:')
  const plan = planOf(db, ids)
  assert.deepEqual(
    plan.filter((step) => /SCAN|AUTOMATIC/.test(step)),
    ['SCAN c'],
  )
})
