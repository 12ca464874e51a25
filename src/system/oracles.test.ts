import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { appendFile, mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { openDatabase, readDatabase, type Database } from '../adapters/sqlite.ts'
import { silentLogger } from '../base/logger.ts'
import { insertBooking } from '../booking/booking-store.ts'
import { fixOrigin, moveStep, openRecording } from '../capture/recording-store.ts'
import { stepNames } from '../capture/recording.ts'
import { segmentFile } from '../capture/segment-writer.ts'
import { cameras } from '../capture/take.ts'
import { makeBox } from '../merge/boxes.ts'
import { addChunk, addGap, chunkFile, initFile, keepInit } from '../merge/chunk-store.ts'
import { addSmallPictures } from '../merge/preview/small-picture-store.ts'
import { localFolderStore } from '../publish/stores/local-folder.ts'
import { addCompanions, companionKey } from '../publish/companions/companion-store.ts'
import type { Verdict as FilmVerdict } from '../publish/verdict.ts'
import { findVideoOf, noteBody, noteChecksum, notePublished, openVideo } from '../publish/video.ts'
import { openEvictor } from '../sweep/evict.ts'
import { askOracles, type Verdict } from './oracle.ts'
import { oracles } from './oracles.ts'
import { sumFindings } from './oracles/coverage.ts'

const id = '01M81Y7RFGBZEKT4VT0C7FVPEC'
const bookingId = '01M81Y7R530Y51Q4M6AWFNTKXF'
const startMs = Date.UTC(2026, 4, 2, 19, 30)
const originUs = 900_000_000
const frames = 200
const headerBytes = 4_096
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

type Fixture = {
  readonly root: string
  readonly db: Database
  readonly film: string
  readonly folder: string
  readonly take: string
  ask(deep?: boolean): Promise<string[]>
}

/** A home as it is after a film of 8 s was published; `damage` may change it before it is judged. */
async function withHome(use: (home: Fixture) => Promise<void>): Promise<void> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'ezrec-oracles-'))
  try {
    using db = openDatabase(path.join(root, 'ezrec.sqlite'))
    const at = {
      takesFolder: path.join(root, 'takes'),
      recordingsFolder: path.join(root, 'recordings'),
      storeFolder: path.join(root, 'store'),
    }
    const rows = { updatedAtMs: startMs, createdAtMs: startMs, cancelledAtMs: null, callerId: null, title: null }
    insertBooking(db, { id: bookingId, userId: 'local', rigId: 'rig-1', startsAtMs: startMs, endsAtMs: startMs + 8_000, ...rows })
    const form = { fps: 25, cameraWidth: 640, cameraHeight: 360, layout: 'side-by-side' as const }
    const window = { startsAtMs: startMs, endsAtMs: startMs + 8_000 }
    openRecording(db, { id, bookingId, rigId: 'rig-1', folder: `2026-05-02/${id}`, ...window, ...form }, startMs)
    fixOrigin(db, id, { bootId: 'boot', us: originUs })
    await addTakes(db, at.takesFolder)
    await addFilm(db, at)
    for (const name of stepNames) for (const to of ['working', 'done'] as const) moveStep(db, { recordingId: id, name, to, nowMs: startMs })
    const ask = async (deep = false): Promise<string[]> => {
      using readOnly = readDatabase(path.join(root, 'ezrec.sqlite'))
      return told(await askOracles({ db: readOnly, ...at, deep, signal: new AbortController().signal }, oracles))
    }
    const film = path.join(at.storeFolder, `local/2026-05-02/${id}.mp4`)
    await use({
      root,
      db,
      film,
      folder: path.join(at.recordingsFolder, '2026-05-02', id),
      take: path.join(at.takesFolder, 'take-left'),
      ask,
    })
  } finally {
    await rm(root, { recursive: true })
  }
}

const told = (verdicts: readonly Verdict[]): string[] =>
  verdicts.flatMap(({ name, findings, holds }) => {
    assert.equal(holds, findings.length === 0)
    for (const { path: where, fault, mend } of findings) assert.ok(where !== '' && fault !== '' && mend !== '')
    return findings.length === 0 ? [] : [name]
  })

