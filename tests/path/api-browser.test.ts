import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { after, before, suite, test } from 'node:test'
import type { Page } from 'playwright-core'
import { z } from 'zod'
import type { App } from '../../src/app.ts'
import type { Recording } from '../../src/capture/recording.ts'
import { listClips, noteClipMade } from '../../src/publish/clips/clip-store.ts'
import {
  listPhoneClips,
  notePhoneClipMade,
  notePhoneProgress,
  phoneClipFile,
  type PhoneClip,
} from '../../src/publish/clips/phone-clip-store.ts'
import { notePublished, openVideo } from '../../src/publish/video.ts'
import { runChild } from '../../src/base/process.ts'
import { ensureClaimCode } from '../../src/api/people/claim-code.ts'
import { createShareLink } from '../../src/share/share-link.ts'
import { openBrowser, phone, type ABrowser } from './a-browser.ts'
import { framesOf } from '../media/test-films.ts'
import { dataOf, landTestChunks, makeTestFilm, mustHave, openApiBox, openTestRecording, password, publishTestFilm } from './api-box.ts'

suite('a person with a browser', () => {
  let browser: ABrowser
  before(async () => void (browser = await openBrowser()))
  after(() => browser[Symbol.asyncDispose]())

  test('opens a share link, sees the film play, is told its gap, and downloads it whole', async () => {
    await using box = await openApiBox()
    const { recording, video } = await makeTestFilm(box.app, { title: 'Court 3 <b>finals</b>', lost: true })
    const link = createShareLink(box.app.db, box.app.clock, { recordingId: recording.id, days: 1 })
    await using seen = await browser.look()
    const { page } = seen
    await page.goto(link.url(box.base))
    assert.equal(await page.textContent('h1'), 'Court 3 <b>finals</b>')
    assert.match((await page.textContent('.when')) ?? '', /Saturday,? 2 May 2026, 19:30:00 to 19:30:04/)
    assert.match((await page.textContent('.gaps')) ?? '', /The left camera was out for 1 s at 19:30:01\./)
    assert.deepEqual(await playedUntil(page, 2.5), { width: 640, height: 180 }) // over the seam at 2 s, where the preset changes
    assert.deepEqual(await troubles(page), { error: null, corrupted: 0, waiting: false })
    assert.equal(
      await page.evaluate(`document.querySelector('video').getBoundingClientRect().width`),
      phone.viewport.width,
      'the whole picture is on the screen',
    )
    assert.equal(await page.evaluate(`document.documentElement.scrollWidth`), phone.viewport.width)
    await goesToAMoment(page)
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('a.button')])
    assert.equal(download.suggestedFilename(), 'Court 3 b finals b 2026-05-02 19-30.mp4')
    assert.equal(await sha256(await download.path()), await sha256(box.app.store.pathOf(video.objectKey)))
    assert.deepEqual(seen.complaints, [])
  })

  test('opens a film and a picture by their own addresses', async () => {
    await using box = await openApiBox()
    const { recording } = await makeTestFilm(box.app)
    const at = createShareLink(box.app.db, box.app.clock, { recordingId: recording.id, days: 1 }).url(box.base)
    await using seen = await browser.look()
    await seen.page.goto(`${at}/film`, { waitUntil: 'commit' })
    await seen.page.waitForSelector('video')
    for (let tries = 0; (await seen.page.evaluate(`document.querySelector('video').videoWidth`)) !== 640; tries += 1) {
      assert.ok(tries < 100, 'the film does not open')
      await seen.page.waitForTimeout(100)
    }
    await seen.page.goto(`${at}/poster`)
    assert.ok(Number(await seen.page.evaluate(`document.images[0].naturalWidth`)) > 0)
    await seen.page.goto(`${box.base}/static/icon.svg`)
    assert.equal(await seen.page.evaluate(`document.documentElement.localName`), 'svg')
  })

  test('sees the match behind its intro while it is on, then the film in its place without loading the page again, across both joints', async () => {
    await using box = await openApiBox()
    const { app } = box
    const recording = openTestRecording(app, { startsAtMs: app.clock.nowMs() - 1_000 }, { width: 320, height: 180, fps: 25, seconds: 8 })
    const link = createShareLink(app.db, app.clock, { recordingId: recording.id, days: 1 })
    await using seen = await browser.look()
    const { page } = seen
    await page.goto(link.url(box.base))
    assert.equal(await page.textContent('#phase'), 'Live')
    await page.evaluate(`document.body.dataset.samePage = 'yes'`)
    const bookend = path.join(box.home, 'intro.webm')
    const drawn = ['-v', 'error', '-f', 'lavfi', '-i', 'color=red:s=200x200:r=30:d=1', '-c:v', 'libvpx', bookend]
    assert.equal((await runChild('ffmpeg', drawn)).code, 0)
    await landTestChunks(app, recording, { bookend })
    const part = async (name: string): Promise<Buffer> =>
      Buffer.from(await (await fetch(`${link.url(box.base)}/live/${name}`)).arrayBuffer())
    const joint = await framesOf(Buffer.concat(await Promise.all(['init.mp4', 'intro-0.m4s', '0.m4s'].map(part))))
    const times = joint.map((line) => Number(line.split(',')[2]))
    assert.deepEqual(
      times,
      Array.from({ length: 75 }, (_, n) => n * (times[1] ?? 0)),
      'the match goes on where the intro ends',
    )
    const live = await (await fetch(`${link.url(box.base)}/live/index.m3u8`)).text()
    assert.match(live, /init\.mp4"\n#EXTINF:1\.00000,\nintro-0\.m4s\n#EXT-X-PROGRAM-DATE-TIME:\S+\n#EXTINF:2\.00000,\n0\.m4s/)
    await playedUntil(page, 1)
    await playedAcross(page, 1)
    await playedAcross(page, 3) // where the preset changes, too
    assert.deepEqual(await troubles(page), { error: null, corrupted: 0, waiting: false })
    assert.match((await page.getAttribute('video', 'src')) ?? '', /\/live\/index\.m3u8$/)
    await publishTestFilm(app, recording)
    await page.waitForSelector('main[data-phase=ready] video[src$="/film"]')
    await playedUntil(page, 1)
    await playedAcross(page, 1)
    await playedAcross(page, 9)
    assert.equal(await page.evaluate(`document.querySelector('video').duration`), 10)
    assert.equal(await page.getAttribute('body', 'data-same-page'), 'yes')
    assert.equal(await page.textContent('dd'), '0:10')
    assert.deepEqual(seen.complaints, [])
  })

  test('finds the same page behind every link that opens nothing', async () => {
    await using box = await openApiBox()
    await using seen = await browser.look()
    const answer = await seen.page.goto(`${box.base}/s/${'x'.repeat(43)}`)
    assert.equal(answer?.status(), 404)
    assert.equal(await seen.page.textContent('h1'), 'This link opens nothing')
  })

  test('runs the court from a phone: PIN, the last seconds saved and made small for a messenger, more time, stopped by a second touch', async () => {
    await using box = await openApiBox()
    const { app } = box
    const recording = openTestRecording(app, { startsAtMs: app.clock.nowMs() - 60_000 }, { width: 320, height: 180, fps: 25, seconds: 600 })
    const { pin } = await dataOf(
      await box.ask('POST', `/bookings/${recording.bookingId}/pin`, { key: box.keys.operator }),
      z.object({ pin: z.string() }),
    )
    await using seen = await browser.look()
    const { page } = seen
    await page.goto(`${box.base}/court`)
    await page.fill('[name=pin]', pin)
    await page.click('#enter button')
    await page.waitForSelector('#inside:not([hidden])')
    assert.equal(await page.textContent('h1'), 'Court 3')
    assert.match((await page.textContent('#when')) ?? '', /^Recording until \d\d:\d\d\.$/)
    assert.equal(await page.evaluate(`document.documentElement.scrollWidth`), phone.viewport.width)
    let lost = 0
    await page.route(
      '**/court/clip',
      async (each) => {
        await each.fetch() // the box has done it, and its answer is lost on the way
        lost += 1
        await each.abort()
      },
      { times: 1 },
    )
    await page.click('#save')
    await page.getByText('The box cannot be reached just now.').waitFor()
    await page.click('#save')
    await page.getByText('The last 30 seconds are kept.').waitFor()
    assert.deepEqual([lost, listClips(app.db, recording.id).length], [1, 1], 'touched again it is the same wish')
    await page.waitForSelector('#clips li')
    const [saved = assert.fail()] = listClips(app.db, recording.id)
    assert.ok(noteClipMade(app.db, saved, [], app.clock.nowMs()))
    await page.getByRole('button', { name: 'Upright video for messengers' }).click()
    await page.getByText('Upright video: waits until nothing is recorded').waitFor()
    const [asked = assert.fail()] = listPhoneClips(app.db, recording.id)
    assert.deepEqual([asked.fromMs, asked.toMs, asked.shape], [saved.fromMs, saved.toMs, '9:16'])
    notePhoneProgress(app.db, asked.id, 0.4)
    await page.getByText('Upright video: 40 %').waitFor()
    const made = await makePhoneFile(app, recording, asked)
    const link = page.getByRole('link', { name: 'Download: upright video' })
    await link.waitFor()
    assert.ok(await page.getByRole('button', { name: 'Wide video for messengers' }).isVisible(), 'the other shape is still to be had')
    assert.equal(await page.evaluate(`document.documentElement.scrollWidth`), phone.viewport.width, 'nothing stands beyond the edge')
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()])
    assert.match(download.suggestedFilename(), /^Court 3 .* 9x16\.mp4$/)
    assert.equal(await sha256(await download.path()), made)
    const before = await (await page.waitForResponse('**/court/state')).text()
    await page.route('**/court/state', (each) => each.fulfill({ body: before, contentType: 'application/json' })) // another one was faster
    await app.bookings.extend(recording.bookingId, { byMs: 15 * 60_000 })
    await page.click('#extend')
    await page.getByText('the end was moved since you saw it').waitFor()
    assert.equal(app.bookings.get(recording.bookingId).endsAtMs, recording.endsAtMs + 15 * 60_000)
    await page.unroute('**/court/state')
    await page.waitForResponse('**/court/state')
    await page.click('#extend')
    await page.getByText('15 minutes more.').waitFor()
    assert.equal(app.bookings.get(recording.bookingId).endsAtMs, recording.endsAtMs + 30 * 60_000)
    await page.click('#stop')
    assert.ok(app.bookings.get(recording.bookingId).endsAtMs > app.clock.nowMs(), 'one touch stops nothing')
    await page.click('#stop')
    await page.getByText('The match is over.').waitFor()
    assert.deepEqual(seen.complaints, [
      'Failed to load resource: net::ERR_FAILED',
      'Failed to load resource: the server responded with a status of 409 (Conflict)',
    ])
  })

  test('claims a new box on its front page, and sees bookings and films', async () => {
    await using box = await openApiBox({ claimed: false })
    await makeTestFilm(box.app, { title: 'Court 7' })
    await using seen = await browser.look()
    const { page } = seen
    await page.goto(box.base)
    await page.fill('#claim [name=code]', mustHave(await ensureClaimCode(box.app.db, box.home)).toLowerCase())
    await page.fill('#claim [name=name]', 'anna')
    await page.fill('#claim [name=password]', password)
    await page.click('#claim button')
    await page.waitForSelector('#films tr')
    assert.match((await page.textContent('#films')) ?? '', /Court 7.*0:04.*complete/)
    await page.click('#logout')
    await page.waitForSelector('#login:not([hidden])')
    await page.goto(`${box.base}/docs`)
    await page.waitForSelector('details')
    assert.ok((await page.locator('details').count()) >= 30)
  })
})

