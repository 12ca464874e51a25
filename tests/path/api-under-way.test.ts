import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import http from 'node:http'
import path from 'node:path'
import { after, before, suite, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import { createKey, revokeKey } from '../../src/api/people/key-store.ts'
import { findVideo, type Video } from '../../src/publish/video.ts'
import { createShareLink, openVisit } from '../../src/share/share-link.ts'
import { dataOf, mustHave, openApiBox, password, type ApiBox } from './api-box.ts'
import { addFilmRow } from './film-row.ts'

/** More than the buffers between two programs of one machine take. */
const film = randomBytes(32 << 20)
/** Longer than the box waits before it asks again. */
const patienceMs = 2_500
const startsAtMs = Date.parse('2026-05-02T17:30:00Z')

type Reader = { /** What came, and whether it was all. */ rest(): Promise<{ readonly bytes: Buffer; readonly whole: boolean }> }

/** Takes the first bytes and then no more, until it is told to take the rest. */
async function slowReader(address: string, headers: Readonly<Record<string, string>> = {}): Promise<Reader> {
  const answer = await new Promise<http.IncomingMessage>((resolve, reject) => http.get(address, { headers }, resolve).on('error', reject))
  assert.equal(answer.statusCode, 200)
  assert.equal(Number(answer.headers['content-length']), film.length)
  const pieces: Buffer[] = []
  const first = Promise.withResolvers<void>()
  answer.on('data', (piece: Buffer) => {
    pieces.push(piece)
    first.resolve()
  })
  const over = new Promise<void>((resolve) => answer.on('close', resolve).on('error', () => undefined))
  await first.promise
  answer.pause()
  return {
    rest: async () => {
      answer.resume()
      await over
      return { bytes: Buffer.concat(pieces), whole: answer.complete }
    },
  }
}

suite('a film that is under way to a slow reader', () => {
  let box: ApiBox
  before(async () => void (box = await openApiBox()))
  after(() => box[Symbol.asyncDispose]())

  const filmOf = async (userId: string): Promise<Video> => {
    const { app } = box
    const id = addFilmRow(app, { startsAtMs, bytes: film.length, atMs: startsAtMs, status: 'complete' })
    const video = mustHave(findVideo(app.db, id))
    app.db.run('update booking set user_id = ? where id = (select booking_id from recording where id = ?)', userId, video.recordingId)
    const file = app.store.pathOf(video.objectKey)
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, film)
    return video
  }
  const linkTo = ({ recordingId }: Video, more: { mostViews?: number } = {}): { id: string; at: string } => {
    const { id, url } = createShareLink(box.app.db, box.app.clock, { recordingId, days: 1, ...more })
    return { id, at: `${url(box.base)}/film` }
  }
  const done = async (asked: Promise<Response>): Promise<void> => assert.equal((await asked).status, 200)

  test('breaks off when its link, its key or its session ends, its user is erased or it is removed; all others get every byte', async () => {
    const { app, keys, base } = box
    const [shared, annas, removed] = [await filmOf('ben'), await filmOf('anna'), await filmOf('carla')]
    const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` })
    const revokedLink = linkTo(shared)
    const onlyOne = linkTo(shared, { mostViews: 1 })
    const visit = { cookie: `ezvisit=${openVisit(app.db, onlyOne.id, app.clock.nowMs())}` }
    const key = createKey(app.db, app.clock, { name: 'to be revoked', role: 'viewer' })
    const signedIn = await box.ask('POST', '/login', { body: { name: 'anna', password } })
    const session = { cookie: (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? '' }
    const at = (video: Video): string => `${base}/videos/${video.id}/stream`

    const stopped: Record<string, Reader> = {
      'by its link': await slowReader(revokedLink.at),
      'by its key': await slowReader(at(shared), bearer(key.key)),
      'by its session': await slowReader(at(shared), session),
      'of an erased user': await slowReader(linkTo(annas).at),
      'of an erased user, to a key that stays': await slowReader(at(annas), bearer(keys.viewer)),
      'that is removed': await slowReader(at(removed), bearer(keys.viewer)),
    }
    const welcome: Record<string, Reader> = {
      'by another link': await slowReader(linkTo(shared).at),
      'by a link that is used up by its own view': await slowReader(onlyOne.at, visit),
      'by a key that stays': await slowReader(at(shared), bearer(keys.viewer)),
    }
    app.db.run('update share_link set views = 1 where id = ?', onlyOne.id)
    await done(box.ask('DELETE', `/shares/${revokedLink.id}`, { key: keys.operator }))
    assert.ok(revokeKey(app.db, app.clock, key.id))
    await done(box.ask('POST', '/logout', { headers: session }))
    await done(box.ask('DELETE', '/users/anna/data', { key: keys.admin }))
    await done(box.ask('DELETE', `/videos/${removed.id}`, { key: keys.operator }))
    await setTimeout(patienceMs)

    for (const [which, reader] of Object.entries(stopped)) {
      const { bytes, whole } = await reader.rest()
      assert.equal(whole, false, which)
      assert.ok(bytes.length > 0 && bytes.length < film.length, `${which}: ${bytes.length} bytes`)
    }
    for (const [which, reader] of Object.entries(welcome)) {
      const { bytes, whole } = await reader.rest()
      assert.ok(whole && bytes.equals(film), which)
    }
    const links = await dataOf(await box.ask('GET', '/shares', { key: keys.operator }), z.array(z.looseObject({ downloads: z.int() })))
    assert.ok(
      links.every(({ downloads }) => downloads === 0),
      'asking again counts nothing',
    )
  })
})