/** Both cameras ran from 2 s before to 2 s after, in segments of 4 s. */
async function addTakes(db: Database, takesFolder: string): Promise<void> {
  for (const camera of cameras) {
    const take = `take-${camera}`
    await mkdir(path.join(takesFolder, take), { recursive: true })
    await writeFile(path.join(takesFolder, take, 'journal.ndjson'), '')
    db.run(
      'insert into take (id, rig_id, camera, folder, boot_id, begun_at_ms, ended_at_ms, end_cause) values (?, ?, ?, ?, ?, ?, ?, ?)',
      take,
      'rig-1',
      camera,
      take,
      'boot',
      startMs - 2_500,
      startMs + 10_000,
      'stopped',
    )
    for (let second = 0; second < 12; second += 1)
      db.run(
        'insert into anchor (take_id, ticks, monotonic_us, utc_ms) values (?, ?, ?, ?)',
        take,
        (second + 1) * 90_000,
        originUs + (second - 2) * 1_000_000,
        startMs + (second - 2) * 1_000,
      )
    for (let number = 0; number < 3; number += 1) {
      const bytes = Buffer.from(`${camera} ${number}`)
      await writeFile(path.join(takesFolder, take, segmentFile(number)), bytes)
      const first = 90_000 + number * 360_000
      db.run(
        'insert into segment (take_id, number, first_ticks, last_ticks, frames, bytes, sha256) values (?, ?, ?, ?, ?, ?, ?)',
        take,
        number,
        first,
        first + 99 * 3_600,
        100,
        bytes.length,
        sha256(bytes),
      )
    }
  }
}

async function addFilm(db: Database, at: { recordingsFolder: string; storeFolder: string }): Promise<void> {
  const folder = path.join(at.recordingsFolder, '2026-05-02', id)
  const objectKey = `local/2026-05-02/${id}.mp4`
  await mkdir(path.join(folder, 'chunks'), { recursive: true })
  await writeFile(path.join(folder, initFile), 'init')
  keepInit(db, id, Buffer.from('init'))
  for (const name of ['recording.json', 'recording.completed', 'poster.jpg']) await writeFile(path.join(folder, name), '')
  const payload = Buffer.alloc(100, 7)
  for (let number = 0; number < 4; number += 1) {
    const bytes = Buffer.concat([Buffer.from(`chunk ${number} `), payload])
    await writeFile(path.join(folder, chunkFile(number)), bytes)
    const facts = { number, firstFrame: number * 50, frames: 50, bytes: bytes.length, payloadBytes: payload.length, sha256: sha256(bytes) }
    addChunk(db, id, facts, [{ track: 1, payloadOffset: 0, sampleTicks: 3_600, sampleSizes: Array.from({ length: 50 }, () => 2) }], startMs)
  }
  const index = Buffer.concat([makeBox('ftyp', Buffer.alloc(16)), makeBox('moov')])
  const film = Buffer.concat([index, Buffer.alloc(headerBytes - index.length), ...[0, 1, 2, 3].map(() => payload)])
  await mkdir(path.dirname(path.join(at.storeFolder, objectKey)), { recursive: true })
  await writeFile(path.join(at.storeFolder, objectKey), film)
  await writeFile(path.join(at.storeFolder, objectKey.replace('.mp4', '.jpg')), '')
  await mkdir(path.join(at.storeFolder, objectKey.replace('.mp4', '')))
  await writeFile(path.join(at.storeFolder, objectKey.replace('.mp4', '/preview.jpg')), 'preview')
  const video = openVideo(db, { recordingId: id, objectKey, headerBytes }, startMs)
  noteBody(db, video.id, { bytes: 400, chunks: 4 }, startMs)
  notePublished(db, video, { width: 1280, height: 360, fps: 25, frames, bytes: film.length, status: 'complete' }, startMs)
  noteChecksum(db, video, sha256(film), startMs)
  const preview = { kind: 'preview', number: 0, objectKey: companionKey(video, 'preview'), width: 1_200, height: 630 } as const
  addCompanions(db, video, [{ ...preview, bytes: 7, sha256: sha256(Buffer.from('preview')) }], startMs)
}

