import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { openMatchWithClips } from '../../../../tests/a-phone-clip.ts'
import { freeUplink, noise, openS3Bench, type S3Bench } from '../../../../tests/s3-bench.ts'
import type { Manner } from '../../../../tests/s3-proxy.ts'
import { cannotServeS3, startSwift, type Swift } from '../../../../tests/swift.ts'
import { temporaryFolder } from '../../../../tests/temporary-folder.ts'
import { until } from '../../../../tests/until.ts'
import { systemClock } from '../../../base/clock.ts'
import { silentLogger } from '../../../base/logger.ts'
import { settleClips } from '../../clips/keep-clips-sent.ts'
import { openUplink } from '../../uplink/uplink.ts'
import type { FilmStore } from '../store.ts'
import { openBucket } from './bucket.ts'
import { findUpload } from './upload-ledger.ts'

let swift: Swift | undefined
before(async () => {
  if (cannotServeS3 === false) swift = await startSwift()
})
after(async () => swift?.[Symbol.asyncDispose]())

/** `send`: whole from the beginning, so that all parts may go at once. What is under way ends with the test. */
async function withBench(use: (bench: S3Bench, send: (store: FilmStore, plan: Plan) => Promise<void>) => Promise<void>): Promise<void> {
  if (!swift) throw new Error('there is no S3 server')
  using folder = temporaryFolder()
  await using bench = await openS3Bench(swift, folder.path)
  const stop = new AbortController()
  const sent: Promise<void>[] = []
  const send = async (store: FilmStore, { key, parts }: Plan): Promise<void> => {
    const whole = Buffer.concat(noise(key, parts * 5 - 4))
    const file = folder.file(path.basename(key))
    await writeFile(file, whole)
    await store.sendWhole(key, { file, bytes: whole.length }, stop.signal)
  }
  try {
    await use(bench, (store, plan) => {
      const mine = send(store, plan)
      sent.push(mine)
      return mine
    })
  } finally {
    stop.abort()
    await Promise.allSettled(sent)
  }
}

/** Of equal parts. */
type Plan = { readonly key: string; readonly parts: number }

/** The parts of all films in the order in which the bucket was asked, each as the last letter of its film; from `held` on none arrives until `letGo`.
 *  None ever arrives before three are on their way: turns are given one by one, and whoever was given one has asked before the next is. */
function holdParts(bench: S3Bench, held: number, films: readonly Plan[]): { asked(): string; letGo(): void } {
  const all = films.reduce((sum, film) => sum + film.parts, 0)
  const go = Promise.withResolvers<void>()
  const parts = () => bench.proxy.asked.filter(({ action }) => action === 'part')
  bench.proxy.behave(async ({ action }): Promise<Manner> => {
    if (action !== 'part') return 'pass'
    const mine = parts().length
    if (mine > held) await go.promise
    await until(() => parts().length >= Math.min(mine + 2, all), 'three parts on their way')
    return 'pass'
  })
  const nameOf = (key: string): string => /\/[0-9A-Z]{25}([0-9A-Z])[^/]*$/.exec(key)?.[1] ?? '?'
  return {
    asked: () =>
      parts()
        .map(({ key }) => nameOf(key))
        .join(''),
    letGo: go.resolve,
  }
}

const waitsForItsTurn = (bench: S3Bench, { key }: Plan): Promise<void> =>
  until(() => findUpload(bench.db, key)?.uploadId !== undefined, `${key} begun`)

test('a film that is not published yet goes before those that are sent anew, one of which waits itself', { skip: cannotServeS3 }, () =>
  withBench(async (bench, send) => {
    const store = bench.store()
    const asked = Date.now().toString(36)
    const first = { key: `u/x/01HV000000000000000000000A-${asked}.mp4`, parts: 8 }
    const second = { key: `u/x/01HV000000000000000000000B-${asked}.mp4`, parts: 2 }
    const fresh = { key: 'u/x/01HV000000000000000000000N.mp4', parts: 6 }
    const parts = holdParts(bench, 3, [first, second, fresh])
    const sent = [send(store, first)]
    await until(() => parts.asked() === 'AAAAAA', 'three parts there, three on their way')
    sent.push(send(store, second))
    await waitsForItsTurn(bench, second)
    sent.push(send(store, fresh))
    await waitsForItsTurn(bench, fresh)
    parts.letGo()
    await Promise.all(sent)
    assert.equal(parts.asked(), 'AAAAAANNNNNNAABB')
  }),
)

