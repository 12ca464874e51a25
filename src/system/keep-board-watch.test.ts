import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeClock } from '../../tests/fake-clock.ts'
import { smallRecording } from '../../tests/small-recording.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { eventsAfter } from '../adapters/log-tables.ts'
import { silentLogger } from '../base/logger.ts'
import { moveStep } from '../capture/recording-store.ts'
import { noteBoard } from './keep-board-watch.ts'

test('a dip of the supply during a recording stands under that recording, one between recordings under the box', async () => {
  using folder = temporaryFolder()
  const { db } = await smallRecording(folder.path)
  const options = { db, clock: fakeClock(1_000), logger: silentLogger() }
  const well = { flags: 0, lowVoltage: undefined, celsius: 50 }
  const low = { ...well, flags: 0x10001 }
  let state = noteBoard(options, well, undefined)
  state = noteBoard(options, low, state)
  moveStep(db, { recordingId: 'r', name: 'capture', to: 'working', nowMs: 0 })
  state = noteBoard(options, low, state)
  state = noteBoard(options, { ...well, flags: 0x10000 }, state)
  noteBoard(options, low, state)
  const told = eventsAfter(db, 0).filter(({ kind }) => kind === 'board.trouble')
  assert.deepEqual(
    told.map(({ subjectId, facts }) => [subjectId, facts['trouble'], facts['is']]),
    [
      ['box', 'undervoltage', 'began'],
      ['r', 'undervoltage', 'ended'],
      ['r', 'undervoltage', 'began'],
    ],
  )
})
