import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openS3Proxy, s3Error, type Asked, type Manner } from '../../../tests/s3-proxy.ts'
import { judgeSettings } from '../../../config/settings.ts'
import { openDatabase, type Database } from '../../adapters/sqlite.ts'
import { faultOf } from '../../publish/stores/s3/fault-policy.ts'
import { noteFault, openUploadRow } from '../../publish/stores/s3/upload-ledger.ts'
import { lookAtBucket } from './bucket-check.ts'
import type { Finding } from './finding.ts'

const never = new AbortController().signal
const storageOf = (env: Record<string, string>) => judgeSettings(env, { home: '/srv/box', cwd: '/' }).settings.storage

const xml = (body: string): Manner => ({ status: 200, headers: { 'content-type': 'application/xml' }, body })

/** A bucket that takes, keeps and removes what the doctor writes; some requests go otherwise. */
const bucketThat =
  (otherwise: Partial<Record<Asked['action'], Manner>> = {}) =>
  ({ action }: Asked): Manner => {
    const etag = '"0123456789abcdef0123456789abcdef"'
    const well: Partial<Record<Asked['action'], Manner>> = {
      put: { status: 200, headers: { etag } },
      head: { status: 200, headers: { etag, 'content-length': '57' } },
      delete: { status: 204 },
      begin: xml('<InitiateMultipartUploadResult><UploadId>one</UploadId></InitiateMultipartUploadResult>'),
      abort: { status: 204 },
      'list-parts': xml('<ListPartsResult><IsTruncated>false</IsTruncated></ListPartsResult>'),
      'list-uploads': xml('<ListMultipartUploadsResult><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>'),
      'list-versions': xml('<ListVersionsResult><IsTruncated>false</IsTruncated></ListVersionsResult>'),
    }
    return otherwise[action] ?? well[action] ?? s3Error(404, 'NoSuchUpload')
  }

const denied = s3Error(403, 'AccessDenied')