test('a home in which all went well has no findings, also when looked at deeply', () =>
  withHome(async ({ ask }) => {
    assert.deepEqual(await ask(), [])
    assert.deepEqual(await ask(true), [])
  }))

test('what is on its way beside a film is known while its row is awaited: previews, and the smaller version of a wide film', () =>
  withHome(async ({ db, film, ask }) => {
    await writeFile(beside(film, 'thumbnails-2.jpg'), '')
    await writeFile(beside(film, 'rendition.mp4.12.ab.tmp'), '')
    assert.deepEqual(await ask(), ['every file is known'])
    const data = Buffer.alloc(6)
    addSmallPictures(db, id, [{ kind: 'thumbnail', frame: 0, lost: 0, width: 2, height: 2, data }], 25)
    assert.deepEqual(await ask(), ['every file is known'])
    db.run('update video set width = 2560')
    assert.deepEqual(await ask(), [])
  }))

test('a home whose footage was evicted after its film was published has no findings; before that it would have', () =>
  withHome(async ({ root, db, take, ask }) => {
    const store = localFolderStore(path.join(root, 'store'))
    const clock = { nowMs: () => startMs + 60_000, labelOf: () => undefined }
    const place = { rigId: 'rig-1', takesFolder: path.join(root, 'takes') }
    const freed = await openEvictor({ db, clock, logger: silentLogger(), store, ...place }).evict(1e9, new AbortController().signal)
    assert.equal(freed, 'left 0'.length * 3 + 'right 0'.length * 3)
    assert.deepEqual(await readdir(take), ['journal.ndjson'])
    assert.deepEqual(await ask(true), [])
    db.run('update video set sha256 = null')
    assert.deepEqual(await ask(), ['segments and gaps are the window'])
  }))

const beside = (film: string, name: string): string => path.join(film.replace('.mp4', ''), name)

const damages: readonly { what: string; finds: readonly string[]; deepOnly?: true; damage: (home: Fixture) => unknown }[] = [
  {
    what: 'a segment is gone with its row',
    finds: ['segments and gaps are the window'],
    damage: async ({ db, take }) => {
      db.run("delete from segment where take_id = 'take-left' and number = 1")
      await rm(path.join(take, segmentFile(1)))
    },
  },
  {
    what: 'a gap is told where footage is',
    finds: ['segments and gaps are the window', 'status is not better than the truth'],
    damage: ({ db }) => addGap(db, id, { camera: 'right', firstFrame: 50, frames: 60, cause: 'stalled' }),
  },
  { what: 'a segment file is gone', finds: ['every row has its file'], damage: ({ take }) => rm(path.join(take, segmentFile(2))) },
  { what: 'a chunk grew', finds: ['every row has its file'], damage: ({ folder }) => appendFile(path.join(folder, chunkFile(1)), 'x') },
  {
    what: 'a segment rotted on the disk',
    finds: ['every row has its file'],
    deepOnly: true,
    damage: ({ take }) => writeFile(path.join(take, segmentFile(0)), 'LEFT 0'),
  },
  {
    what: 'a foreign file lies among the takes',
    finds: ['every file is known'],
    damage: ({ take }) => writeFile(path.join(take, 'holiday.mp4'), ''),
  },
  {
    what: 'a chunk without a row was left',
    finds: ['every file is known'],
    damage: ({ folder }) => writeFile(path.join(folder, chunkFile(4)), ''),
  },
  {
    what: 'a link leads out of the media',
    finds: ['every file is known'],
    damage: ({ folder }) => symlink('/etc/passwd', path.join(folder, 'recording.done')),
  },
  { what: 'the preview is gone', finds: ['every row has its file'], damage: ({ film }) => rm(beside(film, 'preview.jpg')) },
  {
    what: 'the preview rotted on the disk',
    finds: ['every row has its file'],
    deepOnly: true,
    damage: ({ film }) => writeFile(beside(film, 'preview.jpg'), 'PREVIEW'),
  },
  {
    what: 'a file that no row names stands beside the film',
    finds: ['every file is known'],
    damage: ({ film }) => writeFile(beside(film, 'thumbnails.vtt'), ''),
  },
  {
    what: 'a smaller version is on its way beside a film that needs none',
    finds: ['every file is known'],
    damage: ({ film }) => writeFile(beside(film, 'rendition.mp4.12.ab.tmp'), ''),
  },
  { what: 'the film is gone', finds: ['published films are whole'], damage: ({ film }) => rm(film) },
  { what: 'the film is short', finds: ['published films are whole'], damage: ({ film }) => writeFile(film, 'short') },
  {
    what: 'the film rotted on the disk',
    finds: ['published films are whole'],
    deepOnly: true,
    damage: ({ film, db }) => writeFile(film, rotten(film, db)),
  },
  { what: 'nobody tells the cloud', finds: ['published films are whole'], damage: ({ db }) => db.run('delete from outbox') },
  {
    what: 'a chunk never went into the film',
    finds: ['published films are whole'],
    damage: ({ db }) => db.run('update video set body_chunks = 3 where recording_id = ?', id),
  },
  {
    what: 'a film says it has more pictures than its chunks',
    finds: ['published films are whole'],
    damage: ({ db }) => db.run('update video set frames = 201 where recording_id = ?', id),
  },
  {
    what: 'a chunk does not follow the one before it',
    finds: ['published films are whole'],
    damage: ({ db }) => db.run('update chunk set first_frame = 51 where number = 1'),
  },
  {
    what: 'an upload was left open',
    finds: ['every file is known', 'one object per video'],
    damage: ({ film }) => writeFile(`${film}.partial`, ''),
  },
  {
    what: 'the film lies in the store twice',
    finds: ['every file is known', 'published films are whole', 'one object per video'],
    damage: async ({ film, root }) => {
      await rename(film, path.join(root, `store/${id}.mp4`))
      await writeFile(film.replace('.mp4', '-2.mp4'), '')
    },
  },
  {
    what: 'an interrupted film is called complete',
    finds: ['status is not better than the truth'],
    damage: ({ db }) => db.run('update booking set interrupted_at_ms = 1'),
  },
  {
    what: 'a film whose verdict tells of a lack is called complete',
    finds: ['status is not better than the truth'],
    damage: ({ db }) => db.run('update video set verdict = ?', JSON.stringify(blackVerdict)),
  },
]

