import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { test } from 'node:test'
import { pino } from 'pino'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { until } from '../../tests/until.ts'
import { lastBeat } from '../adapters/heartbeat.ts'
import { openDatabase } from '../adapters/sqlite.ts'
import { arrangementSchema } from './arrangement.ts'
import { startLedger } from './ledger-thread.ts'

test('a ledger thread that cannot open its database is started again until it can', async () => {
  using home = temporaryFolder()
  const said: string[] = []
  const log = pino({ level: 'error' }, { write: (line) => void said.push(line) })
  const database = home.file('disk/ezrec.sqlite')
  {
    await using _ledger = startLedger(
      {
        home: home.path,
        database,
        takesFolder: home.file('takes'),
        planFile: home.file('plan.json'),
        boxTimeFile: home.file('box-time.json'),
        clockTrust: 'always',
        timeZone: 'UTC',
        rigId: 'rig',
        format: { width: 640, height: 360, fps: 25 },
        arrangement: arrangementSchema.parse({ layout: 'side-by-side' }),
        sound: false,
        margins: { leadInMs: 5_000, tailMs: 0 },
        logging: { level: 'ERROR', folder: home.file('logs'), stderr: false },
      },
      log,
      () => Promise.resolve(true),
    )
    await until(() => said.length > 0, 'the thread fails')
    assert.match(said[0] ?? '', /ledger thread failed, starting it again/)
    mkdirSync(home.file('disk'))
    await until(() => {
      using db = openDatabase(database)
      return lastBeat(db, 'dual_recorder') !== undefined
    }, 'the thread lives')
  }
})