test('the bucket is told as it answers, with the mend, and what waits for it is named', async (t) => {
  assert.deepEqual(await lookAtBucket({ storage: storageOf({}), rigId: 'court', db: undefined }, never), [])
  await using proxy = await openS3Proxy(9)
  const storage = storageOf({
    AWS_ACCESS_KEY_ID: 'some-access-key',
    AWS_SECRET_ACCESS_KEY: 'a-secret-of-some-length',
    S3_BUCKET: 'films',
    S3_ENDPOINT: `http://127.0.0.1:${proxy.port}`,
    S3_FORCE_PATH_STYLE: 'true',
  })
  const look = (db?: Database): Promise<readonly Finding[]> => lookAtBucket({ storage, rigId: 'court 1/../2', db }, never)
  const told = async (manner: (asked: Asked) => Manner): Promise<string> => {
    proxy.behave(manner)
    const found = (await look()).find(({ name }) => name === 'bucket')
    return `${found?.status}: ${found?.message} / ${found?.mend ?? ''}`
  }

  await t.test('a key that may do all leaves nothing behind', async () => {
    assert.match(await told(bucketThat()), /^healthy: \S+ an object was written, looked at, removed \/ $/)
    const changes: readonly string[] = ['put', 'head', 'delete', 'begin', 'abort']
    const touched = proxy.asked.filter(({ action }) => changes.includes(action))
    assert.deepEqual(
      touched.map(({ action, key }) => [action, key]),
      changes.map((action) => [action, '/films/ezrec-doctor/court_1____2']),
    )
  })

  await t.test('what a box can do without is a remark, and what it cannot do without is not', async () => {
    assert.match(await told(bucketThat({ head: { status: 403 } })), /^healthy: .* written, removed; .*s3:GetObject.* no link/)
    assert.match(
      await told(bucketThat({ delete: denied })),
      /^healthy: .* written, looked at; .*s3:DeleteObject.*ezrec-doctor\/court_1____2 stays/,
    )
    assert.match(await told(bucketThat({ 'list-parts': denied })), /^healthy: .*s3:ListMultipartUploadParts/)
    assert.match(await told(bucketThat({ abort: denied })), /^healthy: .*s3:AbortMultipartUpload.* by a rule of the bucket/)
    assert.match(await told(bucketThat({ 'list-versions': denied })), /^healthy: .*s3:ListBucketVersions/)
    assert.match(await told(bucketThat({ 'list-uploads': denied })), /^healthy: \S+ an object was written, looked at, removed \/ $/)
    assert.match(await told(bucketThat({ begin: denied })), /^unhealthy: .*in parts cannot be begun/)
    assert.match(await told(bucketThat({ put: denied })), /^unhealthy: .*may not do this \/ allow s3:PutObject/)
  })

  await t.test('an upload that an earlier look could not abort is taken again', async () => {
    const key = 'ezrec-doctor/court_1____2'
    const left = xml(`<ListMultipartUploadsResult><Upload><Key>${key}</Key><UploadId>old</UploadId></Upload></ListMultipartUploadsResult>`)
    const before = proxy.asked.length
    await told(bucketThat({ 'list-uploads': left, abort: denied }))
    assert.deepEqual(
      proxy.asked.slice(before).flatMap(({ action }) => (['begin', 'abort'].includes(action) ? [action] : [])),
      ['abort'],
    )
  })

  await t.test('a store that says yes and keeps nothing', async () => {
    assert.match(
      await told(bucketThat({ head: s3Error(404, 'NotFound') })),
      /^unhealthy: .*not there: no bytes instead of 57 \/ check S3_ENDPOINT/,
    )
  })

  await t.test('wrong names and lost networks', async () => {
    assert.match(await told(() => s3Error(404, 'NoSuchBucket')), /^unhealthy.*S3_BUCKET/)
    assert.match(await told(() => 'cut'), /^unhealthy.*network/)
    const body = '<Error><Code>AuthorizationHeaderMalformed</Code><Message>no</Message><Region>eu-west-1</Region></Error>'
    const elsewhere = { status: 400, headers: { 'content-type': 'application/xml' }, body }
    assert.match(await told(() => elsewhere), /^unhealthy: .*another region \/ set AWS_DEFAULT_REGION=eu-west-1 and restart/)
  })

  await t.test('rules against leftovers', async () => {
    const rules = async (body: string): Promise<Finding | undefined> => {
      const answer = { status: 200, headers: { 'content-type': 'application/xml' }, body }
      proxy.behave((asked) => (asked.action === 'get' && /^\/films\/?$/.test(asked.key) ? answer : bucketThat()(asked)))
      return (await look()).find(({ name }) => name.startsWith('leftovers'))
    }
    const rule = (days: number): string =>
      `<LifecycleConfiguration><Rule><ID>a</ID><Filter><Prefix></Prefix></Filter><Status>Enabled</Status><AbortIncompleteMultipartUpload><DaysAfterInitiation>${days}</DaysAfterInitiation></AbortIncompleteMultipartUpload></Rule></LifecycleConfiguration>`
    assert.equal((await rules(rule(7)))?.status, 'healthy')
    assert.match((await rules(rule(2)))?.message ?? '', /less than 7 days/)
    assert.match(
      (await rules('<LifecycleConfiguration></LifecycleConfiguration>'))?.mend ?? '',
      /put-bucket-lifecycle-configuration --bucket films/,
    )
  })

  await t.test('uploads that wait', async () => {
    proxy.behave(bucketThat())
    using db = openDatabase(':memory:')
    const form = { place: 'p', objectKey: 'u/d/f.mp4', partBytes: 1, headerBytes: 1 }
    const upload = openUploadRow(db, { filmKey: 'u/d/f.mp4', ...form }, 1)
    noteFault(db, upload, faultOf({ action: 'UploadPart', name: 'AccountProblem' }), 2)
    const waits = (await look(db)).find(({ name }) => name === 'upload')
    assert.equal(waits?.status, 'degraded')
    assert.match(`${waits?.message} ${waits?.mend}`, /u\/d\/f\.mp4 .*quota.*account/)
  })
})
