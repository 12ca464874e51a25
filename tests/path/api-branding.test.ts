import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import net from 'node:net'
import path from 'node:path'
import { after, before, suite, test } from 'node:test'
import { z } from 'zod'
import { ffmpegBase } from '../../src/adapters/ffmpeg.ts'
import { createKey, revokeKey } from '../../src/api/people/key-store.ts'
import { brandingAssetSchema } from '../../src/api/routes/branding-form.ts'
import { serveApi } from '../../src/api/server.ts'
import { runChild } from '../../src/base/process.ts'
import { until } from '../until.ts'
import { dataOf, faultOf, openApiBox, type ApiBox } from './api-box.ts'

const all = z.object({ assets: z.array(brandingAssetSchema) })
const signed = z.object({ url: z.url(), method: z.string(), content_type: z.string().nullable() })
const site = 'https://book.example.org'

suite('branding that is sent', () => {
  let box: ApiBox
  let picture: Buffer<ArrayBuffer>
  let film: Buffer<ArrayBuffer>
  before(async () => {
    box = await openApiBox({ variables: { CORS_ORIGINS: site, USER_LOGO_PATH: '<home>/venue.png' } })
    const make = async (name: string, ...args: readonly string[]): Promise<Buffer<ArrayBuffer>> => {
      const { code, stderr } = await runChild('ffmpeg', [...ffmpegBase, '-f', 'lavfi', ...args, path.join(box.home, name)])
      assert.equal(code, 0, stderr)
      return readFile(path.join(box.home, name))
    }
    picture = await make('venue.png', '-i', 'color=red:s=64x64', '-frames:v', '1')
    film = await make('intro.mp4', '-i', 'testsrc2=s=320x180:r=25:d=4', '-movflags', '+faststart')
  })
  after(() => box[Symbol.asyncDispose]())

  const folder = (): string => box.app.settings.paths.uploadedBranding
  const files = (): string[] => (existsSync(folder()) ? readdirSync(folder()).toSorted() : [])
  const send = (where: string, body: Uint8Array<ArrayBuffer> | string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(new URL(where, box.base), { method: 'PUT', body, headers })
  const put = (asset: string, body: Uint8Array<ArrayBuffer> | string): Promise<Response> =>
    send(`/branding/${asset}`, body, { authorization: `Bearer ${box.keys.operator}` })
  const inForce = async (asset: string): Promise<string | undefined> =>
    (await dataOf(await box.ask('GET', '/branding', { key: box.keys.viewer }), all)).assets.find((each) => each.asset === asset)?.inForce
  const presign = async (query: string, key = box.keys.operator): Promise<z.infer<typeof signed>> =>
    dataOf(await box.ask('GET', `/media/presign?${query}`, { key }), signed)
  const own = (url: string): string => new URL(url).pathname

  test('takes the place of the setting’s, can be looked at, and gives it its place back', async () => {
    assert.deepEqual([await inForce('venue'), await inForce('platform')], ['setting', 'none'])
    const sent = await put('venue', picture)
    assert.equal(sent.status, 200, await sent.clone().text())
    assert.deepEqual(z.object({ bytes: z.int() }).parse((await dataOf(sent, brandingAssetSchema)).uploaded).bytes, picture.length)
    assert.deepEqual([await inForce('venue'), files()], ['uploaded', ['venue']])
    const seen = await box.ask('GET', '/branding/venue', { key: box.keys.viewer })
    assert.equal(seen.headers.get('content-type'), 'image/png')
    assert.deepEqual(Buffer.from(await seen.arrayBuffer()), picture)
    const removed = await box.ask('DELETE', '/branding/venue', { key: box.keys.operator })
    assert.equal((await dataOf(removed, brandingAssetSchema)).inForce, 'setting')
    assert.deepEqual(files(), [])
    assert.equal((await box.ask('DELETE', '/branding/venue', { key: box.keys.operator })).status, 404)
  })

  test('is a film for intro and outro, given back as bytes', async () => {
    assert.equal((await put('outro', film)).status, 200)
    const seen = await box.ask('GET', '/branding/outro', { key: box.keys.viewer, headers: { range: 'bytes=4-7' } })
    assert.deepEqual([seen.status, seen.headers.get('content-type'), await seen.text()], [206, 'application/octet-stream', 'ftyp'])
    assert.match(seen.headers.get('content-disposition') ?? '', /^attachment/)
    assert.equal((await box.ask('DELETE', '/branding/outro', { key: box.keys.operator })).status, 200)
  })

  test('is refused when it is not what it says, and what stands goes on standing', async () => {
    assert.equal((await put('venue', picture)).status, 200)
    assert.equal((await put('intro', film)).status, 200)
    const list = `#EXTM3U\n#EXTINF:1,\n/etc/passwd\n#EXTINF:1,\nhttp://127.0.0.1:1/x\n`
    const concat = `ffconcat version 1.0\nfile '${path.join(box.home, 'ezrec.sqlite')}'\n`
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'
    const torn = Buffer.from(film)
    torn.fill(0, Math.floor(film.length / 2))
    for (const [asset, body, why] of [
      ['venue', svg, /neither a PNG/],
      ['venue', list, /neither a PNG/],
      ['venue', film, /neither a PNG/],
      ['venue', picture.subarray(0, 60), /does not decode/],
      ['venue', Buffer.concat([picture.subarray(0, 8), Buffer.from(svg)]), /does not decode/],
      ['venue', '', /nothing was sent|empty/],
      ['intro', picture, /./],
      ['intro', list, /./],
      ['intro', concat, /./],
      ['intro', film.subarray(0, Math.floor(film.length / 2)), /./],
      ['intro', torn, /./],
    ] as const) {
      const answer = await put(asset, body)
      assert.equal(answer.status, 422, `${asset} ${body.length}: ${await answer.clone().text()}`)
      const text = await answer.text()
      assert.match(text, why)
      assert.ok(!text.includes(box.home), text)
    }
    assert.deepEqual(files(), ['intro', 'venue'])
    assert.deepEqual([readFileSync(path.join(folder(), 'venue')), readFileSync(path.join(folder(), 'intro'))], [picture, film])
  })

  test('is refused when it is too large, before it is read and while it comes, and leaves nothing', async () => {
    const large = new Uint8Array(5 * 1024 * 1024)
    large.set(picture)
    assert.equal((await put('sponsor-1', large)).status, 413)
    const unannounced = new ReadableStream<Uint8Array>({
      start: (controller) => {
        for (let at = 0; at < large.length; at += 65_536) controller.enqueue(large.subarray(at, at + 65_536))
        controller.close()
      },
    })
    const init = { method: 'PUT', body: unannounced, duplex: 'half', headers: { authorization: `Bearer ${box.keys.operator}` } } as const
    assert.equal((await fetch(`${box.base}/branding/sponsor-1`, init)).status, 413)
    assert.equal(
      (await send('/branding/intro', '', { authorization: `Bearer ${box.keys.operator}`, 'x-nothing': '1' })).status,
      422,
      'an empty one is none',
    )
    assert.ok(!files().some((name) => name.startsWith('sponsor-1')), files().join())
  })

  test('a body that breaks off leaves nothing, and what stood stands', async () => {
    const before = files()
    const { port } = new URL(box.base)
    const socket = net.connect(Number(port), '127.0.0.1')
    const head = ['PUT /branding/venue HTTP/1.1', `Host: 127.0.0.1:${port}`, `Authorization: Bearer ${box.keys.operator}`]
    socket.write(`${[...head, `Content-Length: ${picture.length}`].join('\r\n')}\r\n\r\n`)
    socket.write(picture.subarray(0, picture.length - 10))
    await until(() => files().some((name) => name.endsWith('.tmp')), 'it is being written')
    socket.destroy()
    await until(() => !files().some((name) => name.endsWith('.tmp')), 'it is gone')
    assert.deepEqual(files(), before)
    assert.deepEqual(readFileSync(path.join(folder(), 'venue')), picture)
  })

  test('no name of an asset is a path', async () => {
    for (const asset of ['..%2f..%2fezrec.sqlite', 'venue%2f..%2fx', 'venue.tmp', '%2e%2e', 'VENUE', 'sponsor-4', 'venue%00'])
      assert.ok([404, 405, 422].includes((await put(asset, picture)).status), asset)
    assert.ok(files().every((name) => ['intro', 'venue'].includes(name)))
  })

  test('the original’s way: an address for an hour, sent to without a key, told when it stands', async () => {
    const key = 'local/sponsor-logo2/logo2.png'
    const notify = (action: string): Promise<Response> =>
      box.ask('POST', '/media/notify', {
        key: box.keys.operator,
        body: { user_id: 'local', action, s3_key: key, media_type: 'sponsor_logo2' },
      })
    const stands = (operation: string) => box.ask('GET', `/media/presign?key=${key}&operation=${operation}`, { key: box.keys.operator })
    assert.deepEqual([(await notify('upload')).status, (await stands('get')).status, (await stands('delete')).status], [404, 404, 404])
    const { url, method, content_type: type } = await presign(`key=${key}&operation=put&content_type=image/png`)
    assert.deepEqual([method, type], ['PUT', 'image/png'])
    assert.equal((await send(own(url), picture)).status, 415, 'not what it was asked for')
    assert.equal((await fetch(new URL(own(url), box.base))).status, 403, 'for one method')
    assert.equal((await fetch(new URL(own(url), box.base), { method: 'DELETE' })).status, 403)
    assert.equal((await fetch(new URL(own(url), box.base), { method: 'POST' })).status, 405)
    const elsewhere = { 'content-type': 'image/png', origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    assert.equal((await send(own(url), picture, elsewhere)).status, 403)
    assert.equal((await send(own(url), 'no picture', { 'content-type': 'image/png' })).status, 422)
    const there = await send(own(url), picture, { ...elsewhere, origin: site })
    assert.deepEqual([there.status, there.headers.get('access-control-allow-origin')], [200, site])
    assert.deepEqual([(await notify('upload')).status, (await notify('delete')).status, await inForce('sponsor-2')], [200, 409, 'uploaded'])
    const named = { main_logo_path: null, sponsor_logo_paths: [null, key], intro_video_path: 'local/intro-video/intro.mp4' }
    const system = async (body: unknown): Promise<number> => (await box.ask('POST', '/system', { key: box.keys.operator, body })).status
    assert.equal(await system(named), 200, 'both stand')
    assert.equal(await system({ ...named, sponsor_logo_paths: [key] }), 422, 'in the place of another')
    assert.equal(await system({ main_logo_path: 'main_ezrec_logo.png' }), 404, 'it does not stand')
    assert.equal(await system({ intro_video_path: path.join(folder(), 'intro') }), 404, 'no path, be it a good one')
    const got = await presign(`key=${key}&operation=get`)
    assert.deepEqual(Buffer.from(await (await fetch(new URL(own(got.url), box.base))).arrayBuffer()), picture)
    const gone = await presign(`key=${key}&operation=delete`)
    assert.equal((await fetch(new URL(own(gone.url), box.base), { method: 'DELETE' })).status, 200)
    assert.deepEqual([(await notify('delete')).status, await inForce('sponsor-2')], [200, 'none'])
  })

  test('a key that is no asset’s, or another venue’s, gets no address', async () => {
    for (const key of [
      'somebody/logo/logo.png',
      'local/logo/../logo/logo.png',
      '../x',
      '/etc/passwd',
      'local/sponsor-logo1/logo2.png',
      'x',
    ])
      assert.equal(
        (await box.ask('GET', `/media/presign?operation=put&key=${encodeURIComponent(key)}`, { key: box.keys.admin })).status,
        404,
        key,
      )
    for (const query of ['operation=put', 'key=main_ezrec_logo.png&operation=list', 'key=main_ezrec_logo.png&content_type=a%0d%0ab'])
      assert.equal((await box.ask('GET', `/media/presign?${query}`, { key: box.keys.admin })).status, 422, query)
    assert.equal((await box.ask('GET', '/media/presign?key=main_ezrec_logo.png&operation=put', { key: box.keys.viewer })).status, 403)
  })

  test('an address ends with the key that asked for it, stands in no log, and says the same as one that never was', async () => {
    const { db, clock } = box.app
    const { id, key } = createKey(db, clock, { name: 'leaves', role: 'operator' })
    const { url } = await presign('key=main_ezrec_logo.png&operation=put', key)
    assert.equal((await send(own(url), picture)).status, 200)
    revokeKey(db, clock, id)
    const over = await faultOf(await send(own(url), picture))
    const never = await faultOf(await send(`/media/signed/${'A'.repeat(43)}`, picture))
    assert.deepEqual({ ...over, timestamp: '' }, { ...never, timestamp: '' })
    const log = await readFile(path.join(box.app.settings.paths.logs, 'ezrec-api.log'), 'utf8')
    assert.ok(log.includes('an asset of the branding was uploaded') && !log.includes(own(url).split('/').at(-1) ?? '-'))
    assert.equal((await box.ask('DELETE', '/branding/platform', { key: box.keys.operator })).status, 200)
  })

  test('what a killed life left half written is gone when the next one begins, and was never in force', async () => {
    await mkdir(folder(), { recursive: true })
    const half = path.join(folder(), 'platform.4711.a1b2c3.tmp')
    await writeFile(half, picture)
    assert.equal(await inForce('platform'), 'none')
    const end = new AbortController()
    await serveApi(box.app, { host: '127.0.0.1', port: 0, portGiven: true, onListening: () => end.abort() }, end.signal)
    assert.ok(!existsSync(half))
  })
})
