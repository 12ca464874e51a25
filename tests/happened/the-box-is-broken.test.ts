// Ten boxes and more, broken in one way each: doctor names the fault and the mend, and ends with 1.
// Nothing is repaired and nothing is changed: doctor only looks.

import assert from 'node:assert/strict'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { readClockEvidence } from '../../src/adapters/clock-evidence.ts'
import { openDatabase } from '../../src/adapters/sqlite.ts'
import { cannotBecomeSomebody, cannotMount, nobodyElse } from '../machine.ts'
import { openHome, rigEnvironment, type Home } from '../real-session.ts'
import { openS3Bench } from '../s3-bench.ts'
import { cannotServeS3, startSwift } from '../swift.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { memoryDisk } from './failing-disk.ts'

const diagnosis = z.object({
  status: z.enum(['healthy', 'degraded', 'unhealthy']),
  findings: z.array(z.object({ name: z.string(), status: z.string(), message: z.string(), mend: z.string().optional() })),
})

type Expected = { readonly name: string; readonly is: 'degraded' | 'unhealthy'; readonly says: RegExp; readonly mend: RegExp }

async function assertNamed(home: Home, { name, is, says, mend }: Expected, env: Readonly<Record<string, string>> = {}): Promise<void> {
  const { code, stdout, stderr } = await home.run(['doctor', '--json'], env)
  assert.equal(code, 1, stderr)
  const { findings } = diagnosis.parse(JSON.parse(stdout))
  const found = findings.find((each) => each.name === name && each.status === is && says.test(each.message))
  assert.ok(found, `${name} is ${is}, ${says}: ${JSON.stringify(findings.filter((each) => each.status !== 'healthy'))}`)
  assert.match(found.mend ?? '', mend)
}

test('a machine without ffmpeg', async () => {
  await using home = await openHome()
  await assertNamed(home, { name: 'ffmpeg', is: 'unhealthy', says: /could not start ffmpeg/, mend: /install ffmpeg/ }, { PATH: '/nowhere' })
})

test('settings that are wrong, beside programs that are well', async () => {
  await using home = await openHome()
  const wrong = { name: 'settings', is: 'unhealthy', says: /^API_PORT: /, mend: /^for example API_PORT=/ } as const
  await assertNamed(home, wrong, { API_PORT: 'eighty' })
})

test('a camera that is not there', async () => {
  await using home = await openHome()
  const dead = { name: 'left camera', is: 'unhealthy', says: /video99/, mend: /\w/ } as const
  await assertNamed(home, dead, { CAMERA_LEFT: 'v4l2:/dev/video99' })
})

test('a database that is no database', async () => {
  await using home = await openHome()
  await writeFile(path.join(home.folder, 'ezrec.sqlite'), Buffer.alloc(65_536, 'damage'))
  await assertNamed(home, { name: 'database integrity', is: 'unhealthy', says: /\w/, mend: /\w/ })
})

test('services that are silent, and films that wait for them', async () => {
  await using home = await openHome()
  using db = openDatabase(path.join(home.folder, 'ezrec.sqlite'))
  db.run("insert into heartbeat values ('dual_recorder', 1, ?, 'idle')", Date.now() - 120_000)
  await assertNamed(home, { name: 'recorder', is: 'degraded', says: /^was alive 12\d s ago$/, mend: /ezrec recorder.*dual_recorder\.log/ })
  await assertNamed(home, { name: 'api', is: 'degraded', says: /no answer|answers there/, mend: /ezrec api/ }, { API_PORT: '9' })
  await writeFile(path.join(home.folder, 'api.json'), JSON.stringify({ port: 7, host: '127.0.0.1', url: 'http://127.0.0.1:7', pid: 1 }))
  await assertNamed(home, { name: 'api', is: 'degraded', says: /^http:\/\/127\.0\.0\.1:7\/health: /, mend: /ezrec api/ })
})

test('a folder that this user may not write', { skip: cannotBecomeSomebody }, async () => {
  await mkdir(rigEnvironment.CACHE_DIR, { recursive: true }) // a copy of it becomes that user's
  await using home = await openHome({ asUser: nobodyElse })
  const takes = path.join(home.folder, 'closed')
  await mkdir(takes)
  await chmod(takes, 0o555)
  await assertNamed(
    home,
    { name: 'folders', is: 'unhealthy', says: /^TAKES_DIR: .*may not be written/, mend: /chown/ },
    { TAKES_DIR: takes },
  )
})

test('a disk without room', { skip: cannotMount }, async () => {
  await using home = await openHome()
  await using disk = await memoryDisk(4_096)
  await assertNamed(home, { name: 'room', is: 'unhealthy', says: /0\.0 hours of recording/, mend: /larger disk/ }, { STORE_DIR: disk.path })
})

const isKept = readClockEvidence().synchronized === true && 'a time server keeps the clock of this machine: it cannot be stale'

test('a clock that stands behind what the box has seen already, and that nobody has set', { skip: isKept }, async () => {
  await using home = await openHome()
  await writeFile(path.join(home.folder, 'box-time.json'), JSON.stringify({ version: 1, floorMs: Date.now() + 86_400_000, boots: [] }))
  const stale = {
    name: 'clock',
    is: 'unhealthy',
    says: /^nobody has set the clock since the boot; it says \d{4}-/,
    mend: /timedatectl/,
  } as const
  await assertNamed(home, stale, { CLOCK_TRUST: 'auto' })
})

test('a bucket that is not there, one of another region, a key that is wrong: each by its name', { skip: cannotServeS3 }, async () => {
  using folder = temporaryFolder()
  await using swift = await startSwift()
  await using bench = await openS3Bench(swift, folder.path)
  const { bucket, endpoint, region, accessKeyId, secretAccessKey } = swift.options(bench.name)
  const right = {
    S3_BUCKET: bucket,
    S3_ENDPOINT: endpoint ?? '',
    S3_FORCE_PATH_STYLE: 'true',
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  }
  await using home = await openHome()
  const bucketIs = (says: RegExp, mend: RegExp, env: Readonly<Record<string, string>>): Promise<void> =>
    assertNamed(home, { name: 'bucket', is: 'unhealthy', says, mend }, { ...right, ...env })
  await Promise.all([
    bucketIs(/there is no such bucket/, /S3_BUCKET/, { S3_BUCKET: `${bucket}-of-nobody` }),
    bucketIs(/another region/, /AWS_DEFAULT_REGION/, { AWS_DEFAULT_REGION: 'eu-central-1' }),
    bucketIs(/does not accept these credentials/, /AWS_SECRET_ACCESS_KEY/, { AWS_SECRET_ACCESS_KEY: 'another-secret-of-some-length' }),
  ])
  const { stdout } = await home.run(['doctor', '--json'], right)
  const { findings } = diagnosis.parse(JSON.parse(stdout))
  assert.equal(findings.find(({ name }) => name === 'bucket')?.status, 'healthy', 'with the right ones nothing is wrong')
})
