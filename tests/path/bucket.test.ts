// What stands in the bucket beside the films, and how much of the uplink it takes: over one real S3 server.
// What goes wrong on the way is asked in src/publish/stores/s3.

import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { z } from 'zod'
import { openDatabase, type Database } from '../../src/adapters/sqlite.ts'
import { homeDatabaseOf, type App } from '../../src/app.ts'
import { phoneClipDetailSchema, phoneClipSchema } from '../../src/api/routes/phone-clip-form.ts'
import { tellUploads } from '../../src/api/routes/uploads-form.ts'
import { erasureSchema } from '../../src/api/routes/user-routes.ts'
import { makeFolder, writeDurably } from '../../src/base/files.ts'
import { findRecording } from '../../src/capture/recording-store.ts'
import { deletePhoneClip } from '../../src/publish/clips/delete-phone-clip.ts'
import { settleClips } from '../../src/publish/clips/keep-clips-sent.ts'
import { keepPhoneClips } from '../../src/publish/clips/keep-phone-clips.ts'
import { askForPhoneClip, findPhoneClip, notePhoneClipMade, phoneClipFile } from '../../src/publish/clips/phone-clip-store.ts'
import { addCompanions, companionKey } from '../../src/publish/companions/companion-store.ts'
import { copyBeside, removeOfRemoved, type BucketCopyOptions } from '../../src/publish/companions/keep-bucket-copies.ts'
import { runChild } from '../../src/base/process.ts'
import { exchangeFilm } from '../../src/publish/exchange/exchange-film.ts'
import { askForExchange, comingKey, filmKeyNow, findExchange, type ComingFilm } from '../../src/publish/exchange/exchange-store.ts'
import { takeFilm } from '../../src/publish/exchange/take-film.ts'
import { removeObject } from '../../src/publish/stores/s3/remove-object.ts'
import { clearAway } from '../../src/publish/stores/s3/keep-tidy.ts'
import { listMoves } from '../../src/publish/stores/s3/move-object.ts'
import { heldBecause } from '../../src/publish/film-hold.ts'
import { writeManifest } from '../../src/publish/manifest.ts'
import { removeFilm } from '../../src/publish/remove-film.ts'
import { isSwept } from '../../src/publish/swept-store.ts'
import { deleteFilm, holdFilm } from '../../src/sweep/delete-film.ts'
import { bringUpToDate } from '../../src/system/restore/bring-up-to-date.ts'
import { endUse } from '../../src/publish/in-use.ts'
import { findUpload, listSentParts, listUnwanted } from '../../src/publish/stores/s3/upload-ledger.ts'
import { verifyTonight } from '../../src/publish/verify/keep-verified.ts'
import { listFindings } from '../../src/publish/verify/verify-store.ts'
import { findVideo, noteChecksum, type Video } from '../../src/publish/video.ts'
import { settleRenditions } from '../../src/share/bucket-renditions.ts'
import { bucketSharesOf, keepBucketShares } from '../../src/share/bucket-share.ts'
import { isPageElsewhere } from '../../src/share/page-store.ts'
import { revokeShareLink } from '../../src/share/share-link.ts'
import { carryOn, type ErasureOptions } from '../../src/sweep/erasure/keep-erasures.ts'
import { sweeperOf } from '../../src/sweep/sweeper.ts'
import { keepHealthEvents } from '../../src/system/keep-health-events.ts'
import { openMachineLook } from '../../src/system/machine-look.ts'
import { fakeClock } from '../fake-clock.ts'
import { s3Error } from '../s3-proxy.ts'
import { dataOf, faultOf, makeTestFilm, mustHave, openApiBox, type ApiBox } from './api-box.ts'
import { noise, openS3Bench, type S3Bench } from '../s3-bench.ts'
import { cannotServeS3, startSwift, type Swift } from '../swift.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { until } from '../until.ts'

const skip = cannotServeS3
const key = 'u/2026-05-02/01HV000000000000000000FILM.mp4'
const header = Buffer.alloc(4_096, 'H')
const body = noise('bucket', 6) // two parts
const film = Buffer.concat([header, ...body])

let swift: Swift | undefined
before(async () => {
  if (cannotServeS3 === false) swift = await startSwift()
})
after(async () => swift?.[Symbol.asyncDispose]())

const mustSwift = (): Swift => swift ?? assert.fail('there is no S3 server')

async function withBench(use: (bench: S3Bench) => Promise<void>): Promise<void> {
  using folder = temporaryFolder()
  await using bench = await openS3Bench(mustSwift(), folder.path)
  await use(bench)
}

test('with a limit a film takes no more of the uplink than that, and arrives byte for byte', { skip }, () =>
  withBench(async (bench) => {
    const bytesPerSecond = 4e6
    const deposit = await bench
      .store({ uplinkSettings: { maxRateKbps: 32_000 } })
      .deposit(key, { headerBytes: header.length, bodyBytes: 0 })
    const begunMs = performance.now()
    for (const piece of body) await deposit.append(piece)
    await deposit.finish(header)
    const seconds = (performance.now() - begunMs) / 1_000
    await deposit.close()
    assert.ok((await bench.read(key)).equals(film))
    // What may go at once: the burst, a piece, and what the sockets' buffers hold belongs to what was let go.
    assert.ok(seconds >= film.length / bytesPerSecond - 0.3, `${film.length} bytes in ${seconds} s`)
  }),
)

test('while a match is recorded a paused upload sends no part; it goes on when the match is over', { skip }, () =>
  withBench(async (bench) => {
    const said = (doing: string): void => {
      bench.db.run("insert or replace into heartbeat (service, pid, at_ms, doing) values ('dual_recorder', 1, ?, ?)", Date.now(), doing)
    }
    said('recording')
    const deposit = await bench
      .store({ uplinkSettings: { pauseWhileRecording: true } })
      .deposit(key, { headerBytes: header.length, bodyBytes: 0 })
    for (const piece of body) await deposit.append(piece)
    const finished = deposit.finish(header)
    await until(() => bench.proxy.asked.some(({ action }) => action === 'begin'), 'an upload that was begun')
    await new Promise((resolve) => setTimeout(resolve, 300))
    assert.deepEqual(
      bench.proxy.asked.filter(({ action }) => action === 'part'),
      [],
    )
    said('idle')
    await finished
    await deposit.close()
    assert.ok((await bench.read(key)).equals(film))
  }),
)

