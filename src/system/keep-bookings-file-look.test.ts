import assert from 'node:assert/strict'
import { test } from 'node:test'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { eventsAfter } from '../adapters/log-tables.ts'
import { openDatabase } from '../adapters/sqlite.ts'
import { openBookingsFileLook } from './keep-bookings-file-look.ts'
import { readLook } from './look-file.ts'

test('what is wrong with bookings.json is kept, and told as an event when it is something else than before', async () => {
  using folder = temporaryFolder()
  using db = openDatabase(':memory:')
  const file = folder.file('look.json')
  const keep = openBookingsFileLook(file, { db, clock: { nowMs: () => 1_000.5 } })
  const told = (): unknown[] => eventsAfter(db, 0).map(({ kind, facts }) => [kind, facts])
  await keep([])
  assert.deepEqual(told(), [], 'a box without a file has no news')
  const fault = { subject: 'entry 1', message: 'the rig is taken', mend: 'choose another time' }
  await keep([{ ...fault, untilMs: 5 } as typeof fault])
  await keep([fault])
  assert.deepEqual(await readLook(file), [fault])
  await openBookingsFileLook(file, { db, clock: { nowMs: () => 2_000 } })([fault])
  assert.deepEqual(told(), [['bookings-file.faulty', { faults: 1 }]], 'also after a restart of the service')
  await keep([])
  assert.deepEqual(told().at(-1), ['bookings-file.mended', { faults: 0 }])
})
