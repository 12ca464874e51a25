import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pino from 'pino'
import { freeUplink, noise, openS3Bench, type S3Bench } from '../../../../tests/s3-bench.ts'
import { once, s3Error, type Asked, type Manner, type S3Action } from '../../../../tests/s3-proxy.ts'
import { cannotServeS3, startSwift, type Swift } from '../../../../tests/swift.ts'
import { temporaryFolder } from '../../../../tests/temporary-folder.ts'
import { until } from '../../../../tests/until.ts'
import { queuedToSend } from '../../../adapters/send-queue.ts'
import { systemClock } from '../../../base/clock.ts'
import { openUplink } from '../../uplink/uplink.ts'
import type { BucketOptions } from './bucket-client.ts'
import type { BucketStoreOptions } from './bucket-store.ts'
import { findUpload, listSentParts, listUnwanted } from './upload-ledger.ts'

const key = 'u/2026-05-02/01HV000000000000000000FILM.mp4'
const header = Buffer.alloc(4_096, 'H')
const body = noise('faults', 11) // three parts
const film = Buffer.concat([header, ...body])

let swift: Swift | undefined
before(async () => {
  if (cannotServeS3 === false) swift = await startSwift()
})
after(async () => swift?.[Symbol.asyncDispose]())

type Change = Partial<BucketStoreOptions> & { readonly bucketOptions?: Partial<BucketOptions> }

async function withBench(use: (bench: S3Bench) => Promise<void>): Promise<void> {
  if (!swift) throw new Error('there is no S3 server')
  using folder = temporaryFolder()
  await using bench = await openS3Bench(swift, folder.path)
  await use(bench)
}

/** The whole film through the store; where it is for people. */
async function sendFilm(bench: S3Bench, change: Change = {}): Promise<string> {
  const deposit = await bench.store(change).deposit(key, { headerBytes: header.length, bodyBytes: 0 })
  try {
    for (const piece of body) await deposit.append(piece)
    return (await deposit.finish(header)).objectKey ?? key
  } finally {
    await deposit.close()
  }
}

const acceptedParts = ({ proxy }: S3Bench): number[] =>
  proxy.asked.filter(({ action, status }) => action === 'part' && status === 200).map(({ part = 0 }) => part)

const sentBytes = ({ proxy }: S3Bench): number =>
  proxy.asked.filter(({ action }) => action === 'part').reduce((sum, { bytes }) => sum + bytes, 0)

/** Byte-identical by reading it back, one object, no upload left open once it is tidied. */
async function assertExactlyOnce(bench: S3Bench, at = key, others: readonly string[] = []): Promise<void> {
  assert.ok((await bench.read(at)).equals(film), 'the film is what was sent')
  assert.deepEqual((await bench.objects()).toSorted(), [at, ...others].toSorted())
  await tidied(bench)
  assert.deepEqual(await bench.openUploads(), [])
  assert.deepEqual((await bench.objects()).toSorted(), [at, ...others].toSorted())
}

async function tidied(bench: S3Bench): Promise<void> {
  const stop = new AbortController()
  const tidy = bench.store().tidy(stop.signal)
  const place = String(bench.db.get('select place from upload')?.['place'])
  await until(() => listUnwanted(bench.db, place).length === 0, 'nothing that is wanted no more')
  stop.abort()
  await tidy
}

const tooLong = 'x'.repeat(3 * 1_048_576)
/** An upload that the server knows nothing of: who goes on with it gets nowhere. */
const asComposite: Manner = {
  status: 200,
  headers: { 'content-type': 'application/xml', 'x-amz-checksum-algorithm': 'CRC32', 'x-amz-checksum-type': 'COMPOSITE' },
  body: `<InitiateMultipartUploadResult><Bucket>b</Bucket><Key>k</Key><UploadId>otherwise</UploadId></InitiateMultipartUploadResult>`,
}

const loginPage: Manner = {
  status: 200,
  headers: { 'content-type': 'text/html' },
  body: '<html><body>Please log in to the venue network<form>',
}

/** The bucket is still at what it was asked before. */
function refusedOnceLost(): (asked: Asked) => Manner {
  const manners: Manner[] = ['lose-answer', s3Error(409, 'ConditionalRequestConflict')]
  return ({ action }) => (action === 'complete' ? (manners.shift() ?? 'pass') : 'pass')
}