/** What the worker leaves behind when it has made one of a film that is published: the file, then its row. Its SHA-256. */
async function makePhoneFile({ db, clock, settings }: App, recording: Recording, clip: PhoneClip): Promise<string> {
  const nowMs = clock.nowMs()
  const film = openVideo(db, { recordingId: recording.id, objectKey: `local/${recording.id}.mp4`, headerBytes: 1 }, nowMs)
  notePublished(db, film, { width: 320, height: 180, fps: 25, frames: 1, bytes: 1, status: 'complete' }, nowMs)
  const file = path.join(settings.paths.recordings, recording.folder, phoneClipFile(clip.id))
  await mkdir(path.dirname(file), { recursive: true })
  const drawn = ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc=s=90x160:r=25:d=1', '-pix_fmt', 'yuv420p', file]
  assert.equal((await runChild('ffmpeg', drawn)).code, 0)
  const sha = await sha256(file)
  assert.ok(notePhoneClipMade(db, clip, { width: 90, height: 160, bytes: (await stat(file)).size, sha256: sha }, nowMs))
  return sha
}

/** By the keyboard, as somebody does who does not see the pictures; then with a pointer over them. */
async function goesToAMoment(page: Page): Promise<void> {
  const bar = page.getByRole('slider', { name: 'Go to a moment of the film' })
  await bar.waitFor()
  await page.evaluate(`document.querySelector('video').pause()`)
  await bar.focus()
  await page.keyboard.press('End')
  assert.equal(await bar.getAttribute('aria-valuetext'), '0:04 of 0:04')
  assert.ok((await page.evaluate<number>(`document.querySelector('video').currentTime`)) >= 3.9)
  await page.keyboard.press('Home')
  assert.equal(await bar.getAttribute('aria-valuetext'), '0:00 of 0:04')
  await page.locator('h1').click()
  assert.equal(await page.locator('.moment').isVisible(), false)
  await bar.hover()
  assert.equal(await page.textContent('.moment span'), '0:02')
  const still = `document.querySelector('.moment div')`
  assert.match(await page.evaluate<string>(`${still}.style.background`), /\/s\/[\w-]{43}\/thumbnails\/thumbnails-1\.jpg/)
  assert.deepEqual(await page.evaluate(`[${still}.offsetWidth, ${still}.offsetHeight]`), [240, 66])
}