const blackVerdict: FilmVerdict = {
  ...{ framesExpected: 100, framesDecoded: 100, uniformTimes: true, alive: { left: 1, right: 0.3 } },
  ...{ blackSeconds: 3, coveredSeconds: 0, frozenSeconds: 0, partialBecause: ["the right camera's picture was black for 3 s"] },
}

const rotten = (_film: string, db: Database): Buffer => {
  const bytes = findVideoOf(db, id)?.published?.bytes ?? 0
  const index = Buffer.concat([makeBox('ftyp', Buffer.alloc(16)), makeBox('moov')])
  return Buffer.concat([index, Buffer.alloc(bytes - index.length, 9)])
}

for (const { what, finds, damage, deepOnly } of damages)
  test(`it is found when ${what}`, () =>
    withHome(async (home) => {
      await damage(home)
      if (deepOnly) assert.deepEqual(await home.ask(), [])
      assert.deepEqual(await home.ask(deepOnly), finds)
    }))

test('a film that is still being made is not judged as if it were finished', () =>
  withHome(async ({ db, folder, film, ask }) => {
    db.run("update step set state = 'working' where name in ('merge', 'publish')")
    db.run('update video set published_at_ms = null')
    await rename(film, `${film}.partial`)
    await writeFile(path.join(folder, `${chunkFile(4)}.77.abc.tmp`), '')
    await writeFile(path.join(folder, chunkFile(4)), '')
    assert.deepEqual(await ask(), [])
  }))

test('up to a second may be unexplained, no more', () => {
  const sums = (covered: number, gaps: number): number => sumFindings('it', { frames, covered, told: gaps, fps: 25 }).length
  assert.deepEqual([sums(200, 0), sums(175, 0), sums(174, 0), sums(100, 100), sums(200, 25), sums(200, 26)], [0, 0, 1, 0, 0, 1])
})

test('a database that is not there is not made by looking for it', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'ezrec-none-'))
  try {
    assert.throws(() => readDatabase(path.join(folder, 'ezrec.sqlite')), { code: 'not_found' })
  } finally {
    await rm(folder, { recursive: true })
  }
})
