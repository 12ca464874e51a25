import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeClock } from '../../../tests/fake-clock.ts'
import { noon, smallRecording } from '../../../tests/small-recording.ts'
import { temporaryFolder } from '../../../tests/temporary-folder.ts'
import { judgeSettings } from '../../../config/settings.ts'
import { believed } from '../../capture/box-time-file.ts'
import { findBooking } from '../../booking/booking-store.ts'
import { mergedBytes } from '../../merge/chunk-store.ts'
import { tellBooking } from './booking-form.ts'

test('a booking tells how large its film will be: at most, then by what is made of it, and nothing once there will be none', async () => {
  using folder = temporaryFolder()
  using small = await smallRecording(folder.path, { seconds: 3_600 })
  const { db } = small
  const { settings } = judgeSettings({}, { home: folder.path, cwd: folder.path })
  const clock = believed(fakeClock(noon + 60_000))
  const told = (): unknown => tellBooking({ db, clock, settings }, findBooking(db, 'b') ?? assert.fail()).filmSize
  assert.deepEqual(told(), { gigabytesPerHour: 2.7, gigabytes: 2.702, basis: 'highest' })
  db.run('update chunk set first_frame = first_frame + 1450') // a minute is merged
  const bytes = mergedBytes(db, 'r')
  assert.deepEqual(told(), { gigabytesPerHour: 0.003, gigabytes: 0.003, basis: 'measured' }, `${bytes} bytes`)
  db.run('update booking set cancelled_at_ms = 1')
  assert.equal(told(), null)
})
