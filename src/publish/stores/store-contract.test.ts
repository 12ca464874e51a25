// What every store of films promises, asked of the folder of this box and of a real S3 server, also through a proxy that grants only what a
// careful owner grants, and through one that wants equal parts.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import type { LookupFunction } from 'node:net'
import { after, before, suite, test } from 'node:test'
import { noise, openS3Bench, type S3Bench } from '../../../tests/s3-bench.ts'
import { s3Error, type Asked, type Manner } from '../../../tests/s3-proxy.ts'
import { cannotServeS3, startSwift, type Swift } from '../../../tests/swift.ts'
import { temporaryFolder, type TemporaryFolder } from '../../../tests/temporary-folder.ts'
import { localFolderStore } from './local-folder.ts'
import type { FilmStore } from './store.ts'

const header = Buffer.alloc(4_096, 'H')
const body = noise('contract', 12)
const film = Buffer.concat([header, ...body])
const bodyOf = (pieces: number): number => Buffer.concat(body.slice(0, pieces)).length

/** A store whose lives follow each other, and what people would find in it. */
type Place = AsyncDisposable & {
  live(): FilmStore
  /** The film as people get it; `undefined` when there is none. */
  read(key: string): Promise<Buffer | undefined>
  /** How many bytes were carried away from this box so far, if they are. */
  sentBytes(): number
  /** What else stands in the place. */
  leftovers(key: string): Promise<string[]>
}

function folderPlace(): Place {
  const folder = temporaryFolder()
  const store = localFolderStore(folder.path)
  return {
    live: () => localFolderStore(folder.path),
    read: async (key) => ((await store.find(key)) ? readFileSync(store.pathOf(key)) : undefined),
    sentBytes: () => 0,
    leftovers: async () => [],
    [Symbol.asyncDispose]: async () => folder[Symbol.dispose](),
  }
}