const spells: readonly (readonly [string, () => (asked: Asked) => Manner, { readonly resent: number; readonly change?: Change }])[] = [
  ['a connection that ends in the middle of a part', () => once('part', 'cut'), { resent: 1 }],
  ['an answer to a part that never comes', () => once('part', 'lose-answer'), { resent: 0 }],
  ['a bit that is flipped on the way', () => once('part', 'flip'), { resent: 1 }],
  ['a store that asks to slow down', () => once('part', s3Error(503, 'SlowDown'), 3), { resent: 3 }],
  ['a store that fails in itself', () => once('begin', s3Error(500, 'InternalError'), 2), { resent: 0 }],
  ['a success to Complete with an error in its body', () => once('complete', s3Error(200, 'InternalError')), { resent: 0 }],
  ['an answer to Complete that never comes', () => once('complete', 'lose-answer'), { resent: 0 }],
  ['a Complete that is refused because its first answer was lost', () => refusedOnceLost(), { resent: 0 }],
  ['a Complete that says that a part is another one', () => once('complete', s3Error(400, 'InvalidPart')), { resent: 0 }],
  ['an answer to the beginning that never comes', () => once('begin', 'lose-answer'), { resent: 0 }],
  ['a login page in the place of the bucket', () => once('part', loginPage, 2), { resent: 2 }],
  ['a login page from the first request on', () => once('begin', loginPage, 2), { resent: 0 }],
  ['a redirect to a login page', () => once('head', { status: 302, headers: { location: 'http://127.0.0.1:9/login' } }, 2), { resent: 0 }],
  ['an answer without an end', () => once('begin', { status: 200, body: tooLong }), { resent: 0 }],
  ['a store that knows no checksums', () => once('begin', s3Error(501, 'NotImplemented'), 2), { resent: 0 }],
  ['a stall without a reset', () => once('part', 'stall'), { resent: 1, change: { bucketOptions: { timeoutSeconds: 1 } } }],
  ['a clock that is five hours off', () => () => 'pass', { resent: 0, change: { bucketOptions: { clockOffsetMs: 5 * 3_600_000 } } }],
  ['a store that would keep a checksum of the parts where one of the whole is asked for', () => once('begin', asComposite), { resent: 0 }],
  ['a store of the plainest kind', () => () => 'pass', { resent: 0, change: { checksum: 'required' } }],
]
for (const [what, behave, { resent, change = {} }] of spells)
  test(`${what} costs no byte of the film, and no part more than it spoiled`, { skip: cannotServeS3 }, () =>
    withBench(async (bench) => {
      bench.proxy.behave(behave())
      assert.equal(await sendFilm(bench, change), key)
      await assertExactlyOnce(bench)
      const parts = bench.proxy.asked.filter(({ action }) => action === 'part').length
      assert.ok(parts <= 3 + resent, `${parts} parts were sent`)
    }),
  )

const page = (status: number): Manner => ({ status, headers: { 'content-type': 'text/html' }, body: '<html><body>Welcome</body></html>' })

const conditions: readonly (readonly [string, Manner, string, RegExp, 'at once' | 'later'])[] = [
  ['the credentials have expired', s3Error(400, 'ExpiredToken'), 'credentials', /AWS_ACCESS_KEY_ID/, 'at once'],
  ['the rights were taken away', s3Error(403, 'AccessDenied'), 'forbidden', /s3:PutObject/, 'later'],
  [
    'the bucket is in another region',
    s3Error(301, 'PermanentRedirect', { 'x-amz-bucket-region': 'eu-west-1' }),
    'region',
    /=eu-west-1/,
    'at once',
  ],
  ['the bucket is gone', s3Error(404, 'NoSuchBucket'), 'bucket-gone', /S3_BUCKET/, 'later'],
  [
    'the bucket is in another region, as HEAD tells',
    { status: 400, headers: { 'x-amz-bucket-region': 'eu-west-1' } },
    'region',
    /=eu-west-1/,
    'at once',
  ],
  ['a page of the venue refuses', page(403), 'stranger', /log in/, 'later'],
  ['a page of the venue knows no such address', page(404), 'stranger', /log in/, 'at once'],
  ['the network wants a login', page(511), 'stranger', /log in/, 'later'],
  ['the bill was not paid', s3Error(403, 'AccountProblem'), 'quota', /account/, 'later'],
]
for (const [what, manner, kind, hint, when] of conditions)
  test(`while ${what} the film waits, and says what mends it; then it goes on where it was`, { skip: cannotServeS3 }, () =>
    withBench(async (bench) => {
      const lines: string[] = []
      const logger = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) })
      const deposit = await bench.store({ logger }).deposit(key, { headerBytes: header.length, bodyBytes: 0 })
      if (when === 'later') {
        for (const piece of body.slice(0, 10)) await deposit.append(piece)
        await until(() => acceptedParts(bench).length === 1, 'a part in the bucket')
      }
      bench.proxy.behave(() => manner)
      for (const piece of body.slice(when === 'later' ? 10 : 0)) await deposit.append(piece)
      const finished = deposit.finish(header)
      await until(() => findUpload(bench.db, key)?.fault?.kind === kind, `the fault ${kind}`)
      assert.match(findUpload(bench.db, key)?.fault?.hint ?? '', hint)
      assert.deepEqual(await bench.objects(), [])
      bench.proxy.behave(() => 'pass')
      await finished
      await deposit.close()
      assert.equal(findUpload(bench.db, key)?.fault, undefined)
      assert.equal(acceptedParts(bench).length, 3, 'nothing was sent twice')
      await assertExactlyOnce(bench)
      assert.doesNotMatch(lines.join(''), /an-open-secret|Signature=|<Error>/)
    }),
  )