/** A box whose bucket is at the proxy, with a film in it. */
async function withSharedFilm(use: (box: ApiBox, bench: S3Bench, video: Video) => Promise<void>): Promise<void> {
  await withBench(async (bench) => {
    const { accessKeyId, secretAccessKey } = mustSwift().options(bench.name)
    const variables = {
      S3_BUCKET: bench.name,
      S3_ENDPOINT: `http://127.0.0.1:${bench.proxy.port}`,
      S3_FORCE_PATH_STYLE: 'true',
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    }
    await using box = await openApiBox({ variables })
    const { video } = await makeTestFilm(box.app, { title: 'Court <3>', lost: true })
    const { bucket } = box.app
    assert.ok(bucket)
    try {
      await use(box, bench, video)
    } finally {
      bucket.close()
    }
  })
}

const never = new AbortController().signal
const shared = z.object({ id: z.string(), url: z.string(), mode: z.string(), expiresAt: z.string() })
const share = async (box: ApiBox, video: Video, order: object = {}) =>
  box.ask('POST', `/videos/${video.id}/share`, { key: box.keys.operator, body: order })

const copiesOf = ({ app }: ApiBox): BucketCopyOptions => ({
  ...app,
  bucket: mustHave(app.bucket),
  recordingsFolder: app.settings.paths.recordings,
})

/** What is due of pages and moves, until there is nothing more of it. */
async function keepShares({ app }: ApiBox, holds: () => boolean): Promise<void> {
  const stop = new AbortController()
  const kept = keepBucketShares(bucketSharesOf({ ...app, bucket: mustHave(app.bucket) }), stop.signal)
  await until(holds, 'pages and films where they should be').finally(() => stop.abort())
  await kept
}

const addressIn = (page: string, pattern: RegExp): string => mustHave(pattern.exec(page)?.[1]).replaceAll('&amp;', '&')
const filmIn = (page: string): string => addressIn(page, /<video[^>]*\ssrc="([^"]+)"/)

test(
  'a film leaves the box only when the bucket proves at that moment that it holds it; links then play it from there, range by range',
  { skip },
  () =>
    withSharedFilm(async (box, bench, video) => {
      const { app } = box
      const file = app.store.pathOf(video.objectKey)
      const whole = await readFile(file)
      noteChecksum(app.db, video, createHash('sha256').update(whole).digest('hex'), Date.now())
      const sweep = async (): Promise<string[]> =>
        (await sweeperOf(app).sweep({ neededBytes: 1e12 }, never)).map(({ class: of }) => of).filter((of) => of === 'film')
      bench.proxy.behave(({ action }) => (action === 'head' ? s3Error(403, 'AccessDenied') : 'pass'))
      assert.deepEqual(await sweep(), [], 'who may not look knows nothing')
      bench.proxy.behave(() => 'pass')
      const stream = (headers: Record<string, string> = {}): Promise<Response> =>
        box.ask('GET', `/videos/${video.id}/stream`, { key: box.keys.viewer, headers })
      const before = await stream()
      assert.ok(Buffer.from(await before.arrayBuffer()).equals(whole))
      assert.deepEqual(await sweep(), [], 'somebody watches')
      endUse(app.db, video.recordingId, 'watched')
      assert.deepEqual(await sweep(), ['film'])
      assert.ok(!existsSync(file))
      const after = await stream()
      assert.equal(after.headers.get('etag'), before.headers.get('etag'), 'a download that was begun goes on')
      assert.ok(Buffer.from(await after.arrayBuffer()).equals(whole))
      const part = await stream({ range: 'bytes=4-7' })
      assert.deepEqual([part.status, part.headers.get('content-range'), await part.text()], [206, `bytes 4-7/${whole.length}`, 'ftyp'])
      assert.equal((await stream({ range: `bytes=${whole.length}-` })).status, 416)
      bench.proxy.behave(({ action }) => (action === 'get' ? s3Error(403, 'AccessDenied') : 'pass'))
      assert.equal((await stream()).status, 503)

      holdFilm(app.db, video.id, 'a dispute', Date.now())
      const recording = mustHave(findRecording(app.db, video.recordingId))
      await writeManifest({ ...app, labelOf: app.clock.labelOf, recordingsFolder: app.settings.paths.recordings }, recording)
      using lost = openDatabase(':memory:')
      await bringUpToDate(lost, homeDatabaseOf(app.settings, app), { anew: true, facts: {} })
      const [known, back] = [app.db, lost].map((db) => findUpload(db, video.objectKey))
      assert.deepEqual(
        listSentParts(lost, mustHave(back).id),
        listSentParts(app.db, mustHave(known).id),
        'by which the bucket can prove it',
      )
      assert.deepEqual([back?.state, back?.objectKey, back?.place], ['confirmed', known?.objectKey, known?.place])
      assert.ok(isSwept(lost, recording.id, 'film'))
      assert.equal(heldBecause(lost, video.id), 'a dispute', 'a hold is not lost with the database')
    }),
)

test('poster, small pictures and manifest stand beside the film in the bucket, as what they are, and are sent once', { skip }, () =>
  withSharedFilm(async (box, bench, video) => {
    const { app } = box
    const recording = mustHave(findRecording(app.db, video.recordingId))
    await writeDurably(path.join(app.settings.paths.recordings, recording.folder, 'recording.json'), Buffer.from('{"one":1}'))
    await copyBeside(copiesOf(box), video, never)
    const stem = video.objectKey.replace('.mp4', '')
    const expected = [
      `${stem}.jpg`,
      `${stem}.mp4`,
      `${stem}/preview.jpg`,
      `${stem}/recording.json`,
      `${stem}/thumbnails-1.jpg`,
      `${stem}/thumbnails.vtt`,
    ]
    assert.deepEqual((await bench.objects()).toSorted(), expected)
    assert.ok((await bench.read(`${stem}/preview.jpg`)).equals(await readFile(app.store.pathOf(`${stem}/preview.jpg`))))
    const puts = (): number => bench.proxy.asked.filter(({ action }) => action === 'put').length
    const before = puts()
    await copyBeside(copiesOf(box), video, never)
    assert.equal(puts(), before, 'nothing has changed')
    await writeDurably(path.join(app.settings.paths.recordings, recording.folder, 'recording.json'), Buffer.from('{"two":22}'))
    bench.proxy.behave(({ action }) => (['head', 'get', 'delete', 'list-uploads'].includes(action) ? s3Error(403, 'AccessDenied') : 'pass'))
    await copyBeside(copiesOf(box), video, never)
    assert.equal(puts(), before + 1, 'a key that may only put suffices')
    assert.equal((await bench.read(`${stem}/recording.json`)).toString('utf8'), '{"two":22}')
  }),
)