async function bucketPlace(swift: Swift, behave: (asked: Asked) => Manner, { isHostNamed = false } = {}): Promise<Place> {
  const folder: TemporaryFolder = temporaryFolder()
  const bench: S3Bench = await openS3Bench(swift, folder.path)
  bench.proxy.behave((asked) => {
    assert.equal(asked.key.startsWith(`/${bench.name}/`), !isHostNamed)
    return behave(asked)
  })
  const hostNamed = { forcePathStyle: false, endpoint: `http://localhost:${bench.proxy.port}`, lookup: lookUpHere }
  return {
    live: () => bench.store(isHostNamed ? { bucketOptions: hostNamed } : {}),
    read: async (key) => ((await bench.objects()).includes(key) ? bench.read(key) : undefined),
    sentBytes: () =>
      bench.proxy.asked.filter(({ action, status }) => action === 'part' && status === 200).reduce((sum, { bytes }) => sum + bytes, 0),
    leftovers: async (key) => [...(await bench.objects()).filter((each) => each !== key), ...(await bench.openUploads())],
    [Symbol.asyncDispose]: async () => {
      await bench[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

/** Every name is this machine's, `BUCKET.localhost` too, which not every resolver knows. */
const lookUpHere: LookupFunction = (_name, { all }, callback) => {
  if (all === true) callback(null, [{ address: '127.0.0.1', family: 4 }])
  else callback(null, '127.0.0.1', 4)
}

/** As some stores do: when the parts are put together, all but the last must have one size. */
function equalParts(): (asked: Asked) => Manner {
  const sizes = new Map<number, number>()
  return ({ action, part = 0, bytes }) => {
    if (action === 'part') sizes.set(part, bytes)
    if (action !== 'complete') return 'pass'
    const inOrder = [...sizes].toSorted(([a], [b]) => a - b).map(([, size]) => size)
    return new Set(inOrder.slice(0, -1)).size > 1 ? s3Error(400, 'InvalidPart') : 'pass'
  }
}

/** PutObject, AbortMultipartUpload and ListMultipartUploadParts; nothing that reads, removes or lists. */
const putOnly = ({ action }: Asked): Manner =>
  ['begin', 'part', 'complete', 'put', 'abort', 'list-parts'].includes(action) ? 'pass' : s3Error(403, 'AccessDenied')

let swift: Swift | undefined
before(async () => {
  if (cannotServeS3 === false) swift = await startSwift()
})
after(async () => swift?.[Symbol.asyncDispose]())

const mustSwift = (): Swift => {
  if (!swift) throw new Error('there is no S3 server')
  return swift
}

const places: readonly (readonly [
  string,
  () => Promise<Place>,
  { readonly skip: string | false; readonly mayRemove: boolean; readonly thorough: boolean },
])[] = [
  ['the folder of this box', async () => folderPlace(), { skip: false, mayRemove: true, thorough: true }],
  ['a bucket', () => bucketPlace(mustSwift(), () => 'pass'), { skip: cannotServeS3, mayRemove: true, thorough: true }],
  [
    'a bucket that is named in the host',
    () => bucketPlace(mustSwift(), () => 'pass', { isHostNamed: true }),
    { skip: cannotServeS3, mayRemove: true, thorough: true },
  ],
  [
    'a bucket that wants equal parts',
    () => bucketPlace(mustSwift(), equalParts()),
    { skip: cannotServeS3, mayRemove: true, thorough: false },
  ],
  [
    'a bucket that may only be written to',
    () => bucketPlace(mustSwift(), putOnly),
    { skip: cannotServeS3, mayRemove: false, thorough: true },
  ],
]
for (const [name, open, { skip, mayRemove, thorough }] of places)
  suite(name, { skip }, () => {
    const key = 'u/2026-05-02/01HV000000000000000000FILM.mp4'

    test(`${name}: a film is there as a whole or not at all, and nothing is left beside it`, async () => {
      await using place = await open()
      const deposit = await place.live().deposit(key, { headerBytes: header.length, bodyBytes: 0 })
      for (const piece of body) {
        await deposit.append(piece)
        assert.equal(await place.read(key), undefined)
      }
      const { bytes, objectKey = key } = await deposit.finish(header)
      await deposit.close()
      assert.deepEqual([bytes, objectKey], [film.length, key])
      assert.ok((await place.read(key))?.equals(film))
      assert.deepEqual(await place.leftovers(key), [])
    })

    test(`${name}: after an end in the middle it goes on, and sends nothing twice`, async () => {
      await using place = await open()
      for (const [from, to] of [
        [0, 7],
        [7, 12],
      ] as const) {
        const deposit = await place.live().deposit(key, { headerBytes: header.length, bodyBytes: bodyOf(from) })
        assert.equal(deposit.bodyBytes, bodyOf(from))
        for (const piece of body.slice(from, to)) await deposit.append(piece)
        await deposit.close()
      }
      const last = await place.live().deposit(key, { headerBytes: header.length, bodyBytes: bodyOf(12) })
      await last.finish(header)
      await last.close()
      assert.ok((await place.read(key))?.equals(film))
      assert.deepEqual(await place.leftovers(key), [])
      const sent = place.sentBytes()
      assert.ok(sent === 0 || sent === film.length, `${sent} bytes were sent of ${film.length}`)
    })

    test(`${name}: a life that ended between the store's word and ours finds its film again`, async () => {
      await using place = await open()
      for (const pieces of [0, 12]) {
        const deposit = await place.live().deposit(key, { headerBytes: header.length, bodyBytes: bodyOf(pieces) })
        for (const piece of body.slice(pieces)) await deposit.append(piece)
        assert.equal((await deposit.finish(header)).bytes, film.length)
        await deposit.close()
      }
      assert.ok((await place.read(key))?.equals(film))
      assert.ok(place.sentBytes() === 0 || place.sentBytes() === film.length)
    })

    if (!thorough) return

    test(`${name}: a film that is thrown away is gone, begun or finished`, async () => {
      for (const finished of [false, true]) {
        await using place = await open()
        const store = place.live()
        const deposit = await store.deposit(key, { headerBytes: header.length, bodyBytes: 0 })
        for (const piece of body) await deposit.append(piece)
        if (finished) await deposit.finish(header)
        await deposit.close()
        await store.discard(key)
        const stop = new AbortController()
        const tidy = store.tidy(stop.signal)
        const isGone = async (): Promise<boolean> => (finished && !mayRemove) || (await place.leftovers('')).length === 0
        for (let n = 0; n < 500 && !(await isGone()); n += 1) await new Promise((resolve) => setTimeout(resolve, 20))
        stop.abort()
        await tidy
        assert.equal(await store.find(key), undefined)
        assert.deepEqual(await place.leftovers(finished && !mayRemove ? key : ''), [])
        if (mayRemove) assert.equal(await place.read(key), undefined)
      }
    })

    test(`${name}: a header of another length than its room is refused, and nothing becomes visible`, async () => {
      await using place = await open()
      const deposit = await place.live().deposit(key, { headerBytes: header.length, bodyBytes: 0 })
      await deposit.append(body[0] ?? Buffer.alloc(1))
      await assert.rejects(deposit.finish(header.subarray(1)), { code: 'internal' })
      await deposit.close()
      assert.equal(await place.read(key), undefined)
    })
  })