test('an upload that the bucket has forgotten begins anew; nothing else of it is left', { skip: cannotServeS3 }, () =>
  withBench(async (bench) => {
    bench.proxy.behave(once('part', s3Error(404, 'NoSuchUpload')))
    assert.equal(await sendFilm(bench), key)
    await assertExactlyOnce(bench)
    assert.equal(bench.proxy.asked.filter(({ action }) => action === 'begin').length, 2)
  }),
)

// Ceph's gateway speaks of a key where others speak of an upload.
for (const word of ['NoSuchUpload', 'NoSuchKey'])
  test(`an upload that is forgotten because it is complete is found by its object, not sent again: ${word}`, { skip: cannotServeS3 }, () =>
    withBench(async (bench) => {
      let completes = 0
      bench.proxy.behave(({ action }) => {
        if (action === 'complete') return completes++ === 0 ? 'lose-answer' : s3Error(404, 'NoSuchUpload')
        return action === 'list-parts' && completes > 0 ? s3Error(404, word) : 'pass'
      })
      assert.equal(await sendFilm(bench), key)
      await assertExactlyOnce(bench)
      assert.equal(acceptedParts(bench).length, 3)
    }),
  )

test('who may not look never takes a forgotten upload for done: it goes to the same key once more', { skip: cannotServeS3 }, () =>
  withBench(async (bench) => {
    let completes = 0
    bench.proxy.behave(({ action }) => {
      if (['head', 'delete', 'list-uploads'].includes(action)) return s3Error(403, 'AccessDenied')
      if (action === 'complete') return ['lose-answer', 'pass'][completes++] === 'lose-answer' ? 'lose-answer' : 'pass'
      return action === 'list-parts' && completes === 1 ? s3Error(404, 'NoSuchUpload') : 'pass'
    })
    assert.equal(await sendFilm(bench), key)
    assert.equal(acceptedParts(bench).length, 6)
    bench.proxy.behave(() => 'pass')
    await assertExactlyOnce(bench)
  }),
)

for (const [who, headManner] of [
  ['whoever may look', 'other-tag'],
  ['who may not look', s3Error(403, 'AccessDenied')],
] as const)
  test(`a bucket whose tags prove nothing is sent a film once, and it waits for a proof: ${who}`, { skip: cannotServeS3 }, () =>
    withBench(async (bench) => {
      let isAsked = false
      bench.proxy.behave(({ action }) => {
        if (action === 'complete') isAsked = true
        if (action === 'list-parts' && isAsked) return s3Error(404, 'NoSuchUpload')
        return action === 'head' && isAsked ? headManner : action === 'complete' ? 'other-tag' : 'pass'
      })
      const sent = sendFilm(bench)
      const looks = () => bench.proxy.asked.filter(({ action, status }) => action === 'head' && status > 0).length
      await until(() => looks() >= 8 || acceptedParts(bench).length > 3, 'it was asked for a proof again and again')
      assert.equal(findUpload(bench.db, key)?.fault?.kind, 'unconfirmed')
      assert.equal(acceptedParts(bench).length, 3)
      bench.proxy.behave(() => 'pass')
      assert.equal(await sent, key)
      await assertExactlyOnce(bench)
    }),
  )

