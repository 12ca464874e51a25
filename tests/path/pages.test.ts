import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { z } from 'zod'
import { addAccount } from '../../src/api/people/account-store.ts'
import { hashPassword } from '../../src/api/people/password.ts'
import { newId } from '../../src/base/ids.ts'
import { insertBooking } from '../../src/booking/booking-store.ts'
import { listClips, noteClipMade } from '../../src/publish/clips/clip-store.ts'
import { createShareLink } from '../../src/share/share-link.ts'
import { openBrowser, phone, type ABrowser } from './a-browser.ts'
import { dataOf, makeTestFilm, openApiBox, openTestRecording, password, type ApiBox } from './api-box.ts'
import { addFilmRow } from './film-row.ts'
import type { Page } from 'playwright-core'

const minute = 60_000
const hour = 60 * minute

suite('the pages of a box', () => {
  let browser: ABrowser
  before(async () => void (browser = await openBrowser()))
  after(() => browser[Symbol.asyncDispose]())

  test('every page fits a phone, a narrow one too: nothing is beyond its edge', async () => {
    await using box = await openApiBox({ variables: { API_REQUESTS_PER_MINUTE: '1000' } })
    await using fresh = await openApiBox({ claimed: false })
    const { db, clock } = box.app
    const { recording } = await makeTestFilm(box.app, { title: 'The finals of all the courts of this venue', lost: true })
    const match = openMatch(box, clock.nowMs() - minute)
    const link = (options: { mostViews?: number; passwordHash?: string } = {}): string =>
      createShareLink(db, clock, { recordingId: recording.id, days: 1, ...options }).url(box.base)
    const pages = {
      claim: fresh.base,
      'sign in': box.base,
      API: `${box.base}/docs`,
      court: `${box.base}/court`,
      ready: link(),
      asks: link({ mostViews: 3 }),
      locked: link({ passwordHash: 'a hash' }),
      waiting: createShareLink(db, clock, { bookingId: match.bookingId, days: 1 }).url(box.base),
      lost: `${box.base}/s/${'x'.repeat(43)}`,
    }
    for (const width of [320, 390]) {
      await using seen = await browser.look({ viewport: { width, height: 700 } })
      const { page } = seen
      const wide: string[] = []
      const judge = async (name: string): Promise<void> => void wide.push(...(await beyondTheEdge(page)).map((each) => `${name}: ${each}`))
      for (const [name, at] of Object.entries(pages)) {
        await page.goto(at, { waitUntil: 'networkidle' })
        await judge(name)
      }
      await signIn(page, box)
      await judge('front page')
      await page.goto(`${box.base}/court/sheet`)
      await judge('sheet')
      await enterCourt(page, box, match.bookingId)
      await judge('a phone on the court')
      assert.deepEqual(wide, [], `${width} px wide`)
    }
  })

  test('the front page shows what is on, what is next and what was last, however much was booked before and after', async () => {
    await using box = await openApiBox()
    const nowMs = box.app.clock.nowMs()
    for (let n = 1; n <= 300; n += 1) {
      book(box, `before ${n}`, nowMs - n * 2 * hour)
      book(box, `after ${n}`, nowMs + n * 2 * hour)
    }
    book(box, 'the match that is on', nowMs - minute)
    await using seen = await browser.look()
    const { page } = seen
    await signIn(page, box)
    const titles = (id: string): Promise<string[]> => page.locator(`#${id} .title`).allTextContents()
    assert.deepEqual((await titles('coming')).slice(0, 3), ['the match that is on', 'after 1', 'after 2'])
    assert.deepEqual((await titles('earlier')).slice(0, 2), ['before 1', 'before 2'])
    await page.click('#earlier-more')
    await page.getByText('before 39', { exact: true }).waitFor()
    assert.deepEqual(
      await titles('earlier'),
      Array.from({ length: 39 }, (_, n) => `before ${n + 1}`),
    )
  })

  test('the front page tells the length of films as the share page does, and shows all of a row on a phone', async () => {
    await using box = await openApiBox()
    const nowMs = box.app.clock.nowMs()
    for (const [n, seconds] of [59.96, 119.6, 5_400].entries())
      addFilmRow(box.app, { startsAtMs: nowMs - (n + 1) * hour, bytes: 1, atMs: nowMs - n, status: 'complete', frames: seconds * 25 })
    await using seen = await browser.look()
    const { page } = seen
    await signIn(page, box)
    assert.deepEqual(await page.locator('#films .length').allTextContents(), ['1:00', '2:00', '1:30:00'])
    const [row] = await page.locator('#films tr').all()
    for (const name of ['watch', 'download', 'complete', '1:00'])
      assert.ok(((await row?.getByText(name).boundingBox())?.x ?? Infinity) < phone.viewport.width - 40, name)
  })

  test('the front page tells times as the venue has them, and says so to a browser elsewhere', async () => {
    await using box = await openApiBox()
    const startsAtMs = Date.parse('2027-01-01T23:30:00Z')
    book(box, 'at night', startsAtMs)
    for (const [timezoneId, said] of [
      ['America/New_York', 'Times are those of the venue (Europe/Berlin).'],
      ['Europe/Berlin', null],
    ] as const) {
      await using seen = await browser.look({ timezoneId, locale: 'en-GB' })
      await signIn(seen.page, box)
      assert.match((await seen.page.textContent('#coming .when')) ?? '', /2 Jan 2027.*00:30.*01:30/)
      const zone = seen.page.locator('#zone')
      assert.equal(await zone.isVisible(), said !== null)
      if (said !== null) assert.equal(await zone.textContent(), said)
    }
  })

  test('a PIN is made on the front page, shown once, and opens the court; a viewer is offered none', async () => {
    await using box = await openApiBox()
    const { db, clock } = box.app
    openMatch(box, clock.nowMs() - minute)
    book(box, 'was before', clock.nowMs() - 2 * hour)
    await using seen = await browser.look()
    const { page } = seen
    await signIn(page, box)
    assert.equal(await page.getByRole('button', { name: /^PIN of/ }).count(), 1, 'what is over needs none')
    const pins: string[] = []
    for (let n = 0; n < 2; n += 1) {
      await page.getByRole('button', { name: 'PIN of Court 3' }).click()
      assert.match((await page.textContent('#pin-told')) ?? '', /A PIN made before ends/)
      await page.getByRole('button', { name: 'Make the PIN' }).click()
      await page.getByText('it is not shown again').waitFor()
      pins.push((await page.textContent('#pin-made')) ?? '')
      assert.deepEqual(await beyondTheEdge(page), [])
      await page.getByRole('button', { name: 'Close' }).click()
      await page.locator('#pin-made:empty').waitFor({ state: 'attached' })
    }
    await page.getByRole('link', { name: 'the QR code of that page' }).click()
    await page.getByText('Save your best moments').waitFor()
    const enter = (pin: string): Promise<Response> => box.ask('POST', '/court/enter', { body: { pin } })
    assert.deepEqual([(await enter(pins[0] ?? '')).status, (await enter(pins[1] ?? '')).status], [401, 200])
    addAccount(db, { name: 'vera', role: 'viewer', passwordHash: await hashPassword(password) }, clock.nowMs())
    await using other = await browser.look()
    await signIn(other.page, box, 'vera')
    assert.equal(await other.page.locator('#coming tr').count(), 1)
    assert.equal(await other.page.getByRole('button', { name: /^PIN of/ }).count(), 0)
  })

  test('the court’s page says that the box cannot be reached, and no longer when it can', async () => {
    await using box = await openApiBox()
    await using seen = await browser.look()
    const { page } = seen
    await enterCourt(page, box, openMatch(box, box.app.clock.nowMs() - minute).bookingId)
    await page.context().setOffline(true)
    await page.getByText('The box cannot be reached just now.').waitFor()
    await page.context().setOffline(false)
    await page.locator('#message:empty').waitFor({ state: 'attached' })
    await page.click('#save')
    await page.getByText('The last 30 seconds are kept.').waitFor()
    await page.waitForResponse('**/court/state')
    assert.equal(await page.textContent('#message'), 'The last 30 seconds are kept.', 'what was done stays told')
  })

  test('on the court’s page what was done does not look like a warning, and one button is the main one', async () => {
    await using box = await openApiBox()
    const match = openMatch(box, box.app.clock.nowMs() - minute)
    await using seen = await browser.look()
    const { page } = seen
    await enterCourt(page, box, match.bookingId)
    const colour = (selector: string, of: string): Promise<string> =>
      page.evaluate<string>(`getComputedStyle(document.querySelector('${selector}')).${of}`)
    const warning = 'rgb(240, 196, 107)'
    await page.click('#save')
    await page.getByText('The last 30 seconds are kept.').waitFor()
    assert.notEqual(await colour('#message', 'borderLeftColor'), warning)
    const [saved = assert.fail()] = listClips(box.app.db, match.id)
    noteClipMade(box.app.db, saved, [], box.app.clock.nowMs())
    await page.getByRole('button', { name: 'Wide video for messengers' }).waitFor()
    await page.mouse.move(0, 0)
    assert.equal(await colour('#clips button', 'backgroundColor'), await colour('#extend', 'backgroundColor'))
    assert.notEqual(await colour('#clips button', 'backgroundColor'), await colour('#save', 'backgroundColor'))
    await page.context().setOffline(true)
    await page.click('#save')
    await page.getByText('The box cannot be reached just now.').waitFor()
    assert.equal(await colour('#message', 'borderLeftColor'), warning)
  })
})

