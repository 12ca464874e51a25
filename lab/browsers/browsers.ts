// `lab browsers`: a film of a real box, from the box and from its bucket, in Chromium, Firefox and WebKitGTK: played from the first second and to
// the last, with every process of the box stopped, over a pause in which its connections end, and not at all once its links are revoked.

import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { z } from 'zod'
import { openDatabase, readDatabase } from '../../src/adapters/sqlite.ts'
import { createKey } from '../../src/api/people/key-store.ts'
import { systemClock } from '../../src/base/clock.ts'
import { EzrecError } from '../../src/base/errors.ts'
import { startBox, type Box } from '../edits/start-box.ts'
import type { Context, Point, Scenario } from '../harness.ts'
import { round } from '../run-job.ts'
import { cannotServeS3, startS3Server, type S3Server } from '../s3-server.ts'
import { openUploadProxy, type UploadProxy } from '../upload/proxy.ts'
import { judgeSeen, pauseAndGoOn, watch, type LabBrowser } from './browser.ts'
import { openChromium } from './chromium.ts'
import { openFirefox } from './firefox.ts'
import { openWebKit } from './webkit.ts'

const bucket = 'films'
/** So long that WebKitGTK has its fill, some 6 MB ahead, before what is kept from it: then it has ended its connection by itself, as it does with
 *  every film of a match, and asks anew. Of one that is reset in the middle of an answer it takes what it has for the end, or stands still. */
const seconds = 45
const film = { seconds, width: 1280 }
const pausedSeconds = 2 * 3_600

/** Of the match, before it is paused: the rest is still to come. */
const firstShare = 0.6
const packages = ['chromium', 'firefox-esr', 'webkit2gtk-driver', 'gstreamer1.0-libav', 'gstreamer1.0-plugins-good', 'xvfb']
const programs = ['/usr/bin/chromium', '/usr/bin/firefox-esr', '/usr/bin/WebKitWebDriver', '/usr/bin/Xvfb']

export const browsersScenario: Scenario = {
  kind: 'lab',
  name: 'browsers',
  summary: 'a film from the box and from the bucket in Chromium, Firefox and WebKitGTK: plays, seeks, with the box off, ends with its link',
  run: async function* run(context) {
    const install = `sudo apt-get install -y --no-install-recommends ${packages.join(' ')}`
    if (cannotServeS3 !== false) throw new EzrecError('not_found', cannotServeS3, { hint: 'sudo apt-get install -y python3-swift' })
    const missing = programs.filter((program) => !existsSync(program))
    if (missing.length > 0) throw new EzrecError('not_found', `these programs are missing: ${missing.join(' ')}`, { hint: install })
    yield* lookOn(context)
  },
}

/** `unseen`: of the bucket, too, with a signed address of its own, which no browser keeps anything of. */
type Links = { readonly box: Link; readonly bucket: Link; readonly unseen: Link }
type Link = { readonly id: string; readonly url: string }

