// The database was damaged, removed, or swapped for an older copy while the box was off: the next start brings back what it held.
// Never mends by hand: the services do it.

import assert from 'node:assert/strict'
import { copyFileSync, existsSync, openSync, readdirSync, rmSync, statSync, writeSync, closeSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { openSettings } from '../../config/settings.ts'
import { copiesOf } from '../../src/adapters/database-file.ts'
import { readDatabase, type Database } from '../../src/adapters/sqlite.ts'
import { readApiAddress } from '../../src/api/address.ts'
import { findRecordingOf } from '../../src/capture/recording-store.ts'
import { findVideoOf } from '../../src/publish/video.ts'
import { openHome, pause, readAnswer, type Home, type Running } from '../real-session.ts'
import { booking, untilPictures } from '../running-box.ts'

test('a database that is damaged, gone or older than the footage is brought back: films, links and bookings', async () => {
  await using home = await openHome()
  const { database } = openSettings(home.folder).settings.paths
  const film = readAnswer(await home.run(['record', '--seconds', '4', '--json']))
  const older = path.join(home.folder, 'older.sqlite')
  const accidents = {
    damaged: () => overwrite(database),
    gone: () => rmSync(database),
    older: () => copyFileSync(older, database),
  }
  for (const [cause, happens] of Object.entries(accidents)) {
    const { id: booked, startMs } = await bookAndStop(home, cause)
    if (!existsSync(older)) copyFileSync(copiesOf(database)[0] ?? '', older)
    happens()

    const { up, url } = await startServices(home)
    await untilPictures(home, 0, { fromMs: startMs + 1_000 })
    await booking(home, 'stop', booked)
    const { recordingId, title } = await untilPublished(home, booked)
    assert.equal(title, `the match after it was ${cause}`)
    const page = await fetch(new URL(new URL(film.shareUrl).pathname, url))
    assert.equal(page.status, 200, `${cause}: the link from before leads to its film`)
    assert.match(await toldOfDatabase(home, url), new RegExp(`^degraded: was ${cause}.* [1-9]\\d* bookings`))
    await end(up)

    assert.equal(restoredFor(database), cause)
    assert.notEqual(recordingId, film.recordingId)
    const checked = await home.run(['fsck', '--deep', '--json'])
    assert.equal(checked.code, 0, `${cause}: ${checked.stdout}`)
  }
  const aside = readdirSync(home.folder).filter((name) => /^ezrec\.sqlite\.damaged-[\dTZ-]+$/.test(name))
  assert.equal(aside.length, 1, 'the damaged file is kept')
  using db = readDatabase(database)
  assert.equal(db.all('select id from video where published_at_ms is not null').length, 4)
})

/** With services that run and have copied the link; the booking itself comes after the copy. */
async function bookAndStop(home: Home, cause: string): Promise<{ id: string; startMs: number }> {
  const { database } = openSettings(home.folder).settings.paths
  const { up } = await startServices(home)
  for (let waited = 0; waited < 60_000 && linksIn(copiesOf(database)[0] ?? '') === 0; waited += 200) await pause(200)
  assert.equal(linksIn(copiesOf(database)[0] ?? ''), 1)
  const startMs = Date.now() + 5_000
  const times = ['--start', new Date(startMs).toISOString(), '--minutes', '20'] // it is stopped once the services that come next have pictures
  const { id } = await booking(home, 'add', ...times, '--id', cause, '--title', `the match after it was ${cause}`)
  await end(up)
  return { id, startMs }
}

async function untilPublished(home: Home, bookingId: string): Promise<{ recordingId: string; title: unknown }> {
  const { database } = openSettings(home.folder).settings.paths
  for (let waited = 0; waited < 90_000; waited += 300) {
    await pause(300)
    const found = ask(database, (db) => {
      const recording = findRecordingOf(db, bookingId)
      if (!recording || !findVideoOf(db, recording.id)?.published?.sha256) return undefined
      if (recording.steps.some(({ state }) => state !== 'done')) return undefined
      return { recordingId: recording.id, title: db.get('select title from booking where id = ?', bookingId)?.['title'] }
    })
    if (found) return found
  }
  throw new Error(`booking ${bookingId} was not published`)
}

async function startServices(home: Home): Promise<{ up: Running; url: string }> {
  const up = await home.start(['up'])
  for (let waited = 0; waited < 60_000; waited += 200) {
    await pause(200)
    const url = (await readApiAddress(home.folder))?.url
    if (url === undefined) continue
    const said = await fetch(new URL('/health', url)).catch(() => undefined) // the address may be that of the life before
    if (said?.ok === true) return { up, url }
  }
  throw new Error('no API answers')
}

const answer = z.object({ data: z.object({ checks: z.array(z.object({ name: z.string(), status: z.string(), message: z.string() })) }) })

/** What the health of the box says of it to somebody with a key. */
async function toldOfDatabase(home: Home, url: string): Promise<string> {
  const made = await home.run(['key', 'add', 'test', '--json'])
  const { key } = z.object({ key: z.string() }).parse(JSON.parse(made.stdout))
  const health = await fetch(new URL('/health', url), { headers: { authorization: `Bearer ${key}` } })
  const check = answer.parse(await health.json()).data.checks.find(({ name }) => name === 'database')
  return `${check?.status}: ${check?.message}`
}

async function end(up: Running): Promise<void> {
  up.child.kill('SIGINT')
  const { code, stderr } = await up.ended
  assert.equal(code, 0, stderr)
}

const linksIn = (copy: string): number => ask(copy, (db) => Number(db.get('select count(*) as n from share_link')?.['n'])) ?? 0

const event = z.object({ cause: z.string() })

const restoredFor = (database: string): string | undefined =>
  ask(database, (db) => {
    const facts = db.get("select facts from event where kind = 'database.restored' order by id desc limit 1")?.['facts']
    return event.parse(JSON.parse(String(facts))).cause
  })

/** `undefined` while it is damaged, or not there. */
function ask<T>(file: string, question: (db: Database) => T): T | undefined {
  try {
    using db = readDatabase(file)
    return question(db)
  } catch {
    return undefined // the caller asks again, or misses what it expects
  }
}

/** Every second page but the first. */
function overwrite(file: string): void {
  const handle = openSync(file, 'r+')
  for (let at = 4_096; at < statSync(file).size; at += 8_192) writeSync(handle, Buffer.alloc(4_096, 0xa5), 0, 4_096, at)
  closeSync(handle)
}