const openMatch = (box: ApiBox, startsAtMs: number, title = 'Court 3'): ReturnType<typeof openTestRecording> =>
  openTestRecording(box.app, { startsAtMs, title }, { width: 320, height: 180, fps: 25, seconds: 5_400 })

function book({ app }: ApiBox, title: string, startsAtMs: number): void {
  const window = { startsAtMs, endsAtMs: startsAtMs + hour }
  const times = { ...window, cancelledAtMs: null, createdAtMs: startsAtMs, updatedAtMs: startsAtMs }
  insertBooking(app.db, { id: newId(), callerId: null, userId: 'local', rigId: 'rig-1', title, ...times })
}

async function enterCourt(page: Page, box: ApiBox, bookingId: string): Promise<void> {
  const answer = await box.ask('POST', `/bookings/${bookingId}/pin`, { key: box.keys.operator })
  const { pin } = await dataOf(answer, z.object({ pin: z.string() }))
  await page.goto(`${box.base}/court`)
  await page.fill('[name=pin]', pin)
  await page.click('#enter button')
  await page.getByText('Recording until').waitFor()
}

async function signIn(page: Page, box: ApiBox, name = 'anna'): Promise<void> {
  await page.goto(box.base)
  await page.fill('#login [name=name]', name)
  await page.fill('#login [name=password]', password)
  await page.click('#login button')
  await page.waitForSelector('#inside:not([hidden])')
  await page.waitForLoadState('networkidle')
}

/** What stands right of the screen, or makes the page scroll sideways; what scrolls in a place of its own as well, unless it is code. */
const beyondTheEdge = (page: Page): Promise<string[]> =>
  page.evaluate(`(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    const wide = [...document.querySelectorAll('body *')].filter((each) =>
      !each.closest('pre, video, svg, thead') && each.getBoundingClientRect().width > 0 && each.getBoundingClientRect().right > clientWidth + 0.5)
    return [...(scrollWidth > clientWidth ? ['scrolls to ' + scrollWidth] : []), ...wide.map((each) => each.localName + ' ' + each.className)].slice(0, 5)
  })()`)