async function* lookOn(context: Context): AsyncGenerator<Point> {
  const swiftFolder = path.join(context.folder, 'swift')
  await mkdir(swiftFolder)
  await using server = await startS3Server(swiftFolder)
  await using proxy = await openUploadProxy(server.port, [], () => undefined)
  const { accessKeyId, secretAccessKey, region, endpoint = '' } = server.options(bucket)
  const client = new S3Client({ endpoint, region, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } })
  await client.send(new CreateBucketCommand({ Bucket: bucket }))
  client.destroy()
  const variables = {
    RESOLUTION: '640x360',
    BOOKING_MAX_HOURS: '1', // little room before the pictures
    S3_BUCKET: bucket,
    S3_ENDPOINT: server.options(bucket, proxy.port).endpoint ?? '',
    S3_FORCE_PATH_STYLE: 'true',
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  }
  const home = path.join(context.folder, 'box')
  const open = (): Promise<Box> => startBox(home, context, variables)
  await using browsers = await openAll(context)
  let links: Links
  {
    await using box = await open()
    links = await filmAndLink(home, box.url, context)
    for (const browser of browsers.all) yield await seenBy(context, browser, 'from the box', links.box.url)
    for (const browser of browsers.all) yield await seenBy(context, browser, 'from the bucket', links.bucket.url)
  }
  const filmUrl = await filmIn(links.bucket.url)
  const endByte = firstByteAfter(await (await fetch(filmUrl)).bytes(), firstShare)
  if ((await filmIn(links.unseen.url)) === filmUrl)
    throw new EzrecError('internal', 'both links name one address of the film', { hint: 'report this' })
  for (const browser of browsers.all) {
    yield await seenBy(context, browser, 'from the bucket, the box is off', links.bucket.url)
    yield await heldBy(browser, links.unseen.url, { proxy, server, endByte })
  }
  await using box = await open()
  await revoke(home, box.url, links, context)
  for (const url of [links.bucket.url, filmUrl]) await gone(url, context)
  for (const browser of browsers.all) yield await endedFor(browser, [links.box.url, links.bucket.url, filmUrl])
}

async function seenBy(context: Context, browser: LabBrowser, where: string, url: string): Promise<Point> {
  const name = `${browser.name}: ${where}`
  context.say(name)
  await browser.open(url)
  const found = await watch(browser)
  const folder = path.join(context.cacheFolder, 'lab', 'browsers')
  await mkdir(folder, { recursive: true })
  const picture = path.join(folder, `${name.toLowerCase().replaceAll(/[^a-z]+/g, '-')}.png`)
  await writeFile(picture, await browser.picture())
  return { name, faults: judgeSeen(found, film), figures: { version: browser.version, ...found, picture } }
}

/** Two hours as the bucket knows them: its clock goes on and every connection has ended, while most of the film is still to come. */
async function heldBy(
  browser: LabBrowser,
  url: string,
  { proxy, server, endByte }: { proxy: UploadProxy; server: S3Server; endByte: number },
): Promise<Point> {
  proxy.endAt(endByte)
  const first = proxy.answeredBytes()
  await browser.open(url)
  let before = 0
  const { at, on, end } = await pauseAndGoOn(browser, async () => {
    server.setAhead(pausedSeconds)
    proxy.shut(true)
    before = proxy.answeredBytes()
    proxy.endAt(undefined)
    proxy.shut(false)
  })
  server.setAhead(0)
  const bytesAfter = proxy.answeredBytes() - before
  return {
    name: `${browser.name}: goes on where it was paused two hours ago`,
    faults: [
      ...(on >= at && on < at + 1 ? [] : [`it was paused at ${round(at)} s and went on at ${round(on)} s`]),
      ...(end > seconds - 0.3 ? [] : [`it stopped at ${round(end)} s`]),
      ...(bytesAfter > 0 ? [] : ['it did not ask the bucket for the rest']),
    ],
    figures: { pausedAt: round(at), wentOnAt: round(on), playedTo: round(end), bytesBefore: before - first, bytesAfter },
  }
}

/** Of an MP4 with its index in front: where so much of its pictures ends. What is before them is mostly room for the index of a longer film. */
function firstByteAfter(bytes: Uint8Array, share: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  let at = 0
  while (at + 8 < bytes.length && String.fromCodePoint(...bytes.subarray(at + 4, at + 8)) !== 'mdat') at += Math.max(8, view.getUint32(at))
  return Math.round(at + (bytes.length - at) * share)
}

/** `urls`: of pages, and of the film itself, which a browser shows in a player of its own. */
async function endedFor(browser: LabBrowser, urls: readonly string[]): Promise<Point> {
  const faults: string[] = []
  for (const url of urls) {
    await browser.open(url).catch(() => undefined) // a browser may call an answer of 404 without a page a failure
    if ((await watch(browser)) !== undefined) faults.push(`what was revoked shows a film: ${url}`)
  }
  return { name: `${browser.name}: revoked`, faults, figures: {} }
}

