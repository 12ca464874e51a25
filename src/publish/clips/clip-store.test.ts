import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { addBooking } from '../../../tests/a-booking.ts'
import { openDatabase, type Database } from '../../adapters/sqlite.ts'
import { openRecording } from '../../capture/recording-store.ts'
import { temporaryFolder } from '../../../tests/temporary-folder.ts'
import { deleteClip } from './delete-clip.ts'
import { askForClip, findClip, matchOf, noteClipMade, type Clip } from './clip-store.ts'

const noon = Date.UTC(2026, 4, 2, 12)

/** A match of an hour from noon on. */
function openMatch(): { readonly db: Database; ask(seconds: number, atMinute: number): Clip; [Symbol.dispose](): void } {
  const db = openDatabase(':memory:')
  const window = { startsAtMs: noon, endsAtMs: noon + 3_600_000 }
  addBooking(db, window)
  const form = { fps: 25, cameraWidth: 160, cameraHeight: 90, layout: 'side-by-side' } as const
  openRecording(db, { id: 'r', bookingId: 'b', rigId: 'rig', folder: 'day/r', ...window, ...form }, noon)
  return {
    db,
    ask: (seconds, atMinute) => askForClip(db, { id: 'r' }, { seconds, label: null, askedBy: 'court' }, noon + atMinute * 60_000),
    [Symbol.dispose]: () => db.close(),
  }
}

test('a clip never reaches behind the end of a match, also one that was moved while somebody asked', () => {
  using match = openMatch()
  match.db.run('update recording set ends_at_ms = ?', noon + 10 * 60_000)
  const { fromMs, toMs } = match.ask(30, 20)
  assert.deepEqual([fromMs, toMs], [noon + 570_000, noon + 600_000])
})

test('a match that was cancelled gives no clips: what its cameras see from then on is of other people', () => {
  using match = openMatch()
  match.ask(30, 5)
  match.db.run('update booking set cancelled_at_ms = ?', noon + 6 * 60_000)
  assert.throws(() => match.ask(30, 7), { code: 'conflict', message: 'this match was cancelled' })
  assert.equal(matchOf(match.db, 'r')?.isCancelled, true)
})

test('the clips of a match last ten minutes together; one that is deleted makes room, its files gone and never to be noted', async () => {
  using match = openMatch()
  using folder = temporaryFolder()
  const clips = [10, 15, 20, 25, 30].map((minute) => match.ask(120, minute))
  assert.throws(() => match.ask(1, 40), { code: 'conflict', message: /at most 600 s together/ })
  const [first, second] = clips
  assert.ok(first && second)
  mkdirSync(folder.file('day/r/clips'), { recursive: true })
  for (const { id } of [first, second]) writeFileSync(folder.file(`day/r/clips/${id}-left-1.mp4`), '')
  const file = { name: 'left-1.mp4', frames: 1, bytes: 0, sha256: '' }
  assert.equal(noteClipMade(match.db, first, [file], noon), true)
  for (const { id } of [first, second]) await deleteClip({ db: match.db, clock: { nowMs: () => noon }, recordingsFolder: folder.path }, id)
  assert.deepEqual(readdirSync(folder.file('day/r/clips')), [])
  assert.equal(noteClipMade(match.db, second, [file], noon), false, 'deleted while it was made')
  assert.deepEqual(
    [first, second].map(({ id }) => findClip(match.db, id)),
    [undefined, undefined],
  )
  assert.equal(match.db.all('select 1 from clip_file').length, 0)
  match.ask(120, 40)
  await assert.rejects(deleteClip({ db: match.db, clock: { nowMs: () => noon }, recordingsFolder: folder.path }, first.id), {
    code: 'not_found',
  })
})