/** Plays the page's film past `seconds`; resolves to the size of its picture. */
async function playedUntil(page: Page, seconds: number): Promise<{ width: number; height: number }> {
  await page.waitForSelector('video')
  await page.evaluate(`(async () => { const video = document.querySelector('video'); video.muted = true; await video.play() })()`)
  // Asked from here: the page's own rules forbid it to make functions from text.
  for (let tries = 0; (await page.evaluate<number>(`document.querySelector('video').currentTime`)) <= seconds; tries += 1) {
    assert.ok(tries < 300, 'the film does not play')
    await page.waitForTimeout(100)
  }
  return page.evaluate<{ width: number; height: number }>(
    `(({ videoWidth: width, videoHeight: height }) => ({ width, height }))(document.querySelector('video'))`,
  )
}

/** Seeks to a little before a joint and plays on past it. */
async function playedAcross(page: Page, seconds: number): Promise<void> {
  await page.evaluate(`document.querySelector('video').currentTime = ${seconds - 0.4}`)
  await playedUntil(page, seconds + 0.4)
  assert.equal(await page.evaluate(`document.querySelector('video').error`), null)
}

/** What the player has to say of what it played. */
const troubles = (page: Page): Promise<{ error: string | null; corrupted: number; waiting: boolean }> =>
  page.evaluate(`(({ error, readyState, ended }) => ({
    error: error?.message ?? null,
    corrupted: document.querySelector('video').getVideoPlaybackQuality().corruptedVideoFrames,
    waiting: !ended && readyState < 2,
  }))(document.querySelector('video'))`)

const sha256 = async (file: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
