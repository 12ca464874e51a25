// What both cameras gave of a match goes to the bucket as tracks: a real recording, a real S3 server, real packets.
// What is cut where is asked in src/publish/tracks.

import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { judgeSettings } from '../../config/settings.ts'
import { readFilmCounters } from '../../lab/film-counters.ts'
import { openDatabase } from '../../src/adapters/sqlite.ts'
import { homeDatabaseOf, openApp, type App } from '../../src/app.ts'
import { findRecording } from '../../src/capture/recording-store.ts'
import { removeOfRemoved } from '../../src/publish/companions/keep-bucket-copies.ts'
import { writeManifest } from '../../src/publish/manifest.ts'
import { findTracks } from '../../src/publish/tracks/track-store.ts'
import { settleTracks, type TrackOptions } from '../../src/publish/tracks/keep-tracks.ts'
import { findVideo, noteChecksum, type Video } from '../../src/publish/video.ts'
import { deleteFilm } from '../../src/sweep/delete-film.ts'
import { sweeperOf } from '../../src/sweep/sweeper.ts'
import { bringUpToDate } from '../../src/system/restore/bring-up-to-date.ts'
import { sha256OfFile } from '../../src/base/files.ts'
import { examineFilm, openHome, readAnswer, rigEnvironment } from '../real-session.ts'
import { openS3Bench, type S3Bench } from '../s3-bench.ts'
import { s3Error } from '../s3-proxy.ts'
import { cannotServeS3, startSwift, type Swift } from '../swift.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { mustHave } from './api-box.ts'

const never = new AbortController().signal
const seconds = 8

let swift: Swift | undefined
before(async () => {
  if (cannotServeS3 === false) swift = await startSwift()
})
after(async () => swift?.[Symbol.asyncDispose]())

test(
  'what each camera gave of a match stands in the bucket as a track that no picture from outside of it is in',
  { skip: cannotServeS3 },
  async () => {
    using folder = temporaryFolder()
    await using bench = await openS3Bench(mustHave(swift), folder.path)
    await using home = await openHome()
    const variables = {
      ...rigEnvironment,
      CAMERA_SEGMENT_SECONDS: '2',
      S3_BUCKET: bench.name,
      S3_ENDPOINT: `http://127.0.0.1:${bench.proxy.port}`,
      S3_FORCE_PATH_STYLE: 'true',
      AWS_ACCESS_KEY_ID: 'ezrec:ci',
      AWS_SECRET_ACCESS_KEY: 'an-open-secret',
    }
    const answer = readAnswer(await home.run(['record', '--seconds', String(seconds), '--json'], variables))
    const { counters } = await examineFilm(answer.video.path)
    const { settings } = judgeSettings({ ...variables, S3_TRACKS: 'required' }, { home: home.folder, cwd: home.folder })
    using app = await openApp(settings, { service: 'video_worker' })
    const video = mustHave(findVideo(app.db, answer.video.id))
    noteChecksum(app.db, video, await sha256OfFile(answer.video.path), Date.now())
    const tracks: TrackOptions = { ...app, bucket: mustHave(app.bucket), uplink: mustHave(app.uplink), takesFolder: settings.paths.takes }

    assert.deepEqual(await evictable(app), [], 'footage stays until its tracks are in the bucket')
    app.db.run(
      "insert into upload (id, film_key, place, object_key, checksum, part_bytes, header_bytes, state, created_at_ms) values ('w', 'w', 'p', 'w', 'etag', 1, 1, 'open', 0)",
    )
    const late = new AbortController()
    const waiting = assert.rejects(settleTracks(tracks, late.signal))
    setTimeout(() => late.abort(), 500)
    await waiting
    assert.deepEqual(sentParts(bench), [], 'a film that is on its way goes first')
    app.db.run("delete from upload where id = 'w'")

    bench.proxy.behave(({ action, key }) => (action === 'complete' && key.includes('track-right') ? s3Error(503, 'SlowDown') : 'pass'))
    await assert.rejects(settleTracks(tracks, never))
    assert.equal(findTracks(app.db, video), undefined, 'not said before all are there')
    bench.proxy.behave(() => 'pass')
    await settleTracks(tracks, never)
    assert.deepEqual(sentParts(bench), ['track-left-1.ts', 'track-right-1.ts'], 'what had arrived was not sent again')
    assert.deepEqual(await evictable(app), ['track', 'track'])

    const stem = video.objectKey.replace(/\.mp4$/, '')
    for (const [side, camera] of (['left', 'right'] as const).entries()) {
      const file = folder.file(`${camera}.ts`)
      await writeFile(file, await bench.read(`${stem}/track-${camera}-1.ts`))
      const shown = (await readFilmCounters(file, 640)).map((each) => each[side])
      const film = counters.map((each) => each[side])
      const first = film.indexOf(shown[0])
      assert.ok(first >= 0 && first < 10, `it begins with the first key frame of the match: ${first}`)
      assert.deepEqual(shown, film.slice(first), 'and has every picture of it to the last, none from before or behind')
    }
    assert.deepEqual(
      findTracks(app.db, video)?.objects.map(({ camera, objectKey }) => `${camera} ${objectKey}`),
      [`left ${stem}/track-left-1.ts`, `right ${stem}/track-right-1.ts`],
    )
    await isKnownAfterALoss(app, video)
    deleteFilm(app.db, { id: video.id, by: 'anna', nowMs: Date.now(), force: true })
    await removeOfRemoved({ ...tracks, store: app.store, recordingsFolder: settings.paths.recordings }, never)
    assert.deepEqual(
      (await bench.objects()).filter((key) => key.includes('track-')),
      [],
      'they go with their film',
    )
    tracks.bucket.close()
  },
)

const sentParts = ({ proxy }: S3Bench): string[] =>
  proxy.asked.flatMap(({ action, key }) => (action === 'part' && key.includes('track-') ? [path.basename(key)] : []))

const evictable = async (app: App): Promise<string[]> =>
  (await sweeperOf(app).plan({ neededBytes: 1e12 }))
    .filter(({ goes, kept }) => goes && kept.class === 'track')
    .map(({ kept }) => kept.class)

/** A database that is lost knows from the manifest what is in the bucket. */
async function isKnownAfterALoss(app: App, video: Video): Promise<void> {
  const recording = mustHave(findRecording(app.db, video.recordingId))
  await writeManifest({ ...app, labelOf: app.clock.labelOf, recordingsFolder: app.settings.paths.recordings }, recording)
  const manifest = await readFile(path.join(app.settings.paths.recordings, recording.folder, 'recording.json'), 'utf8')
  assert.match(manifest, /track-left-1\.ts/)
  using lost = openDatabase(':memory:')
  await bringUpToDate(lost, homeDatabaseOf(app.settings, app), { anew: true, facts: {} })
  assert.deepEqual(findTracks(lost, video), findTracks(app.db, video))
}
