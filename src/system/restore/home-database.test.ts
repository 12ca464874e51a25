import assert from 'node:assert/strict'
import { copyFileSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import path from 'node:path'
import { test } from 'node:test'
import { judgeSettings } from '../../../config/settings.ts'
import { makeTestFilm, openTestRecording } from '../../../tests/path/api-box.ts'
import { temporaryFolder, type TemporaryFolder } from '../../../tests/temporary-folder.ts'
import { writeTake } from '../../../tests/written-take.ts'
import { copyDatabase } from '../../adapters/database-file.ts'
import { runChild } from '../../base/process.ts'
import { addScore } from '../../merge/branding/score-store.ts'
import { openApp, type App } from '../../app.ts'
import { findBooking } from '../../booking/booking-store.ts'
import { findRecording } from '../../capture/recording-store.ts'
import { readLogoFile } from '../../merge/branding/logo-file.ts'
import { fixLogos, listLogos, readTakenLogo } from '../../merge/branding/logo-store.ts'
import { keepLeadIn, readLeadIn } from '../../merge/sync/sync-store.ts'
import { manifestOf, writeManifest } from '../../publish/manifest.ts'
import { companionKey, listCompanions } from '../../publish/companions/companion-store.ts'
import { findVideoOf } from '../../publish/video.ts'
import { askOracles } from '../oracle.ts'
import { oracles } from '../oracles.ts'
import { databaseTrouble } from './database-trouble.ts'

const open = (home: TemporaryFolder): Promise<App> =>
  openApp(judgeSettings({ CAMERA_ID: 'rig' }, { home: home.path, cwd: home.path }).settings, { service: 'ezrec' })

const database = (home: TemporaryFolder): string => home.file('ezrec.sqlite')

/** A booking to come that nobody has copied. */
async function book(app: App, callerId: string): Promise<string> {
  const startsAtMs = Math.round(app.clock.nowMs()) + 86_400_000
  const { booking } = await app.bookings.create({ startsAtMs, endsAtMs: startsAtMs + 60_000, userId: 'u', callerId, title: 'Final' })
  return booking.id
}

async function tellManifest(app: App, recordingId: string): Promise<void> {
  const recording = findRecording(app.db, recordingId) ?? assert.fail()
  await writeManifest({ ...app, labelOf: app.clock.labelOf, recordingsFolder: app.settings.paths.recordings }, recording)
}

const eventsOf = ({ db }: App): number => db.all("select id from event where kind = 'database.restored'").length

async function findings({ db, settings: { paths } }: App): Promise<unknown[]> {
  const folders = { takesFolder: paths.takes, recordingsFolder: paths.recordings, storeFolder: paths.store }
  const verdicts = await askOracles({ db, ...folders, deep: true, signal: AbortSignal.timeout(60_000) }, oracles)
  return verdicts.flatMap((verdict) => verdict.findings)
}

test('a lost database comes back from plan, manifests and journals: what is told of a film is what was told before', async () => {
  using home = temporaryFolder()
  const { bookingId, recording, told, video } = await (async () => {
    using app = await open(home)
    const drawn = ['-v', 'error', '-f', 'lavfi', '-i', 'color=red:s=64x64:d=0.4', '-c:v', 'mjpeg', home.file('intro.avi')]
    assert.equal((await runChild('ffmpeg', drawn)).code, 0)
    const made = await makeTestFilm(app, { lost: true, bookend: home.file('intro.avi') })
    addScore(app.db, made.recording.id, { firstFrame: 30, text: '1 : 0' })
    await tellManifest(app, made.recording.id)
    const { takes, labelOf } = { takes: app.settings.paths.takes, labelOf: app.clock.labelOf }
    const take = writeTake(takes, { fromMs: Date.parse('2026-05-02T17:30:00Z'), segments: 3, monotonicUs: 900e6 })
    rmSync(take.file(2)) // evicted, or outside every booking
    const published = findRecording(app.db, made.recording.id) ?? assert.fail()
    return {
      bookingId: await book(app, 'theirs'),
      recording: published,
      told: manifestOf(app.db, published, labelOf),
      video: findVideoOf(app.db, made.recording.id),
    }
  })()
  rmSync(database(home))
  using app = await open(home)
  const { id, ...restored } = findRecording(app.db, recording.id) ?? assert.fail()
  assert.deepEqual({ id, ...restored, origin: recording.origin }, recording)
  assert.deepEqual(findVideoOf(app.db, recording.id), video)
  assert.ok(video?.published?.verdict)
  assert.equal(listCompanions(app.db, video.id).length, 3)
  const again = manifestOf(app.db, recording, app.clock.labelOf)
  for (const part of ['booking', 'chunks', 'gaps', 'video', 'film', 'steps', 'state']) assert.deepEqual(again[part], told[part], part)
  const { callerId, userId, title } = findBooking(app.db, bookingId) ?? assert.fail()
  assert.deepEqual([callerId, userId, title], ['theirs', 'u', 'Final'])
  assert.equal(app.db.all('select 1 from segment where erased_at_ms is null').length, 2)
  assert.deepEqual(await findings(app), [])
  assert.match(
    databaseTrouble(app.db, app.clock.nowMs()) ?? '',
    /was gone, brought up to date .*: 1 bookings, 0 cancelled ones and 1 films/,
  )
  assert.equal(databaseTrouble(app.db, app.clock.nowMs() + 86_400_001), undefined)
})

test('a damaged database is put aside and its copy takes its place; what the copy lacks is added, what was cancelled since is cancelled', async () => {
  using home = temporaryFolder()
  const { kept, cancelled, added } = await (async () => {
    using app = await open(home)
    const first = await book(app, 'kept')
    const startsAtMs = Math.round(app.clock.nowMs()) + 2 * 86_400_000
    const { booking } = await app.bookings.create({ startsAtMs, endsAtMs: startsAtMs + 60_000, userId: 'u', callerId: 'cancelled' })
    await copyDatabase(database(home))
    await app.bookings.cancel(booking.id)
    const third = startsAtMs + 86_400_000
    const later = await app.bookings.create({ startsAtMs: third, endsAtMs: third + 60_000, userId: 'u', callerId: 'added' })
    return { kept: first, cancelled: booking.id, added: later.booking.id }
  })()
  const bytes = readFileSync(database(home))
  bytes.fill(0xa5, 4_096)
  writeFileSync(database(home), bytes)
  for (const life of ['first', 'second']) {
    using app = await open(home)
    assert.equal(findBooking(app.db, kept)?.cancelledAtMs, null, life)
    assert.equal(findBooking(app.db, added)?.callerId, 'added')
    assert.notEqual(findBooking(app.db, cancelled)?.cancelledAtMs, null)
    assert.equal(eventsOf(app), 1, 'it is told once')
    assert.match(databaseTrouble(app.db, app.clock.nowMs()) ?? '', /was damaged.*the old one is .*ezrec\.sqlite\.damaged-/)
  }
  const [aside = ''] = readdirSync(home.path).filter((name) => /\.damaged-[\dTZ-]+$/.test(name))
  assert.deepEqual(readFileSync(home.file(aside)).subarray(4_096), bytes.subarray(4_096), 'the damaged one is kept as it was')
})

test('a recording that was not yet published is merged again under its old id; one whose film is not in the store is told and keeps its booking', async () => {
  using home = temporaryFolder()
  const { unfinished, filmless } = await (async () => {
    using app = await open(home)
    const waiting = openTestRecording(app, { startsAtMs: Date.parse('2026-05-02T17:30:00Z') })
    await tellManifest(app, waiting.id)
    const made = await makeTestFilm(app)
    await tellManifest(app, made.recording.id)
    renameSync(app.store.pathOf(made.video.objectKey), home.file('taken-away.mp4'))
    return { unfinished: waiting, filmless: made.recording }
  })()
  rmSync(database(home))
  using app = await open(home)
  assert.deepEqual(findRecording(app.db, unfinished.id), unfinished)
  assert.equal(findRecording(app.db, filmless.id), undefined)
  assert.equal(findBooking(app.db, filmless.bookingId)?.startsAtMs, filmless.startsAtMs, "its footage is somebody's")
  assert.match(
    databaseTrouble(app.db, app.clock.nowMs()) ?? '',
    new RegExp(`not brought back: recording ${filmless.id}: its film .* is not in the store`),
  )
})

test('a film comes back with what its logos and its sync were drawn from; what cannot come back is told, not guessed', async () => {
  using home = temporaryFolder()
  const [there, changed] = [home.file('there.png'), home.file('changed.png')]
  for (const file of [there, changed]) writeFileSync(file, Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.from(file)]))
  const leadIn = { is: 'measured', offsetMs: 12.5, wantedFrames: 0.3, confidence: 4, cells: 9, moving: 3 } as const
  const id = await (async () => {
    using app = await open(home)
    const { recording } = await makeTestFilm(app)
    const box = { position: 'top-right', width: 80, height: 80, margin: 10, opacity: 1, fault: null } as const
    const logo = async (slot: 'venue' | 'platform', file: string) => {
      const taken = await readLogoFile(file)
      return { ...box, slot, file, sha256: taken.sha256, taken }
    }
    app.db.run('update recording set branded = 0')
    fixLogos(app.db, recording.id, [await logo('venue', there), await logo('platform', changed)])
    keepLeadIn(app.db, recording.id, leadIn)
    app.db.run("update recording set layout = 'panorama'")
    await tellManifest(app, recording.id)
    const file = path.join(app.settings.paths.recordings, recording.folder, 'recording.json')
    const told = readFileSync(file, 'utf8')
    writeFileSync(file, told.replace('"calibration": null', '"calibration": {"version": 1, "left": "torn"}'))
    return recording.id
  })()
  rmSync(database(home))
  writeFileSync(changed, readFileSync(there))
  using app = await open(home)
  const has = Object.fromEntries(listLogos(app.db, id).map(({ slot, sha256 }) => [slot, readTakenLogo(app.db, sha256 ?? '') !== undefined]))
  assert.deepEqual(has, { platform: false, venue: true })
  assert.deepEqual(readLeadIn(app.db, id), leadIn)
  assert.equal(findRecording(app.db, id)?.calibration, undefined)
  const told = databaseTrouble(app.db, app.clock.nowMs()) ?? ''
  assert.match(told, new RegExp(`recording ${id}: the logo ${changed} as it is in its film`))
  assert.doesNotMatch(told, /there\.png/)
  assert.match(told, new RegExp(`recording ${id}: its calibration cannot be read`))
})