test('the newest film goes first where that is set, until an older one has waited for a day', { skip: cannotServeS3 }, () =>
  withBench(async (bench, send) => {
    let nowMs = Date.parse('2024-04-10T00:00:00Z') // hours after the ULIDs below
    const clock = { ...systemClock, nowMs: () => nowMs }
    const uplink = openUplink({ db: bench.db, clock }, { ...freeUplink, first: 'newest' })
    const store = bench.store({ uplink, bucketOptions: { uplink } })
    const [older, newer, newest] = [
      { key: 'u/x/01HV100000000000000000000O.mp4', parts: 4 },
      { key: 'u/x/01HV110000000000000000000M.mp4', parts: 8 },
      { key: 'u/x/01HV120000000000000000000N.mp4', parts: 4 },
    ] as const
    const parts = holdParts(bench, 3, [older, newer, newest])
    const sent = [send(store, newer)]
    await until(() => parts.asked() === 'MMMMMM', 'three parts there, three on their way')
    sent.push(send(store, older))
    await waitsForItsTurn(bench, older)
    sent.push(send(store, newest))
    await waitsForItsTurn(bench, newest)
    nowMs = timeOf('01HV100000') + 24 * 3_600_000
    parts.letGo()
    await Promise.all(sent)
    assert.equal(parts.asked(), 'MMMMMMOOOONNNNMM')
  }),
)

/** A film that has three parts there and three on their way, and clips of another match that wait. */
async function withClips(clips: number, use: (parts: WithClips) => Promise<void>): Promise<void> {
  using folder = temporaryFolder()
  await withBench(async (bench, send) => {
    if (!swift) throw new Error('there is no S3 server')
    const uplink = openUplink({ db: bench.db, clock: systemClock }, freeUplink)
    const bucket = openBucket({ ...swift.options(bench.name, bench.proxy.port), uplink })
    const stop = new AbortController()
    let settled: Promise<void> | undefined
    try {
      const match = openMatchWithClips(bench.db, folder.path, { place: bucket.place, state: 'confirmed' })
      for (let n = 0; n < clips; n += 1) await match.addClip()
      const options = { db: bench.db, clock: systemClock, logger: silentLogger(), bucket, uplink, recordingsFolder: folder.path }
      const sendClips = (): Promise<void> => (settled = settleClips(options, stop.signal))
      const film = { key: 'u/x/01HV000000000000000000000A.mp4', parts: 10 }
      await use({ bench, sendFilm: () => send(bench.store({ uplink, bucketOptions: { uplink } }), film), sendClips })
    } finally {
      stop.abort()
      await settled?.catch(() => undefined)
      bucket.close()
    }
  })
}

type WithClips = { readonly bench: S3Bench; sendFilm(): Promise<void>; sendClips(): Promise<void> }

/** What the bucket was asked to take: `A` a part of the film, `c` a clip. */
const taken = ({ proxy }: S3Bench): string =>
  proxy.asked.flatMap(({ action }) => (action === 'part' ? ['A'] : action === 'put' ? ['c'] : [])).join('')

test('a clip that waits has the next turn, before a further part of any film', { skip: cannotServeS3 }, () =>
  withClips(1, async ({ bench, sendFilm, sendClips }) => {
    const [one, rest] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    bench.proxy.behave(async ({ action }): Promise<Manner> => {
      const parts = bench.proxy.asked.filter((each) => each.action === 'part').length
      if (action === 'part' && parts > 3) await (parts === 4 ? one : rest).promise
      return 'pass'
    })
    const sent = sendFilm()
    await until(() => taken(bench) === 'AAAAAA', 'three parts there, three on their way')
    const clips = sendClips()
    one.resolve()
    await until(() => taken(bench).length > 6, 'the turn of the part that arrived')
    assert.equal(taken(bench), 'AAAAAAc')
    rest.resolve()
    await Promise.all([sent, clips])
    assert.equal(taken(bench), 'AAAAAAcAAAA')
  }),
)

test('however many clips wait, a film goes on beside them', { skip: cannotServeS3 }, () =>
  withClips(5, async ({ bench, sendFilm, sendClips }) => {
    const filmIsThere = Promise.withResolvers<void>()
    bench.proxy.behave(({ action }): Manner => (action === 'put' ? { answerAfter: filmIsThere.promise } : 'pass'))
    const clips = sendClips()
    await until(() => taken(bench) === 'c', 'a clip on its way')
    const film = sendFilm()
    await until(() => taken(bench).length > 10, 'ten more').finally(filmIsThere.resolve)
    assert.equal(taken(bench), `c${'A'.repeat(10)}`, 'one clip at a time: two turns are for films')
    await Promise.all([film, clips])
    assert.equal(taken(bench), `c${'A'.repeat(10)}cccc`)
  }),
)

const timeOf = (letters: string): number =>
  Array.from(letters).reduce((sum, letter) => sum * 32 + '0123456789ABCDEFGHJKMNPQRSTVWXYZ'.indexOf(letter), 0)