test('a bucket that holds something else is sent the film again, with waits that grow, and that is told', { skip: cannotServeS3 }, () =>
  withBench(async (bench) => {
    let completes = 0
    bench.proxy.behave(({ action }) => {
      if (action === 'complete') completes += 1
      const isWrong = action === 'head' && (completes === 1 || completes === 2)
      return isWrong ? { status: 200, headers: { 'content-length': '5', etag: '"0"' } } : 'pass'
    })
    const lines: string[] = []
    const logger = pino({ level: 'error' }, { write: (line: string) => void lines.push(line) })
    assert.equal(await sendFilm(bench, { logger }), key)
    assert.equal(acceptedParts(bench).length, 9)
    assert.deepEqual(
      lines.map((line) => /"failures":(\d+).*holds something else/.exec(line)?.[1]),
      ['0', '1'],
      'the parts that arrive in between are no progress',
    )
    const told = bench.db.all("select facts from event where kind = 'upload.waiting'").map(({ facts }) => String(facts))
    assert.match(told.join(), /"unconfirmed"/)
    assert.equal(findUpload(bench.db, key)?.fault, undefined)
    await assertExactlyOnce(bench)
  }),
)

test('an object of ours that comes after the film has gone elsewhere is removed', { skip: cannotServeS3 }, () =>
  withBench(async (bench) => {
    let isLost = false
    let isHidden = true
    bench.proxy.behave(({ action }) => {
      if (action === 'complete' && !isLost) {
        isLost = true
        return 'lose-answer'
      }
      if (action === 'list-parts' && isLost) return s3Error(404, 'NoSuchUpload')
      if (action === 'list-uploads') isHidden = false // it is seen once the film has begun anew
      return action === 'head' && isLost && isHidden ? { status: 404 } : 'pass'
    })
    const at = await sendFilm(bench)
    assert.deepEqual((await bench.objects()).toSorted(), [at, key].toSorted())
    await tidied(bench)
    await assertExactlyOnce(bench, at)
  }),
)

test("somebody's object is never replaced: the film goes to a name beside it", { skip: cannotServeS3 }, () =>
  withBench(async (bench) => {
    await bench.write(key, Buffer.from('somebody else'))
    const at = await sendFilm(bench)
    assert.equal(at, key.replace('.mp4', '-2.mp4'))
    assert.equal((await bench.read(key)).toString('utf8'), 'somebody else')
    await assertExactlyOnce(bench, at, [key])
  }),
)

test('an object that comes while we send is not replaced either', { skip: cannotServeS3 }, () =>
  withBench(async (bench) => {
    let came = false
    bench.proxy.behave(async ({ action }) => {
      if (action !== 'complete' || came) return 'pass'
      came = true
      await bench.write(key, Buffer.from('somebody else'))
      return s3Error(412, 'PreconditionFailed')
    })
    const at = await sendFilm(bench)
    assert.equal(at, key.replace('.mp4', '-2.mp4'))
    await assertExactlyOnce(bench, at, [key])
  }),
)

const somebodys: Manner = { status: 200, headers: { 'content-length': '5', etag: '"5d41402abc4b2a76b9719d911017c592"' } }
const countOf = ({ proxy }: S3Bench, action: S3Action): number =>
  proxy.asked.filter((each) => each.action === action && each.status > 0).length
const waits = ({ db }: S3Bench): number => db.all("select 1 from event where kind = 'upload.waiting'").length

test(
  'a bucket in which an object stands under each name is looked at for so many names, then there is a rest; it is told once',
  { skip: cannotServeS3 },
  () =>
    withBench(async (bench) => {
      bench.proxy.behave(({ action }) => (action === 'head' ? somebodys : 'pass'))
      let rests = 0
      const sleep = (ms: number, signal?: AbortSignal): Promise<void> => systemClock.sleep(ms, signal).finally(() => (rests += 1))
      const sent = sendFilm(bench, { clock: { ...systemClock, sleep } })
      try {
        await until(() => rests >= 4, 'it was tried again and again')
        assert.ok(countOf(bench, 'head') <= 20 * (rests + 1), `${countOf(bench, 'head')} looks in ${rests + 1} tries`)
        assert.deepEqual([countOf(bench, 'begin'), acceptedParts(bench).length], [0, 0], 'nothing is sent to where it may not stay')
        const { objectKey, fault } = findUpload(bench.db, key) ?? {}
        assert.deepEqual([objectKey, fault?.kind, waits(bench)], [key, 'exists', 1])
      } finally {
        bench.proxy.behave(({ action, key: at }) => (action === 'head' && !at.endsWith('-3.mp4') ? somebodys : 'pass'))
        await sent
      }
      assert.equal(await sent, key.replace('.mp4', '-3.mp4'), 'the first that is free')
      assert.equal(acceptedParts(bench).length, 3, 'and it is sent once')
    }),
)

