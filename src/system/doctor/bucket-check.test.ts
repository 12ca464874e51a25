import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openS3Proxy, s3Error } from '../../../tests/s3-proxy.ts'
import { judgeSettings } from '../../../config/settings.ts'
import { openDatabase } from '../../adapters/sqlite.ts'
import { faultOf } from '../../publish/stores/s3/fault-policy.ts'
import { noteFault, openUploadRow } from '../../publish/stores/s3/upload-ledger.ts'
import { lookAtBucket } from './bucket-check.ts'

const never = new AbortController().signal

const storageOf = (env: Record<string, string>) => judgeSettings(env, { home: '/srv/box', cwd: '/' }).settings.storage

test('the bucket is told as it answers, with the mend, and what waits for it is named', async () => {
  assert.deepEqual(await lookAtBucket(storageOf({}), undefined, never), [])
  await using proxy = await openS3Proxy(9)
  const storage = storageOf({
    AWS_ACCESS_KEY_ID: 'some-access-key',
    AWS_SECRET_ACCESS_KEY: 'a-secret-of-some-length',
    S3_BUCKET: 'films',
    S3_ENDPOINT: `http://127.0.0.1:${proxy.port}`,
    S3_FORCE_PATH_STYLE: 'true',
  })
  const told = async () =>
    (await lookAtBucket(storage, undefined, never)).filter(({ name }) => name === 'bucket').map(({ status, mend = '' }) => [status, mend])
  const noUpload = s3Error(404, 'NoSuchUpload')
  proxy.behave(() => noUpload)
  assert.deepEqual(await told(), [['healthy', '']])
  proxy.behave(({ action }) => (action === 'head' ? s3Error(403, 'AccessDenied') : noUpload))
  assert.deepEqual(await told(), [['healthy', '']])
  const rules = (body: string) => async () => {
    proxy.behave(({ action, key }) =>
      action === 'get' && /^\/films\/?$/.test(key) ? { status: 200, headers: { 'content-type': 'application/xml' }, body } : noUpload,
    )
    return (await lookAtBucket(storage, undefined, never)).find(({ name }) => name.startsWith('leftovers'))
  }
  const rule = (days: number) =>
    `<LifecycleConfiguration><Rule><ID>a</ID><Filter><Prefix></Prefix></Filter><Status>Enabled</Status><AbortIncompleteMultipartUpload><DaysAfterInitiation>${days}</DaysAfterInitiation></AbortIncompleteMultipartUpload></Rule></LifecycleConfiguration>`
  assert.equal((await rules(rule(7))())?.status, 'healthy')
  assert.match((await rules(rule(2))())?.message ?? '', /less than 7 days/)
  assert.match(
    (await rules('<LifecycleConfiguration></LifecycleConfiguration>')())?.mend ?? '',
    /put-bucket-lifecycle-configuration --bucket films/,
  )
  proxy.behave(({ action }) => (action === 'head' ? s3Error(404, 'NotFound') : s3Error(404, 'NoSuchBucket')))
  assert.match(String(await told()), /^unhealthy,.*S3_BUCKET/)
  proxy.behave(() => s3Error(403, 'AccessDenied'))
  assert.match(String(await told()), /^unhealthy,.*s3:PutObject/)
  proxy.behave(() => 'cut')
  assert.match(String(await told()), /^unhealthy,.*network/)
  proxy.behave(() => noUpload)
  using db = openDatabase(':memory:')
  const form = { place: 'p', objectKey: 'u/d/f.mp4', partBytes: 1, headerBytes: 1 }
  const upload = openUploadRow(db, { filmKey: 'u/d/f.mp4', ...form }, 1)
  noteFault(db, upload, faultOf({ action: 'UploadPart', name: 'AccountProblem' }), 2)
  const waits = (await lookAtBucket(storage, db, never)).find(({ name }) => name === 'upload')
  assert.equal(waits?.status, 'degraded')
  assert.match(`${waits?.message} ${waits?.mend}`, /u\/d\/f\.mp4 .*quota.*account/)
})
