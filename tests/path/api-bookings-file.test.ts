import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import { examineSettings, judgeSettings } from '../../config/settings.ts'
import { runEzrecApi } from '../../services/ezrec-api.ts'
import { openDatabase } from '../../src/adapters/sqlite.ts'
import { readApiAddress } from '../../src/api/address.ts'
import { addAccount } from '../../src/api/people/account-store.ts'
import { createKey } from '../../src/api/people/key-store.ts'
import { marginsOf, ratesOf } from '../../src/app.ts'
import { systemClock } from '../../src/base/clock.ts'
import { examineBox } from '../../src/system/doctor/doctor.ts'
import { dataOf } from './api-box.ts'

const health = z.object({
  checks: z.array(z.object({ name: z.string(), status: z.string(), message: z.string(), mend: z.string().optional() })),
})
type Check = z.infer<typeof health>['checks'][number]

/** Looks until it holds; the limit only keeps a broken test from hanging. */
async function eventually<T>(look: () => Promise<T | undefined>, what: string): Promise<T> {
  for (const endMs = performance.now() + 60_000; performance.now() < endMs; await setTimeout(100)) {
    const found = await look()
    if (found !== undefined) return found
  }
  throw new Error(`never seen: ${what}`)
}

test('what is wrong with bookings.json is told by health, doctor and events of a running box, with the place and the mend, until it is mended', async () => {
  const home = await mkdtemp(path.join(os.tmpdir(), 'ezrec-service-'))
  const given = { API_HOST: '127.0.0.1' }
  const { settings } = judgeSettings(given, { home, cwd: home })
  const end = new AbortController()
  const served = runEzrecApi(settings, { logToStderr: false }, end.signal)
  try {
    const { url } = await eventually(() => readApiAddress(home), 'its address')
    using db = openDatabase(settings.paths.database)
    addAccount(db, { name: 'anna', role: 'admin', passwordHash: '' }, Date.now())
    const { key } = createKey(db, systemClock, { name: 'test', role: 'viewer' })
    const look = async (): Promise<Check | undefined> => {
      const answer = await fetch(`${url}/health`, { headers: { authorization: `Bearer ${key}` } })
      return (await dataOf(answer, health)).checks.find(({ name }) => name === 'bookings-file')
    }
    const until = (holds: (check: Check) => boolean, what: string): Promise<Check> =>
      eventually(async () => {
        const check = await look()
        return check && holds(check) ? check : undefined
      }, what)
    const write = (text: string): Promise<void> => writeFile(settings.paths.bookingsFile, text)
    const good = { id: 'annas-party', start_time: '2031-05-02T19:30:00Z', end_time: '2031-05-02T20:30:00Z' }
    await until(({ message }) => message.startsWith('nothing'), 'nothing is wrong without a file')
    await write('[{"id":')
    const broken = await until(({ status }) => status === 'degraded', 'the file is broken')
    assert.equal(broken.message, 'bookings.json, the file: this file is no JSON')
    await write(JSON.stringify([good, { ...good, id: 'x', start_time: 'soon' }]))
    const { status, mend = '' } = await until(({ message }) => message.startsWith('bookings.json, entry 2: '), 'the second entry is named')
    assert.equal(status, 'degraded')
    assert.match(mend, /it is read again as soon as it is saved$/)
    const examined = examineSettings(given, { home, cwd: home })
    const order = { examined, ratesOf, marginsOf, apiPortOf: () => Promise.resolve(undefined) }
    const { findings } = await examineBox(order, AbortSignal.timeout(60_000))
    const found = findings.find(({ name }) => name === 'bookings-file')
    assert.deepEqual([found?.status, found?.mend], ['degraded', mend])
    assert.match(found?.message ?? '', /entry 2/)
    await write(JSON.stringify([good]))
    await until((check) => check.status === 'healthy', 'it is mended')
    const events = db.all("select kind, facts from event where kind like 'bookings-file.%' order by id").map((row) => ({ ...row }))
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ['bookings-file.faulty', 'bookings-file.faulty', 'bookings-file.mended'].slice(events.length === 2 ? 1 : 0),
    )
    assert.equal(JSON.stringify(events).includes('annas-party'), false)
  } finally {
    end.abort()
    await served
    await rm(home, { recursive: true })
  }
})
