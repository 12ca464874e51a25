import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addBooking } from '../../../tests/a-booking.ts'
import { openDatabase, type Database } from '../../adapters/sqlite.ts'
import { openRecording } from '../../capture/recording-store.ts'
import { askForClip, matchOf, type Clip } from './clip-store.ts'

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