test(
  'a bucket in which an object comes under each name while the film is sent there is not sent it again and again',
  { skip: cannotServeS3 },
  () =>
    withBench(async (bench) => {
      const completed = new Set<string>()
      bench.proxy.behave(({ action, key: at }) => {
        if (action === 'complete') completed.add(at)
        return action === 'complete' ? s3Error(412, 'PreconditionFailed') : action === 'head' && completed.has(at) ? somebodys : 'pass'
      })
      let laterMs = 0
      const sent = sendFilm(bench, { clock: { ...systemClock, nowMs: () => Date.now() + laterMs } })
      try {
        await until(() => countOf(bench, 'complete') >= 8, 'it was offered the film again and again')
        assert.deepEqual([countOf(bench, 'begin'), acceptedParts(bench).length, waits(bench)], [2, 6, 1], 'under two names, once each')
        laterMs = 24 * 3_600_000
        const before = countOf(bench, 'complete')
        await until(() => countOf(bench, 'complete') >= before + 8, 'it was asked a day later')
        assert.deepEqual([countOf(bench, 'begin'), acceptedParts(bench).length], [3, 9], 'one more name a day')
      } finally {
        bench.proxy.behave(() => 'pass')
        await sent
      }
      assert.equal(await sent, key.replace('.mp4', '-3.mp4'))
      assert.equal(acceptedParts(bench).length, 9, 'what was sent stayed sent')
    }),
)

test('a bucket that calls each name taken and lets nobody look is not sent the film again and again', { skip: cannotServeS3 }, () =>
  withBench(async (bench) => {
    bench.proxy.behave(({ action }) =>
      action === 'complete' ? s3Error(412, 'PreconditionFailed') : action === 'head' ? s3Error(403, 'AccessDenied') : 'pass',
    )
    let laterMs = 0
    const sent = sendFilm(bench, { clock: { ...systemClock, nowMs: () => Date.now() + laterMs } })
    const count = (action: S3Action): number => countOf(bench, action)
    try {
      await until(() => count('complete') >= 8, 'it was offered the film again and again')
      assert.deepEqual([count('begin'), acceptedParts(bench).length], [2, 6], 'under two names, once each')
      const { objectKey, fault } = findUpload(bench.db, key) ?? {}
      assert.deepEqual([objectKey, fault?.kind], [key.replace('.mp4', '-2.mp4'), 'unconfirmed'])
      assert.match(fault?.hint ?? '', /s3:GetObject/)

      laterMs = 24 * 3_600_000
      const before = count('complete')
      await until(() => count('complete') >= before + 8, 'it was asked a day later')
      assert.deepEqual([count('begin'), acceptedParts(bench).length], [3, 9], 'one more name a day')
    } finally {
      bench.proxy.behave(({ action }) => (action === 'head' ? s3Error(403, 'AccessDenied') : 'pass'))
      await sent
    }
    const at = key.replace('.mp4', '-3.mp4')
    assert.equal(await sent, at)
    assert.equal(acceptedParts(bench).length, 9, 'what was sent stayed sent')
    await assertExactlyOnce(bench, at)
  }),
)

test(
  'days without a network: nothing is lost, nothing waits for it on this box, and all is sent once it is back',
  { skip: cannotServeS3 },
  () =>
    withBench(async (bench) => {
      bench.proxy.behave(() => 'cut')
      const first = await bench.store().deposit(key, { headerBytes: header.length, bodyBytes: 0 })
      for (const piece of body) await first.append(piece)
      const finished = first.finish(header)
      finished.catch(() => undefined)
      await until(() => bench.proxy.asked.length > 3, 'some tries')
      await first.close() // the box goes off
      await assert.rejects(finished, { code: 'canceled' })
      bench.proxy.behave(() => 'pass')
      const second = await bench.store().deposit(key, { headerBytes: header.length, bodyBytes: film.length - header.length })
      await second.finish(header)
      await second.close()
      await assertExactlyOnce(bench)
      assert.equal(sentBytes(bench), film.length)
    }),
)