async function openAll({ folder }: Context): Promise<AsyncDisposable & { readonly all: readonly LabBrowser[] }> {
  const all: LabBrowser[] = []
  const close = async (): Promise<void> => {
    for (const browser of all) await browser[Symbol.asyncDispose]()
  }
  try {
    for (const start of [openChromium, openFirefox, openWebKit]) all.push(await start(folder))
  } catch (error) {
    await close()
    throw error
  }
  return { all, [Symbol.asyncDispose]: close }
}

/** Books a short match now, waits for its film and makes one link of each mode. */
async function filmAndLink(home: string, url: string, { signal, say }: Context): Promise<Links> {
  const ask = deskOf(home, url)
  const startsAtMs = systemClock.nowMs() + 7_000
  const at = (ms: number): string => new Date(ms).toISOString()
  await ask('POST', '/bookings', { start_time: at(startsAtMs), end_time: at(startsAtMs + seconds * 1_000) })
  say('a match is filmed')
  const video = await found(signal, 'the film is published', () => publishedVideo(home))
  const link = async (mode: string): Promise<Link> => {
    const made = z.object({ data: z.object({ id: z.string(), url: z.string() }) })
    return made.parse(await ask('POST', `/videos/${video}/share`, { mode, days: 1 })).data
  }
  const boxLink = await link('box')
  const bucketLink = await link('bucket')
  await systemClock.sleep(1_000, signal) // an address is signed for a second
  return { box: { ...boxLink, url: url + new URL(boxLink.url).pathname }, bucket: bucketLink, unseen: await link('bucket') }
}

function publishedVideo(home: string): string | undefined {
  using db = readDatabase(path.join(home, 'ezrec.sqlite'))
  const row = db.get('select id from video where published_at_ms is not null')
  return row && z.object({ id: z.string() }).parse(row).id
}

async function revoke(home: string, url: string, links: Links, { say }: Context): Promise<void> {
  say('the links are revoked')
  const ask = deskOf(home, url)
  for (const { id } of [links.box, links.bucket, links.unseen]) await ask('DELETE', `/shares/${id}`)
}

/** The address of the film in the page of a bucket. */
async function filmIn(url: string): Promise<string> {
  const page = await (await fetch(url)).text()
  return (/<video[^>]*\ssrc="([^"]+)"/.exec(page)?.[1] ?? '').replaceAll('&amp;', '&')
}

async function gone(url: string, { signal }: Context): Promise<void> {
  await found(signal, 'what was shared is gone', async () => {
    const { status } = await fetch(url, { headers: { range: 'bytes=0-9' } })
    return status >= 400 ? 'gone' : undefined
  })
}

function deskOf(home: string, url: string): (method: string, where: string, body?: object) => Promise<unknown> {
  using db = openDatabase(path.join(home, 'ezrec.sqlite'))
  const { key } = createKey(db, systemClock, { name: 'lab', role: 'operator' })
  return async (method, where, body) => {
    const answer = await fetch(url + where, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const text = await answer.text()
    if (!answer.ok)
      throw new EzrecError('internal', `${method} ${where} was answered ${answer.status}: ${text.slice(0, 300)}`, { hint: 'report this' })
    return text === '' ? undefined : JSON.parse(text)
  }
}

async function found(signal: AbortSignal, what: string, look: () => string | undefined | Promise<string | undefined>): Promise<string> {
  for (let waitedMs = 0; waitedMs < 300_000; waitedMs += 500) {
    const seen = await look()
    if (seen !== undefined) return seen
    await systemClock.sleep(500, signal)
    signal.throwIfAborted()
  }
  throw new EzrecError('timeout', `not within five minutes: ${what}`, { hint: 'look into the logs of its home' })
}
