import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addBooking } from '../../tests/a-booking.ts'
import { noon, smallRecording } from '../../tests/small-recording.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { plannedObject } from './planned-object.ts'
import { partBytesFor } from './stores/s3/part-policy.ts'

const hourMs = 3_600_000

test('a header has room for the longest booking, also while another one follows: that may be cancelled, and this one extended past it', async () => {
  using folder = temporaryFolder()
  using small = await smallRecording(folder.path)
  const recording = small.recording()
  const planned = (longestMs: number): number => plannedObject({ db: small.db, chunkSeconds: 2, longestMs }, recording).headerBytes
  const alone = planned(12 * hourMs)
  addBooking(small.db, { id: 'next', startsAtMs: noon + hourMs, endsAtMs: noon + 2 * hourMs })
  assert.equal(planned(12 * hourMs), alone)
  assert.ok(planned(hourMs) < alone)
  assert.equal(
    partBytesFor({ wantedBytes: 0, headerBytes: alone, longestBytes: 0 }),
    5 * 1_024 * 1_024,
    'twelve hours fit into the least part',
  )
})