test('a link from the bucket opens page, film and pictures with the box switched off; once revoked it opens none of them', { skip }, () =>
  withSharedFilm(async (box, bench, video) => {
    await copyBeside(copiesOf(box), video, never)
    const [one, two] = [await dataOf(await share(box, video), shared), await dataOf(await share(box, video, { days: 2 }), shared)]
    assert.deepEqual([one.mode, two.mode], ['bucket', 'bucket'])
    assert.deepEqual((await share(box, video, { days: 8, mode: 'bucket' })).status, 422)
    await box.stop()

    const answer = await fetch(one.url)
    const page = await answer.text()
    assert.equal(answer.status, 200, page)
    assert.equal(answer.headers.get('content-type'), 'text/html; charset=utf-8')
    assert.match(page, /<meta name="robots" content="noindex/)
    assert.match(page, /<h1>Court &lt;3&gt;<\/h1>/)
    assert.match(page, /The left camera was out for 1 s/)
    assert.doesNotMatch(page, /<script|an-open-secret/)
    const whole = await readFile(box.app.store.pathOf(video.objectKey))
    const part = await fetch(filmIn(page), { headers: { range: 'bytes=1000-1999' } })
    assert.deepEqual([part.status, part.headers.get('content-type')], [206, 'video/mp4'])
    assert.ok(Buffer.from(await part.arrayBuffer()).equals(whole.subarray(1_000, 2_000)))
    const download = await fetch(addressIn(page, /<a href="([^"]+)"/))
    assert.match(download.headers.get('content-disposition') ?? '', /^attachment; filename="Court 3 2026-05-02 19-30\.mp4"/)
    assert.ok(Buffer.from(await download.arrayBuffer()).equals(whole))
    for (const pattern of [/poster="([^"]+)"/, /og:image" content="([^"]+)"/]) {
      const picture = await fetch(addressIn(page, pattern))
      assert.deepEqual([picture.status, picture.headers.get('content-type')], [200, 'image/jpeg'])
      await picture.body?.cancel()
    }
    const lives = (url: string): number => Number(new URL(url).searchParams.get('X-Amz-Expires'))
    assert.ok(lives(filmIn(page)) <= 7 * 86_400 && lives(filmIn(await (await fetch(two.url)).text())) <= 2 * 86_400)
    assert.ok((await fetch(filmIn(page).split('?')[0] ?? '')).status >= 400, 'nothing opens without a signature')
    assert.equal((await fetch(filmIn(page).replace(/.$/, (last) => (last === '0' ? '1' : '0')))).status, 403, 'nor with another one')

    const { db, clock } = box.app
    revokeShareLink(db, clock, one.id)
    const moved = (): boolean => listMoves(db).length === 0 && findUpload(db, video.objectKey)?.objectKey.endsWith('-2.mp4') === true
    const rewritten = (): boolean =>
      db.get('select 1 from share_page where share_id = ? and written_at_ms > ?', two.id, revokedAtMs) !== undefined
    const revokedAtMs = clock.nowMs()
    await keepShares(box, () => moved() && rewritten())
    assert.ok((await fetch(one.url)).status >= 400, 'the page is gone')
    assert.ok((await fetch(filmIn(page))).status >= 400, 'its address of the film opens nothing')
    const other = await (await fetch(two.url)).text()
    assert.ok(Buffer.from(await (await fetch(filmIn(other))).arrayBuffer()).equals(whole), 'another link to the film lives on')
    await copyBeside(copiesOf(box), video, never)
    assert.ok((await fetch(addressIn(page, /poster="([^"]+)"/))).status >= 400)
    assert.equal((await fetch(addressIn(other, /poster="([^"]+)"/))).status, 200)
    const films = (await bench.objects()).filter((each) => each.endsWith('.mp4'))
    assert.deepEqual(films, [video.objectKey.replace('.mp4', '-2.mp4')], 'one object of the film')
    assert.deepEqual(await bench.openUploads(), [])
  }),
)

/** A page of a film waits until it is let go, on its way there or, when it stands there, with its answer; what takes its place does not. */
function holdPage(bench: S3Bench, order: (typeof pageOrders)[number][0]): { readonly isHeld: () => boolean; readonly letGo: () => void } {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  let heldBytes: number | undefined
  bench.proxy.behave(async ({ action, key: of, bytes }) => {
    if (action !== 'put' || !of.endsWith('.html')) return 'pass'
    heldBytes ??= bytes
    if (bytes !== heldBytes) return 'pass'
    if (order === 'stands') return { answerAfter: promise }
    await promise
    return order === 'comes' ? 'pass' : 'lose-answer'
  })
  return { isHeld: () => heldBytes !== undefined, letGo: () => resolve(undefined) }
}

const pageOrders = [
  ['comes', 'is on its way to the bucket'],
  ['stands', 'stands in the bucket and nobody knows it yet'],
  ['unknown', 'is on its way, and no answer comes back'],
] as const

for (const [order, words] of pageOrders)
  test(`a link that is revoked while its page ${words} is given to nobody and opens nothing`, { skip }, () =>
    withSharedFilm(async (box, bench, video) => {
      const { db } = box.app
      const page = holdPage(bench, order)
      const pages = async (): Promise<readonly string[]> => (await bench.objects()).filter((each) => each.endsWith('.html'))
      const sharing = share(box, video, { mode: 'bucket', days: 2 })
      await until(page.isHeld, 'the page is on its way')
      if (order === 'stands') while ((await pages()).length === 0) await box.app.clock.sleep(20)
      const id = String(db.get('select id from share_link')?.['id'])
      assert.equal((await box.ask('DELETE', `/shares/${id}`, { key: box.keys.operator })).status, 200)
      const looked = Promise.withResolvers<undefined>()
      const stop = new AbortController()
      let looks = 0
      const sleep: typeof box.app.clock.sleep = async (ms, signal) => {
        looks += 1
        if (looks === 2) looked.resolve(undefined) // the worker has seen the revocation, twice
        await box.app.clock.sleep(Math.min(ms, 50), signal)
      }
      const laterMs = { value: 0 }
      const clock = { ...box.app.clock, sleep, nowMs: () => box.app.clock.nowMs() + laterMs.value }
      const kept = keepBucketShares(bucketSharesOf({ ...box.app, clock, bucket: mustHave(box.app.bucket) }), stop.signal)
      await looked.promise
      page.letGo()
      const answer = await sharing
      assert.ok(answer.status >= 400, 'nobody is given a link that opens nothing')
      await answer.body?.cancel()
      bench.proxy.behave(() => 'pass')
      laterMs.value = order === 'unknown' ? 61_000 : 0 // nobody knows whether it stands: it is taken away when none can come any more
      const isRemoved = (): boolean => db.get('select 1 from share_page where removed_at_ms is not null') !== undefined
      await until(() => isRemoved() && listMoves(db).length === 0, 'the page is taken away').finally(() => stop.abort())
      await kept
      assert.deepEqual(await pages(), [])
      const films = (await bench.objects()).filter((each) => each.endsWith('.mp4'))
      assert.deepEqual(films, [video.objectKey.replace('.mp4', '-2.mp4')], 'what the page gave away opens nothing')
    }),
  )

test(
  'the smaller version stands in the bucket while a link from there shows the film, sent part by part, and goes with the last link',
  { skip },
  () =>
    withSharedFilm(async (box, bench, video) => {
      const { db, clock, store } = box.app
      const options = { ...box.app, bucket: mustHave(box.app.bucket), uplink: mustHave(box.app.uplink) }
      const smaller = noise('smaller', 19)
      const rendition = Buffer.concat(smaller) // three parts of 8 MiB at most
      const objectKey = companionKey(video, 'rendition')
      await store.put(objectKey, rendition)
      const sha256 = createHash('sha256').update(rendition).digest('hex')
      addCompanions(db, video, [{ kind: 'rendition', number: 0, objectKey, width: 1_920, height: 540, bytes: rendition.length, sha256 }], 1)
      await copyBeside(copiesOf(box), video, never)
      await settleRenditions(options, never)
      assert.ok(!(await bench.objects()).includes(objectKey), 'nobody was given a link: nothing large is sent')

      const link = await dataOf(await share(box, video), shared)
      assert.doesNotMatch(await (await fetch(link.url)).text(), /Smaller version/)
      bench.proxy.behave(({ action, part }) => (action === 'part' && part === 2 ? 'cut' : 'pass'))
      await assert.rejects(settleRenditions(options, never))
      bench.proxy.behave(() => 'pass')
      const parts = (): number[] =>
        bench.proxy.asked.filter((each) => each.action === 'part' && each.key.endsWith('rendition.mp4')).map(({ part = 0 }) => part)
      assert.deepEqual(parts(), [1, 2])
      await settleRenditions(options, never)
      assert.deepEqual(parts(), [1, 2, 2, 3], 'what the bucket has is not sent again')
      assert.ok((await bench.read(objectKey)).equals(rendition))
      await settleRenditions(options, never)
      await copyBeside(copiesOf(box), video, never)
      assert.deepEqual(parts(), [1, 2, 2, 3], 'sent once, and left alone')

      const writtenAtMs = (): number => Number(db.get('select written_at_ms from share_page')?.['written_at_ms'])
      const before = writtenAtMs()
      await keepShares(box, () => writtenAtMs() > before)
      const offered = await fetch(addressIn(await (await fetch(link.url)).text(), /<a href="([^"]*rendition[^"]*)"/))
      assert.match(offered.headers.get('content-disposition') ?? '', /filename="Court 3 2026-05-02 19-30 small\.mp4"/)
      assert.ok(Buffer.from(await offered.arrayBuffer()).equals(rendition))

      revokeShareLink(db, clock, link.id)
      bench.proxy.behave(({ action }) => (action === 'delete' ? s3Error(403, 'AccessDenied') : 'pass'))
      const removals = (): number => bench.proxy.asked.filter(({ action }) => action === 'delete').length
      const laterMs = { value: 0 }
      const later = { ...options, clock: { ...clock, nowMs: () => clock.nowMs() + laterMs.value } }
      for (const [afterMs, asked] of [
        [0, 1],
        [0, 1],
        [600_000, 2],
        [600_000, 2],
      ] as const) {
        laterMs.value = afterMs
        await settleRenditions(later, never)
        assert.equal(removals(), asked, `asked for ${asked} times`)
      }
      bench.proxy.behave(() => 'pass')
      laterMs.value = 1_200_000
      await settleRenditions(later, never)
      assert.ok(!(await bench.objects()).some((each) => each.endsWith('rendition.mp4')))
      assert.deepEqual(await bench.openUploads(), [])

      const again = await dataOf(await share(box, video), shared)
      await store.put(objectKey, Buffer.concat([rendition.subarray(0, -1), Buffer.from([(rendition.at(-1) ?? 0) ^ 1])]))
      await assert.rejects(settleRenditions(options, never), /not what was made/)
      assert.ok(!(await bench.objects()).some((each) => each.endsWith('rendition.mp4')), 'a damaged one is never shown')
      revokeShareLink(db, clock, again.id)
      await settleRenditions(options, never)
      assert.deepEqual(await bench.openUploads(), [])
    }),
)

test(
  'a link that is revoked while the old object of an earlier one still waits to be removed ends all the same, even with the secret of its page lost',
  { skip },
  () =>
    withSharedFilm(async (box, bench, video) => {
      const { db, clock, settings } = box.app
      const make = async () => dataOf(await share(box, video, { mode: 'bucket', days: 2 }), shared)
      const [one, two] = [await make(), await make()]
      const isAt = (end: string): boolean => findUpload(db, video.objectKey)?.objectKey.endsWith(end) === true
      bench.proxy.behave(({ action, key: of }) => (action === 'delete' && of.endsWith('.mp4') ? s3Error(503, 'SlowDown') : 'pass'))
      revokeShareLink(db, clock, one.id)
      const revokedAtMs = clock.nowMs()
      await keepShares(
        box,
        () =>
          isAt('-2.mp4') && db.get('select 1 from share_page where share_id = ? and written_at_ms > ?', two.id, revokedAtMs) !== undefined,
      )
      const page = await (await fetch(two.url)).text()
      assert.equal((await fetch(filmIn(page), { method: 'GET', headers: { range: 'bytes=0-0' } })).status, 206)
      assert.equal(isPageElsewhere(db, two.id, 'another bucket'), true)
      assert.equal(isPageElsewhere(db, two.id, box.app.bucket?.place), false)
      await rm(settings.paths.shareSecret)
      revokeShareLink(db, clock, two.id)
      await keepShares(box, () => db.get('select 1 from share_page where share_id = ? and removed_at_ms is not null', two.id) !== undefined)
      assert.equal(listMoves(db).length, 1)
      bench.proxy.behave(() => 'pass')
      await keepShares(box, () => listMoves(db).length === 0)
      assert.ok(isAt('-3.mp4'))
      assert.ok((await fetch(filmIn(page))).status >= 400, 'what the second page gave away opens nothing')
      assert.deepEqual(
        (await bench.objects()).filter((each) => each.endsWith('.mp4')),
        [video.objectKey.replace('.mp4', '-3.mp4')],
      )
    }),
)

test(
  'a link whose page may not be removed says that it has ended and is told of; page and film go in a later life, when the right has come',
  { skip },
  () =>
    withSharedFilm(async (box, bench, video) => {
      const { db, clock } = box.app
      const make = async () => dataOf(await share(box, video, { mode: 'bucket', days: 2 }), shared)
      const [one, two] = [await make(), await make()]
      const page = await (await fetch(one.url)).text()
      const linksCheck = async (): Promise<string> => {
        const answer = await box.ask('GET', '/health', { key: box.keys.viewer })
        const { checks } = await dataOf(answer, z.object({ checks: z.array(z.object({ name: z.string(), message: z.string() })) }))
        return mustHave(checks.find(({ name }) => name === 'links')).message
      }
      const removals = (): string[] => bench.proxy.asked.filter(({ action }) => action === 'delete').map(({ key: of }) => of)
      const goneSql = "select 1 from event where kind = 'share.removed'"
      bench.proxy.behave(({ action }) => (action === 'delete' ? s3Error(403, 'AccessDenied') : 'pass'))
      for (const { id } of [one, two]) revokeShareLink(db, clock, id)
      await keepShares(box, () => removals().length > 3)
      assert.deepEqual([new Set(removals()).size, db.get(goneSql)], [2, undefined])
      for (const { url } of [one, two]) assert.match(await (await fetch(url)).text(), /It has ended/)
      const opened = await fetch(filmIn(page), { headers: { range: 'bytes=0-0' } })
      assert.equal(opened.status, 206, 'to move it would leave the old object')
      await opened.body?.cancel()
      assert.match(await linksCheck(), /^2 links were revoked, and their films open/)

      bench.proxy.behave(() => 'pass')
      await keepShares(box, () => db.all(goneSql).length === 2 && listMoves(db).length === 0)
      for (const address of [one.url, two.url, filmIn(page)]) assert.ok((await fetch(address)).status >= 400, 'it opens nothing any more')
      assert.match(await linksCheck(), /^none/)
      const left = (await bench.objects()).filter((each) => /\.(mp4|html)$/.test(each))
      assert.equal(left.length, 1, 'one object of the film')
    }),
)

/** Dies before the write that follows so many. */
function killedBehind(db: Database, writes: number): Database {
  let left = writes
  const run: Database['run'] = (sql, ...values) => {
    left -= 1
    if (left < 0) throw new Error('killed')
    return db.run(sql, ...values)
  }
  return { ...db, run }
}

test(
  'a film that is sent once more, or gives way to another, is whole at every moment and ends as one object and one file, behind whichever write the box is killed',
  { skip },
  () =>
    withSharedFilm(async (box, bench, { id, objectKey }) => {
      const { app } = box
      const { db, store, clock } = app
      const bucket = mustHave(app.bucket)
      const file = store.pathOf(objectKey)
      const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
      noteChecksum(db, mustHave(findVideo(db, id)), sha256Of(await readFile(file)), clock.nowMs())
      const options = { ...app, clipsFolder: app.settings.paths.clips, hasBucket: true }
      const sweeper = sweeperOf(app)
      const merged = path.join(box.home, 'again.mp4')
      const asMerged = async (crf: string, more: readonly string[] = []): Promise<void> => {
        const args = ['-v', 'error', '-y', '-i', file, '-c:v', 'libx264', '-preset', 'ultrafast', '-crf', crf, ...more]
        assert.equal((await runChild('ffmpeg', [...args, '-movflags', '+faststart', merged])).code, 0)
      }
      const take = () => takeFilm({ store, hasRoom: () => Promise.resolve(true) }, mustHave(findVideo(db, id)), merged, never)
      await asMerged('30', ['-frames:v', '50'])
      await assert.rejects(take(), /it has 50 pictures, the film that is published has \d+/)

      const link = await dataOf(await share(box, mustHave(findVideo(db, id))), shared)
      const others: { readonly bytes: Buffer; readonly facts: ComingFilm }[] = []
      for (const crf of ['30', '45']) {
        await asMerged(crf)
        others.push({ facts: await take(), bytes: await readFile(merged) })
      }
      const published = async (): Promise<string> => {
        const video = mustHave(findVideo(db, id))
        const here = await readFile(store.pathOf(filmKeyNow(db, video)))
        const there = await bench.read(mustHave(findUpload(db, objectKey)).objectKey)
        assert.deepEqual([here, there].map(sha256Of), [video.published?.sha256, video.published?.sha256])
        return sha256Of(here)
      }
      let wasKilled = true
      for (let writes = 0, isReplaced = true; wasKilled || isReplaced; writes += 1) {
        if (!wasKilled) [writes, isReplaced] = [0, false] // the table once more, for the same film
        const coming: (typeof others)[number] | undefined = isReplaced ? others[writes % 2] : undefined
        if (coming) await writeFile(store.pathOf(comingKey({ objectKey })), coming.bytes)
        const before = await published()
        const exchange = askForExchange(db, id, { by: 'anna', hasBucket: true, ...(coming ? { film: coming.facts } : {}) }, clock.nowMs())
        wasKilled = await exchangeFilm({ ...options, db: killedBehind(db, writes) }, exchange, never).then(
          () => false,
          () => true,
        )
        await published()
        const left = findExchange(db, id)
        assert.equal(left === undefined, !wasKilled)
        if (left) assert.equal(await exchangeFilm(options, left, never), 'over')
        for (const each of listUnwanted(db, bucket.place)) await clearAway({ db, bucket }, each, never)
        await sweeper.sweep({ neededBytes: 0 }, never) // the chunks of the film that gave way
        assert.equal(await published(), coming?.facts.sha256 ?? before, `killed behind ${writes} writes`)
        assert.equal(findExchange(db, id), undefined)
        assert.equal(existsSync(store.pathOf(comingKey({ objectKey }))), false)
        const films = (await bench.objects()).filter((each) => each.endsWith('.mp4'))
        assert.deepEqual(films, [findUpload(db, objectKey)?.objectKey])
        assert.deepEqual(await bench.openUploads(), [])
        assert.ok(writes < 40)
      }

      const now = clock.nowMs()
      await keepShares(box, () => db.get('select 1 from share_page where written_at_ms >= ?', Math.floor(now)) !== undefined)
      const shown = await fetch(filmIn(await (await fetch(link.url)).text()))
      assert.equal(sha256Of(Buffer.from(await shown.arrayBuffer())), await published(), 'the page shows the film that took the place')

      await writeFile(store.pathOf(comingKey({ objectKey })), mustHave(others[0]).bytes)
      const late = askForExchange(db, id, { by: 'anna', hasBucket: true, film: mustHave(others[0]).facts }, clock.nowMs())
      deleteFilm(db, { id, by: 'anna', nowMs: Math.floor(clock.nowMs()), force: true })
      assert.equal(await exchangeFilm(options, late, never), 'over')
      for (const each of listUnwanted(db, bucket.place)) await clearAway({ db, bucket }, each, never)
      assert.deepEqual(
        (await bench.objects()).filter((each) => each.endsWith('.mp4')),
        [],
        'a film that was removed does not come back',
      )
      assert.equal(existsSync(store.pathOf(comingKey({ objectKey }))), false)
    }),
)

test(
  'a clip for phones stands beside its film in the bucket: its address plays with the box switched off, and ends with the clip',
  { skip },
  () =>
    withSharedFilm(async (box, bench, video) => {
      const { app, keys } = box
      const [bucket, recordingsFolder] = [mustHave(app.bucket), app.settings.paths.recordings]
      const order = { from: 1, to: 3, shape: '16:9' }
      const asked = await dataOf(
        await box.ask('POST', `/videos/${video.id}/phone-clips`, { key: keys.operator, body: order }),
        phoneClipSchema,
      )
      const tell = async () => dataOf(await box.ask('GET', `/phone-clips/${asked.id}`, { key: keys.viewer }), phoneClipDetailSchema)
      const stop = new AbortController()
      const rig = { rigId: app.settings.camera.rigId, recordingsFolder, hasRoom: () => Promise.resolve(true) }
      const kept = keepPhoneClips({ ...app, ...rig }, stop.signal)
      await until(() => findPhoneClip(app.db, asked.id)?.state === 'made', 'a clip', 60_000).finally(() => stop.abort())
      await kept
      const made = await tell()
      assert.deepEqual([made.state, made.bucket], ['made', null])
      assert.deepEqual(tellUploads(app)?.phoneClips, { clips: 1, bytes: made.file?.bytes })
      await settleClips({ ...app, bucket, uplink: mustHave(app.uplink), recordingsFolder }, never)
      assert.deepEqual(tellUploads(app)?.phoneClips, { clips: 0, bytes: 0 })
      assert.ok((await bench.objects()).includes(`${video.objectKey.replace(/\.mp4$/, '')}/phone-${asked.id}.mp4`))
      const [listed] = await dataOf(
        await box.ask('GET', `/videos/${video.id}/phone-clips`, { key: keys.viewer }),
        z.array(phoneClipDetailSchema),
      )
      const { url, download } = (await tell()).bucket ?? assert.fail('no address')
      assert.ok(listed?.bucket)
      const file = await readFile(
        path.join(recordingsFolder, mustHave(findRecording(app.db, video.recordingId)).folder, phoneClipFile(asked.id)),
      )

      await box.stop()
      const played = await fetch(url)
      assert.deepEqual([played.status, played.headers.get('content-type')], [200, 'video/mp4'])
      assert.ok(Buffer.from(await played.arrayBuffer()).equals(file))
      const named = await fetch(download)
      assert.match(named.headers.get('content-disposition') ?? '', /^attachment; filename="Court 3 [-0-9 ]+ 0m01s 16x9\.mp4"/)
      await named.body?.cancel()
      await deletePhoneClip({ ...app, recordingsFolder }, asked.id)
      await settleClips({ ...app, bucket, uplink: mustHave(app.uplink), recordingsFolder }, never)
      assert.equal((await fetch(url)).status, 404)
    }),
)

test('a film that may not be read from the bucket is shared from the box, and the reason is told', { skip }, () =>
  withSharedFilm(async (box, bench, video) => {
    bench.proxy.behave(({ action }) => (action === 'head' ? s3Error(403, 'AccessDenied') : 'pass'))
    const refused = await faultOf(await share(box, video, { mode: 'bucket' }))
    assert.equal(refused.error, 'forbidden')
    const answer = await share(box, video)
    const { message, data } = z.object({ message: z.string(), data: shared }).parse(await answer.json())
    assert.equal(data.mode, 'box')
    assert.match(message, /may not read films/)
    assert.equal((await fetch(`${box.base}${new URL(data.url).pathname}`)).status, 200)
    assert.deepEqual(
      (await bench.objects()).filter((each) => each.startsWith('share/')),
      [],
    )
  }),
)

test(
  'a film that somebody removed from the bucket, or put another in the place of, is found at night and told; a refusal is no finding',
  { skip },
  () =>
    withSharedFilm(async (box, bench, video) => {
      const { app } = box
      const options = {
        ...app,
        clock: { ...app.clock, sleep: async () => undefined },
        bucket: mustHave(app.bucket),
        percent: 100,
        timeZone: 'UTC',
      }
      const atNight = async (days: number): Promise<void> => {
        const clock = { ...options.clock, nowMs: () => app.clock.nowMs() + days * 86_400_000 }
        await verifyTonight({ ...options, clock }, never)
      }
      const findings = (): (string | null)[] => listFindings(app.db).map(({ finding }) => finding)
      await atNight(1)
      assert.deepEqual(findings(), [])
      assert.notEqual(app.db.get('select checked_at_ms from upload')?.['checked_at_ms'], null)
      await bench.write(video.objectKey, Buffer.from('something else'))
      await atNight(2)
      assert.deepEqual(findings(), ['different'])
      const health = z.object({ checks: z.array(z.object({ name: z.string(), message: z.string() })) })
      const { checks } = await dataOf(await box.ask('GET', '/health', { key: box.keys.viewer }), health)
      assert.match(checks.find(({ name }) => name === 'uploads')?.message ?? '', /a film in the bucket is missing or not what was sent/)
      bench.proxy.behave(() => s3Error(403, 'AccessDenied'))
      await atNight(3)
      assert.deepEqual(findings(), ['different'], 'a refusal neither proves nor disproves')
      bench.proxy.behave(() => s3Error(404, 'NotFound'))
      await atNight(4)
      assert.deepEqual(findings(), ['missing'])
      bench.proxy.behave(() => 'cut')
      await assert.rejects(atNight(5))
      assert.deepEqual(findings(), ['missing'])
    }),
)

test('what the night finds of a film is an alert with its mend; sent once more from the box, the alert ends', { skip }, () =>
  withSharedFilm(async (box, bench, video) => {
    const { app } = box
    const { db, store } = app
    noteChecksum(
      db,
      video,
      createHash('sha256')
        .update(await readFile(store.pathOf(video.objectKey)))
        .digest('hex'),
      Date.now(),
    )
    const night = { ...app, bucket: mustHave(app.bucket), percent: 100, timeZone: 'UTC' }
    const atNight = (days: number): Promise<void> => {
      const clock = { ...app.clock, nowMs: () => app.clock.nowMs() + days * 86_400_000, sleep: async () => undefined }
      return verifyTonight({ ...night, clock }, never)
    }
    await bench.write(video.objectKey, Buffer.from('something else'))
    await atNight(1)
    await watchHealth(app, 60)
    const told = z.array(z.object({ check: z.string(), message: z.string(), mend: z.string(), clearedAt: z.string().nullable() }))
    const alerts = async () => {
      const all = await dataOf(await box.ask('GET', '/alerts', { key: box.keys.viewer }), z.array(z.looseObject({ check: z.string() })))
      return told.parse(all.filter(({ check }) => check === 'uploads'))
    }
    const [alert, ...others] = await alerts()
    assert.deepEqual([others, alert?.clearedAt], [[], null])
    assert.match(`${alert?.message}: ${alert?.mend}`, /a film in the bucket is missing or not what was sent: .*ezrec republish/)

    const options = { ...app, clipsFolder: app.settings.paths.clips, hasBucket: true }
    const exchange = askForExchange(db, video.id, { by: 'anna', hasBucket: true }, app.clock.nowMs())
    assert.equal(await exchangeFilm(options, exchange, never), 'over')
    await atNight(2)
    await watchHealth(app, 300)
    assert.deepEqual(
      (await alerts()).map(({ clearedAt }) => clearedAt === null),
      [false],
    )
  }),
)

/** As the service of the API looks at the box, for so many seconds of a clock of its own. */
async function watchHealth(app: App, seconds: number): Promise<void> {
  const end = new AbortController()
  const passing = fakeClock(app.clock.nowMs())
  const sleep = async (ms: number): Promise<void> => {
    passing.advance(ms)
    if (passing.monotonicUs() > seconds * 1e6) end.abort()
  }
  const owner = { userId: 'u', rigId: app.settings.camera.rigId }
  const lookAtMachine = openMachineLook(app.settings.paths, app.clock)
  await keepHealthEvents({ ...app, clock: { ...passing, sleep }, lookAtMachine, owner }, end.signal)
}

test('where the bucket keeps versions all of those of a removed film go, and of nothing else', { skip }, () =>
  withSharedFilm(async (box, bench, video) => {
    const { db, clock, settings } = box.app
    const [options, recording] = [copiesOf(box), mustHave(findRecording(db, video.recordingId))]
    await bench.keepVersions()
    const foreign = ['u/another.mp4', 'u/another.mp4']
    for (const each of foreign) await bench.write(each, Buffer.from(randomUUID()))
    await bench.write(video.objectKey, Buffer.from('somebody wrote over it'))
    const manifest = path.join(settings.paths.recordings, recording.folder, 'recording.json')
    for (const text of ['{"one":1}', '{"two":22}']) {
      await writeDurably(manifest, Buffer.from(text))
      await copyBeside(options, video, never)
    }
    const count = async (end: string): Promise<number> => (await bench.versions()).filter((each) => each.endsWith(end)).length
    assert.deepEqual([await count('/recording.json'), await count(video.objectKey)], [2, 2])
    deleteFilm(db, { id: video.id, by: 'anna', nowMs: Math.floor(clock.nowMs()), force: true })
    for (const each of listUnwanted(db, options.bucket.place)) await clearAway({ db, bucket: options.bucket }, each, never)
    await removeOfRemoved(options, never)
    assert.deepEqual(await bench.versions(), foreign.toSorted(), 'nothing of it is left, not even the markers')
  }),
)

/** Swift 2.30 never answers who removes a marker where a longer key begins with the same words: so the list is the proxy's. */
test('of keys that begin with the same words only versions of the very key go', { skip }, () =>
  withSharedFilm(async (box, bench, video) => {
    const listed = [video.objectKey, `${video.objectKey}.bak`].map(
      (each) => `<Version><Key>${each}</Key><VersionId>null</VersionId></Version>`,
    )
    const body = `<ListVersionsResult>${listed.join('')}</ListVersionsResult>`
    bench.proxy.behave(({ action }) =>
      action === 'list-versions' ? { status: 200, body, headers: { 'content-type': 'application/xml' } } : 'pass',
    )
    await removeObject(mustHave(box.app.bucket), video.objectKey, never)
    const removed = bench.proxy.asked.filter(({ action }) => action === 'delete').map(({ key: of }) => of)
    assert.deepEqual(
      removed,
      Array.from({ length: 2 }, () => `/${bench.name}/${video.objectKey}`),
    )
  }),
)

test('a key that may remove but not see versions removes what people see, and asks for versions no more', { skip }, () =>
  withSharedFilm(async (box, bench, video) => {
    const bucket = mustHave(box.app.bucket)
    await bench.keepVersions()
    bench.proxy.behave(({ action }) => (action === 'list-versions' ? s3Error(403, 'AccessDenied') : 'pass'))
    await removeObject(bucket, video.objectKey, never)
    await removeObject(bucket, video.objectKey, never)
    assert.deepEqual(await bench.objects(), [])
    assert.equal((await bench.versions()).length > 0, true, 'what stays is for a rule of the bucket')
    assert.equal(bench.proxy.asked.filter(({ action }) => action === 'list-versions').length, 1)
  }),
)

test(
  'the data of a user goes from the bucket too: film, what stands beside it and the page of a link; what may not be removed is counted',
  { skip },
  () =>
    withSharedFilm(async (box, bench, video) => {
      const { app } = box
      const { db, clock, logger, settings } = app
      const { paths, camera } = settings
      const [bucket, link] = [mustHave(app.bucket), await dataOf(await share(box, video), shared)]
      const recording = mustHave(findRecording(db, video.recordingId))
      await writeDurably(path.join(paths.recordings, recording.folder, 'recording.json'), Buffer.from('{"one":1}'))
      await copyBeside(copiesOf(box), video, never)
      const clips = { ...app, bucket, uplink: mustHave(app.uplink), recordingsFolder: paths.recordings }
      const clip = askForPhoneClip(
        db,
        recording.id,
        { fromMs: recording.startsAtMs, toMs: recording.endsAtMs, shape: '9:16', label: null, askedBy: 'court' },
        clock.nowMs(),
      )
      const file = path.join(paths.recordings, recording.folder, phoneClipFile(clip.id))
      await makeFolder(path.dirname(file))
      await writeFile(file, 'goal')
      notePhoneClipMade(
        db,
        clip,
        { width: 2, height: 2, bytes: 4, sha256: createHash('sha256').update('goal').digest('hex') },
        clock.nowMs(),
      )
      await settleClips(clips, never)
      assert.ok((await bench.objects()).some((name) => name.includes(clip.id)))
      const [owner = ''] = video.objectKey.split('/')
      assert.equal(link.mode, 'bucket')
      assert.ok((await bench.objects()).length >= 4)
      const options: ErasureOptions = {
        ...{ ...app, rigId: camera.rigId, home: paths.home, database: paths.database },
        ...{ recordingsFolder: paths.recordings, takesFolder: paths.takes, syncPlan: () => app.bookings.syncPlan() },
      }
      const waiting = async (): Promise<unknown> => {
        await carryOn(options, never)
        return db.get('select waits_for from erasure')?.['waits_for']
      }
      const userId = mustHave(db.get('select user_id from booking where id = ?', recording.bookingId))['user_id']
      assert.equal(
        (await box.ask('DELETE', `/users/${encodeURIComponent(String(userId))}/data?force=1`, { key: box.keys.admin })).status,
        200,
      )
      await removeFilm({ ...app, recordingsFolder: paths.recordings, clipsFolder: paths.clips }, mustHave(findVideo(db, video.id)))
      assert.equal(await waiting(), 'the bucket')
      bench.proxy.behave(({ action, key: name }) => (action === 'delete' && name.endsWith('.jpg') ? s3Error(403, 'AccessDenied') : 'pass'))
      await removeOfRemoved(copiesOf(box), never)
      assert.equal(await waiting(), 'the bucket')
      for (const upload of listUnwanted(db, bucket.place)) await clearAway({ db, bucket }, upload, never)
      assert.equal(await waiting(), 'the bucket', 'the page of the link stands')
      await keepShares(box, () => db.get('select 1 from share_page where removed_at_ms is null') === undefined)
      assert.equal(await waiting(), 'the bucket', 'the clip stands')
      await settleClips(clips, never)
      assert.match(String(await waiting()), /^recording\.json/)
      await writeManifest({ db, clock, logger, labelOf: clock.labelOf, recordingsFolder: paths.recordings }, recording)
      assert.equal(await waiting(), null)
      const left = await bench.objects()
      assert.ok(left.length > 0 && left.every((name) => name.endsWith('.jpg')), left.join(' '))
      const [proof] = await dataOf(await box.ask('GET', '/erasures', { key: box.keys.admin }), z.array(erasureSchema))
      assert.deepEqual([typeof proof?.doneAt, proof?.leftInBucket, proof?.removed['film']], ['string', left.length, 1])
      assert.notEqual((await fetch(link.url)).status, 200)
      for (const table of ['event', 'outbox', 'video', 'share_page', 'upload', 'bucket_object', 'clip_object'])
        assert.equal(JSON.stringify(db.all(`select * from ${table}`)).includes(`${owner}/`), false, table)
    }),
)
