// `lab stores`: the contract tests of the store, asked of a newer Swift and of Ceph's S3 gateway, which is asked for its lifecycle rules as well.
// Never skips one that does not start: that is a fault.

import { randomBytes } from 'node:crypto'
import { cp, mkdir } from 'node:fs/promises'
import path from 'node:path'
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  PutBucketLifecycleConfigurationCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { systemClock } from '../../src/base/clock.ts'
import { runChild, startChild } from '../../src/base/process.ts'
import { openBucket } from '../../src/publish/stores/s3/bucket.ts'
import { judgeLifecycle, leastDays } from '../../src/publish/stores/s3/lifecycle-policy.ts'
import type { Context, Point, Scenario } from '../harness.ts'
import { lifecycleDaySeconds, startCeph } from './ceph.ts'
import { makeStoresRoot, storesFolder, versionOf, within } from './debian-root.ts'
import { otherServerVariable, tellOtherServer, type OtherServer } from './other-server.ts'

const repository = path.resolve(import.meta.dirname, '..', '..')
const suitesOf = (names: readonly string[]): string[] => names.map((name) => path.join(repository, name))
const stores = 'src/publish/stores'
const thorough = [`${stores}/s3/offline.test.ts`, `${stores}/s3/extended.test.ts`, 'tests/path/bucket.test.ts']
const bounded = [`${stores}/store-contract.test.ts`, `${stores}/s3/upload.test.ts`]

export const storesScenario: Scenario = {
  kind: 'lab',
  name: 'stores',
  summary: "the bucket's tests against Debian 13's Swift and Ceph RGW, lifecycle rules included (wants root, debootstrap, 2 GB)",
  run: (context) => askStores(context, suitesOf([...bounded, ...thorough])),
}

/** What `./ezrec test` has time for. */
export const storesBounded: Scenario = { ...storesScenario, run: (context) => askStores(context, suitesOf(bounded)) }

async function* askStores(context: Context, suites: readonly string[]): AsyncGenerator<Point> {
  const { cacheFolder, say, signal } = context
  const root = await makeStoresRoot(storesFolder(cacheFolder), say, signal)
  {
    await using server = await startNewerSwift(root)
    yield await contract(context, `Swift ${await versionOf(root, 'python3-swift', signal)}`, server, suites)
  }
  await using ceph = await startCeph(root, signal)
  const name = `Ceph RGW ${await versionOf(root, 'radosgw', signal)}`
  yield* await Promise.all([contract(context, name, ceph, suites), lifecycle(context, ceph)])
}

/** The tests' own program, with the Swift of that Debian. */
async function startNewerSwift(root: string): Promise<OtherServer> {
  const home = `/srv/swift-${randomBytes(4).toString('hex')}`
  await mkdir(path.join(root, home))
  await cp(path.join(repository, 'tests', 'programs', 'swift-server.py'), path.join(root, home, 'swift-server.py'))
  const command = ['/usr/bin/python3', '-B', `${home}/swift-server.py`, home]
  const server = await startChild('setpriv', within(root, command), { stdin: 'pipe', stdout: 'pipe' })
  const port = await new Promise<number>((resolve, reject) => {
    server.stdout?.once('data', (text: Buffer) => resolve(Number(text.toString('latin1'))))
    void server.exited.then(() => reject(new Error(`Swift ended: ${server.stderrTail().slice(-800)}`)))
  })
  const close = async (): Promise<void> => {
    await server.stop()
    await runChild('rm', ['-rf', path.join(root, home)])
  }
  return { port, accessKeyId: 'ezrec:ci', secretAccessKey: 'an-open-secret', [Symbol.asyncDispose]: close }
}

async function contract({ say, signal, folder }: Context, name: string, server: OtherServer, suites: readonly string[]): Promise<Point> {
  say(name)
  const { code, stdout } = await runChild(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--test', '--test-timeout=300000', '--test-reporter=tap', ...suites],
    {
      env: { [otherServerVariable]: tellOtherServer(server), TMPDIR: folder },
      cwd: repository,
      signal,
      timeoutMs: 1_800_000,
      maxOutputBytes: 64e6,
    },
  )
  const told = stdout.toString('utf8')
  const count = (what: string): number => Number(new RegExp(`^# ${what} (\\d+)`, 'm').exec(told)?.[1] ?? 0)
  const failed = [...told.matchAll(/^ *not ok \d+ - (.*)$/gm)].map(([, what = '']) => what)
  return {
    name: `the contract, asked of ${name}`,
    faults: [...(code === 0 && count('pass') > 0 ? [] : [`${failed.length} failed`]), ...failed],
    figures: { passed: count('pass'), failed: count('fail'), skipped: count('skipped') },
  }
}

/** The rule that doctor offers clears away what was begun and left; ours is read back and judged as doctor does. */
async function lifecycle({ signal }: Context, { port, accessKeyId, secretAccessKey }: OtherServer): Promise<Point> {
  const Bucket = `rules-${randomBytes(4).toString('hex')}`
  const options = {
    bucket: Bucket,
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${port}`,
    forcePathStyle: true,
    accessKeyId,
    secretAccessKey,
    timeoutSeconds: 30,
  }
  const client = new S3Client({
    endpoint: options.endpoint,
    region: options.region,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  })
  const bucket = openBucket(options)
  const openCount = async (): Promise<number> => (await client.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads?.length ?? 0
  try {
    await client.send(new CreateBucketCommand({ Bucket }))
    const before = judgeLifecycle(await bucket.lifecycle(signal))
    const AbortIncompleteMultipartUpload = { DaysAfterInitiation: leastDays }
    const Rules = [{ ID: 'ezrec-leftovers', Status: 'Enabled' as const, Filter: { Prefix: '' }, AbortIncompleteMultipartUpload }]
    await client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }))
    const after = judgeLifecycle(await bucket.lifecycle(signal))
    await client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'left/behind.mp4' }))
    const [begun, beganMs] = [await openCount(), performance.now()]
    const longestMs = (leastDays + 20) * lifecycleDaySeconds * 1_000
    while ((await openCount()) > 0 && performance.now() - beganMs < longestMs) await systemClock.sleep(1_000, signal)
    const days = (performance.now() - beganMs) / 1_000 / lifecycleDaySeconds
    const left = await openCount()
    return {
      name: 'the rule for what is left behind',
      faults: [
        ...(before === 'none' && after === 'good' ? [] : [`without the rule it is judged ${before}, with it ${after}`]),
        ...(begun === 1 && left === 0 ? [] : [`${begun} uploads were begun, ${left} are left after ${days.toFixed(1)} days`]),
        ...(days >= leastDays - 1 ? [] : [`it was cleared away after ${days.toFixed(1)} days already`]),
      ],
      figures: { days: Math.round(days * 10) / 10 },
    }
  } finally {
    bucket.close()
    client.destroy()
  }
}