test(
  'what has gone of parts that have not arrived is known while they are under way, and nothing of it once they are lost',
  { skip: cannotServeS3 },
  () =>
    withBench(async (bench) => {
      bench.proxy.behave(({ action }) => (action === 'part' ? 'stall' : 'pass'))
      const uplink = openUplink({ db: bench.db, clock: systemClock }, freeUplink)
      const store = bench.store({ uplink, bucketOptions: { uplink } })
      const deposit = await store.deposit(key, { headerBytes: header.length, bodyBytes: 0 })
      try {
        for (const piece of body) await deposit.append(piece)
        deposit.finish(header).catch(() => undefined)
        // The store takes nothing: what the kernel still keeps of it has not gone.
        await until(() => uplink.now().underWayBytes + queuedToSend() === film.length, 'all of it on its way')
      } finally {
        await deposit.close()
      }
      assert.equal(uplink.now().underWayBytes, 0)
    }),
)

test('parts that become whole while another one is under way are sent beside it', { skip: cannotServeS3 }, () =>
  withBench(async (bench) => {
    bench.proxy.behave(({ action }) => (action === 'part' ? 'stall' : 'pass'))
    const asked = (): number => bench.proxy.asked.filter(({ action }) => action === 'part').length
    const long = noise('beside', 31) // 7 parts, 5 of which may go before the end
    const deposit = await bench.store().deposit(key, { headerBytes: header.length, bodyBytes: 0 })
    try {
      for (const piece of long.slice(0, 10)) await deposit.append(piece)
      await until(() => asked() === 1, 'the first one that may go')
      for (const piece of long.slice(10, 15)) await deposit.append(piece)
      await until(() => asked() === 2, 'the next one beside it')
      for (const piece of long.slice(15)) await deposit.append(piece)
      await until(() => asked() === 3, 'three of them')
    } finally {
      await deposit.close()
    }
    assert.equal(asked(), 3)
  }),
)

test('a part whose row a crash swallowed is taken for sent when it is what the disk has', { skip: cannotServeS3 }, () =>
  withBench(async (bench) => {
    const first = await bench.store().deposit(key, { headerBytes: header.length, bodyBytes: 0 })
    for (const piece of body) await first.append(piece)
    await until(() => acceptedParts(bench).includes(2), 'the second part in the bucket')
    const upload = findUpload(bench.db, key)
    await until(() => listSentParts(bench.db, upload?.id ?? '').length > 0, 'its row')
    await first.close()
    bench.db.run('delete from upload_part')
    const second = await bench.store().deposit(key, { headerBytes: header.length, bodyBytes: film.length - header.length })
    await second.finish(header)
    await second.close()
    await assertExactlyOnce(bench)
    assert.equal(sentBytes(bench), film.length)
  }),
)

test('parts that the bucket lists on many pages are not sent again', { skip: cannotServeS3 }, () =>
  withBench(async (bench) => {
    const long = noise('long', 61) // 13 parts, 11 of which are whole before the end
    const first = await bench.store().deposit(key, { headerBytes: header.length, bodyBytes: 0 })
    for (const piece of long) await first.append(piece)
    await until(() => bench.db.get('select count(*) as n from upload_part')?.['n'] === 11, 'the rows of all whole parts')
    await first.close()
    bench.proxy.behave(({ action }) => (action === 'list-parts' ? 'short-pages' : 'pass'))
    const second = await bench.store().deposit(key, { headerBytes: header.length, bodyBytes: Buffer.concat(long).length })
    await second.finish(header)
    await second.close()
    assert.equal(acceptedParts(bench).length, 13)
    assert.ok(bench.proxy.asked.filter(({ action }) => action === 'list-parts').length >= 11)
    assert.ok((await bench.read(key)).equals(Buffer.concat([header, ...long])))
  }),
)

test('a film whose header needs another room begins anew, and what was begun of it is cleared away', { skip: cannotServeS3 }, () =>
  withBench(async (bench) => {
    const first = await bench.store().deposit(key, { headerBytes: 8_192, bodyBytes: 0 })
    for (const piece of body) await first.append(piece)
    await until(() => acceptedParts(bench).length > 0, 'a part in the bucket')
    await first.close()
    await sendFilm(bench)
    await assertExactlyOnce(bench)
  }),
)