test('an older copy in its place learns of the film that was published since; its share links stay', async () => {
  using home = temporaryFolder()
  const { recording, video } = await (async () => {
    using app = await open(home)
    const made = await makeTestFilm(app)
    await tellManifest(app, made.recording.id)
    return made
  })()
  const older = home.file('older.sqlite')
  copyFileSync(database(home), older)
  {
    using raw = new DatabaseSync(older)
    raw.exec("update video set published_at_ms = null, body_chunks = 1; update step set state = 'pending' where name = 'publish'")
    raw.exec(
      "insert into share_link (id, recording_id, token_hash, mode, created_at_ms, expires_at_ms) select 'l', id, x'00', 'box', 0, 1 from recording",
    )
  }
  copyFileSync(older, database(home))
  rmSync(home.file('store', companionKey(video, 'preview')))
  using app = await open(home)
  assert.deepEqual(findVideoOf(app.db, recording.id), video)
  assert.deepEqual(
    listCompanions(app.db, video.id).map(({ kind }) => kind),
    ['sheet', 'thumbnails'],
    'what is not there any more is not believed',
  )
  assert.equal(app.db.all('select 1 from share_link').length, 1)
  assert.deepEqual(await findings(app), [])
})

test('a new home has nothing to tell, and a database that is newer than the code is refused and stays', async () => {
  using home = temporaryFolder()
  for (const life of ['first', 'second']) {
    using app = await open(home)
    assert.equal(eventsOf(app), 0, life)
    if (life === 'first') await book(app, 'one')
  }
  {
    using raw = new DatabaseSync(database(home))
    raw.exec('pragma user_version = 99')
  }
  await assert.rejects(open(home), { code: 'conflict', message: /written by a newer EZREC/ })
  assert.deepEqual(
    readdirSync(home.path).filter((name) => /damaged|restoring/.test(name)),
    [],
  )
})
