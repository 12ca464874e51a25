import assert from 'node:assert/strict'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { noon, smallRecording, type SmallRecording } from '../../tests/small-recording.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { writeTake, type WrittenTake } from '../../tests/written-take.ts'
import { systemClock } from '../base/clock.ts'
import { sha256OfFile } from '../base/files.ts'
import { silentLogger } from '../base/logger.ts'
import { insertBooking } from '../booking/booking-store.ts'
import { storeTake } from '../capture/ledger.ts'
import { openSegmentLog } from '../capture/segment-log.ts'
import { localFolderStore } from '../publish/stores/local-folder.ts'
import { publishRecording } from '../publish/upload-manager.ts'
import { findVideoOf, noteChecksum } from '../publish/video.ts'
import { deleteFilm, holdFilm } from './delete-film.ts'
import { openEvictor, type Evictor } from './evict.ts'

const never = new AbortController().signal

type Bench = {
  readonly small: SmallRecording
  readonly takes: readonly WrittenTake[]
  readonly film: string
  evictor(): Evictor
  left(): boolean[]
}

/** A published film of two seconds from noon, and two takes that hold it; `other` is a booking beside it. */
async function withBench(
  use: (bench: Bench) => Promise<void>,
  change: { checksum?: false; check?: false; other?: { startsAtMs: number; endsAtMs: number }; trusted?: false; growing?: true } = {},
): Promise<void> {
  using folder = temporaryFolder()
  using small = await smallRecording(folder.path)
  const { db } = small
  const store = localFolderStore(folder.file('store'))
  const clock = { ...systemClock, nowMs: () => noon + 60_000 }
  const labelOf = () => (change.trusted === false ? { offsetUs: 0, trusted: false, synchronized: false } : undefined)
  small.done('capture', 'merge', ...(change.check === false ? [] : (['check'] as const)))
  await publishRecording(
    { db, clock, logger: silentLogger(), store, recordingsFolder: folder.path, chunkSeconds: 2, longestMs: 60_000 },
    'r',
    never,
  )
  small.done('publish')
  const video = findVideoOf(db, 'r') ?? assert.fail()
  const film = store.pathOf(video.objectKey)
  if (change.checksum !== false) noteChecksum(db, video, await sha256OfFile(film), noon)
  if (change.other)
    insertBooking(db, {
      ...{ id: 'other', callerId: null, userId: 'u', rigId: 'rig', title: null, cancelledAtMs: null, createdAtMs: 0, updatedAtMs: 0 },
      ...change.other,
    })
  const takesFolder = folder.file('takes')
  const written = { segments: 2, monotonicUs: 5e8, ended: change.growing !== true }
  const takes = [
    writeTake(takesFolder, { ...written, fromMs: noon - 4_000 }),
    writeTake(takesFolder, { ...written, fromMs: noon - 3_000, camera: 'right' }),
  ]
  const log = openSegmentLog({ takesFolder, rigId: 'rig', sinceMs: noon })
  await log.refresh()
  for (const take of log.takes) storeTake(db, take, log.journalBytes(take.id), takesFolder)
  await use({
    small,
    takes,
    film,
    evictor: () =>
      openEvictor({ db, clock: { nowMs: () => noon + 60_000, labelOf }, logger: silentLogger(), store, rigId: 'rig', takesFolder }),
    left: () => takes.map((take) => existsSync(take.file(0)) && existsSync(take.file(1))),
  })
}

test('the oldest footage of a published film goes first, and only as much as is needed', () =>
  withBench(async ({ small: { db }, takes, evictor, left }) => {
    assert.ok((await evictor().evict(1, never)) > 0)
    assert.deepEqual(left(), [false, true])
    assert.ok(existsSync(path.join(takes[0]?.folder ?? '', 'journal.ndjson')), 'what was there is still told')
    assert.deepEqual(
      db.all("select subject_id, facts ->> 'take' as take from event where kind = 'recording.footage-evicted'").map((row) => ({ ...row })),
      [{ subject_id: 'r', take: takes[0]?.id }],
    )
    assert.equal(Number(db.get('select count(*) as n from segment where erased_at_ms is null')?.['n']), 2)
    await evictor().evict(1e9, never)
    assert.deepEqual(left(), [false, false])
    assert.equal(await evictor().evict(1e9, never), 0)
  }))

const kept: readonly (readonly [string, Parameters<typeof withBench>[1]])[] = [
  ['whose film has no checksum yet', { checksum: false }],
  ['that is still being read back', { check: false }],
  ['that another booking has a claim on', { other: { startsAtMs: noon + 3_000, endsAtMs: noon + 9_000 } }],
  ['of which nobody knows when it was', { trusted: false }],
  ['that is still being made', { growing: true }],
]
for (const [what, change] of kept)
  test(`footage ${what} stays, however little room there is`, () =>
    withBench(async ({ evictor, left }) => {
      assert.equal(await evictor().evict(1e12, never), 0)
      assert.deepEqual(left(), [true, true])
    }, change))

test('footage of a film that was removed may go; of one that is held it stays until it is released', () =>
  withBench(async ({ small: { db }, film, evictor, left }) => {
    const { id } = findVideoOf(db, 'r') ?? assert.fail()
    holdFilm(db, id, 'a dispute', noon)
    assert.equal(await evictor().evict(1e12, never), 0)
    assert.throws(() => deleteFilm(db, { id, by: 'k', nowMs: noon, force: false }), { code: 'conflict', message: /held: a dispute/ })
    deleteFilm(db, { id, by: 'k', nowMs: noon, force: true })
    rmSync(film)
    await evictor().evict(1e12, never)
    assert.deepEqual(left(), [false, false])
  }))

test('a film that is not what was published keeps its footage, and so does one that is gone', () =>
  withBench(async ({ film, evictor, left }) => {
    const bytes = readFileSync(film)
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    writeFileSync(film, bytes)
    assert.equal(await evictor().evict(1e12, never), 0)
    writeFileSync(film, bytes.subarray(1))
    assert.equal(await evictor().evict(1e12, never), 0)
    assert.deepEqual(left(), [true, true])
  }))

test('killed between row and file, the next life removes the file', () =>
  withBench(async ({ small: { db }, takes, evictor, left }) => {
    db.run('update segment set erased_at_ms = ? where take_id = ?', noon + 50_000, takes[1]?.id ?? '')
    assert.deepEqual(left(), [true, true])
    assert.equal(await evictor().evict(0, never), 0)
    assert.deepEqual(left(), [true, false])
  }))
