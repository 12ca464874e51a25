import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noon, smallRecording } from '../../tests/small-recording.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import type { Database } from '../adapters/sqlite.ts'
import { systemClock } from '../base/clock.ts'
import { sha256OfFile } from '../base/files.ts'
import { silentLogger } from '../base/logger.ts'
import { noteUse } from '../publish/in-use.ts'
import { localFolderStore } from '../publish/stores/local-folder.ts'
import { publishRecording } from '../publish/upload-manager.ts'
import { findVideoOf, noteChecksum, type Video } from '../publish/video.ts'
import { holdFilm } from './delete-film.ts'
import { expectLeaving } from './leaving.ts'
import { retentionRules } from './retention-policy.ts'

const never = new AbortController().signal
const minute = 60_000
const uplink = { maxRateKbps: undefined, windows: [], pauseWhileRecording: false, viewerRateKbps: 1_000, timeZone: 'UTC' }
const bucket = { place: 'p', uplink }

type Desk = {
  readonly db: Database
  readonly video: Video
  /** What leaves, as "minutes from noon", bytes of what, and whether it needs the network. */
  told(where?: typeof bucket, atMs?: number): string[]
  waysFreeAt(atMs: number): number | undefined
}

/** A film of two seconds from noon: published to the folder of the box and read back, or (`published: false`) merged so far. */
async function withDesk(published: boolean, use: (desk: Desk) => void): Promise<void> {
  using folder = temporaryFolder()
  using small = await smallRecording(folder.path)
  const { db } = small
  const store = localFolderStore(folder.file('store'))
  const clock = { ...systemClock, nowMs: () => noon + 3_000 }
  small.done('capture', 'merge', 'check')
  await publishRecording(
    { db, clock, logger: silentLogger(), store, recordingsFolder: folder.path, chunkSeconds: 2, longestMs: minute },
    'r',
    never,
  )
  small.done('publish')
  const video = findVideoOf(db, 'r') ?? assert.fail()
  noteChecksum(db, video, await sha256OfFile(store.pathOf(video.objectKey)), noon)
  if (!published) db.run("update video set published_at_ms = null, body_bytes = 7 where recording_id = 'r'")
  const options = { db, rigId: 'rig', margins: { leadInMs: 0, tailMs: 0 }, rules: retentionRules(days) }
  const expect = (atMs: number, where: typeof bucket | undefined) =>
    expectLeaving({ ...options, clock: { nowMs: () => atMs, labelOf: () => undefined }, bucket: where })
  const chunks = Number(db.get('select sum(bytes) as n from chunk')?.['n'])
  const names = new Map([
    [chunks, 'chunks'],
    [video.published?.bytes ?? 0, 'film'],
    [chunks + 7, 'chunks and body'],
  ])
  use({
    db,
    video,
    told: (where, atMs = noon + 5 * minute) =>
      expect(atMs, where).things.map(
        ({ atMs: at, bytes, needsNetwork }) =>
          `${names.get(bytes) ?? bytes} ${at === -Infinity ? 'now' : Math.round((at - noon) / minute)}${needsNetwork ? ' by network' : ''}`,
      ),
    waysFreeAt: (atMs) => expect(atMs, bucket).leaves.sent?.freeAtMs,
  })
}

const days = { tracksDays: 7, chunksDays: 3, filmsDays: 0, clipsDays: 0, logsDays: 30, publishedDays: 0 }

const confirm = (db: Database, { objectKey }: Video, state = 'confirmed'): void =>
  void db.run(
    `insert or replace into upload (id, film_key, place, object_key, checksum, part_bytes, header_bytes, state, created_at_ms)
     values ('up', ?, 'p', ?, 'etag', 1, 1, ?, 0)`,
    ...[objectKey, objectKey, state],
  )

test('without a bucket the chunks of a film that was read back may go, the film never', () =>
  withDesk(true, ({ told }) => assert.deepEqual(told(), ['chunks now'])))

test('with a bucket the film goes as well once it is confirmed there, and that needs the network', () =>
  withDesk(true, ({ db, video, told }) => {
    assert.deepEqual(told(bucket), ['chunks now', 'film 15 by network'], 'it was published just now: it is expected to be confirmed')
    assert.deepEqual(told(bucket, noon + 20 * minute), ['chunks now'], 'it ought to be confirmed and is not')
    confirm(db, video)
    assert.deepEqual(told(bucket, noon + 20 * minute), ['chunks now', 'film now by network'])
    assert.deepEqual(told({ ...bucket, place: 'another' }, noon + 20 * minute), ['chunks now'])
    db.run("update upload set finding = 'missing'")
    assert.deepEqual(told(bucket, noon + 20 * minute), ['chunks now'])
  }))

test('what somebody holds or uses is not counted on', () =>
  withDesk(true, ({ db, video, told }) => {
    confirm(db, video)
    holdFilm(db, video.id, 'a dispute', noon)
    assert.deepEqual(told(bucket), [])
    holdFilm(db, video.id, null, noon)
    noteUse(db, 'r', 'watched', noon + 60 * minute)
    assert.deepEqual(told(bucket), [])
  }))

test('of a film in the making the chunks leave a quarter of an hour after its end, with a bucket its body as well; one that is late is not counted on', () =>
  withDesk(false, ({ told }) => {
    assert.deepEqual(told(), ['chunks 15'])
    assert.deepEqual(told(undefined, noon + 20 * minute), [])
    assert.deepEqual(told(bucket), ['chunks and body 20 by network'], 'it is not there yet: from now on')
  }))

test('while films have waited for the bucket for long nothing is expected to reach it', () =>
  withDesk(false, ({ db, video, told, waysFreeAt }) => {
    confirm(db, video, 'open')
    db.run("update upload set fault_kind = 'network', fault_message = '', fault_hint = '', fault_since_ms = ?", noon)
    assert.equal(waysFreeAt(noon + 5 * minute), noon + 5 * minute)
    assert.equal(waysFreeAt(noon + 20 * minute), Number.POSITIVE_INFINITY)
    assert.deepEqual(told(bucket, noon + 20 * minute), ['chunks and body Infinity by network'])
  }))
