import assert from 'node:assert/strict'
import { test } from 'node:test'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { openDatabase, type Database } from '../adapters/sqlite.ts'
import { bootId } from '../base/clock.ts'
import { startChild } from '../base/process.ts'
import { processStartTicks } from '../base/process-look.ts'
import { claimStep, ownerOf, releaseStep, renewLease, type StepClaim } from './step-lease.ts'

const leaseMs = 20_000

function withStep(state = 'pending'): Database {
  const db = openDatabase(':memory:')
  db.run(
    "insert into booking (id, user_id, rig_id, starts_at_ms, ends_at_ms, created_at_ms, updated_at_ms) values ('b', 'u', 'rig', 1, 2, 0, 0)",
  )
  db.run(
    "insert into recording (id, booking_id, rig_id, folder, starts_at_ms, ends_at_ms, fps, camera_width, camera_height, layout, opened_at_ms) values ('r', 'b', 'rig', 'f', 1, 2, 25, 2, 2, 'side-by-side', 0)",
  )
  db.run("insert into step (recording_id, name, state, updated_at_ms) values ('r', 'merge', ?, 0)", state)
  return db
}

const claim = (db: Database, owner: string, nowMs: number): StepClaim | undefined =>
  claimStep(db, { recordingId: 'r', name: 'merge', owner, nowMs })
const mustClaim = (db: Database, owner: string, nowMs: number): StepClaim => claim(db, owner, nowMs) ?? assert.fail('not to be had')

/** Somebody who is alive: the process that runs the tests, under another service's name. */
const alive = `other ${bootId()} ${process.ppid} ${processStartTicks(process.ppid) ?? 0}`
const me = ownerOf('worker')

test('an owner is told by service, boot, process and its start', () => {
  assert.equal(me, `worker ${bootId()} ${process.pid} ${processStartTicks(process.pid)}`)
})

test('a pending step is had once; while its holder lives and renews, nobody else has it', () => {
  using db = withStep()
  const held = mustClaim(db, alive, 1_000)
  assert.deepEqual(held, { recordingId: 'r', name: 'merge', owner: alive, generation: 1, attempts: 0 })
  assert.equal(claim(db, me, 1_000 + leaseMs), undefined)
  renewLease(db, held, 15_000)
  assert.equal(claim(db, me, 15_000 + leaseMs), undefined)
  assert.equal(db.get('select state from step')?.['state'], 'working')
  assert.deepEqual(
    db.all('select from_state, to_state from transition').map((row) => ({ ...row })),
    [{ from_state: 'pending', to_state: 'working' }],
  )
})

test('a late holder loses it, and can then neither renew nor give back what another holds', () => {
  using db = withStep()
  const late = mustClaim(db, alive, 0)
  const mine = mustClaim(db, me, leaseMs + 1)
  assert.equal(mine.generation, 2)
  const before = { ...db.get('select * from step') }
  renewLease(db, late, 900_000)
  releaseStep(db, late, { nowMs: 900_000, failed: { code: 'internal', message: 'late', notBeforeMs: 999_999 } })
  assert.deepEqual({ ...db.get('select * from step') }, before)
  assert.equal(before['lease_owner'], me)
})

test("a dead holder's step is free at once, also that of a process whose id lives on in another, or of an earlier boot", async () => {
  const child = await startChild(process.execPath, ['-e', ''])
  const dead = `worker ${bootId()} ${child.pid} ${processStartTicks(child.pid) ?? 1}`
  await child.exited
  for (const gone of [
    dead,
    `worker ${bootId()} ${process.ppid} 1`,
    `worker earlier-boot ${process.ppid} ${processStartTicks(process.ppid)}`,
    'nonsense',
  ]) {
    using db = withStep()
    mustClaim(db, gone, 1_000)
    assert.equal(mustClaim(db, me, 1_000).generation, 2, gone)
  }
})

test('a process may claim again what it holds itself', () => {
  using db = withStep()
  mustClaim(db, me, 0)
  assert.equal(mustClaim(db, me, 1).generation, 2)
})

test('a step that is given back is free at once; after a failed try not before its back-off', () => {
  using db = withStep()
  releaseStep(db, mustClaim(db, alive, 0), { nowMs: 5 })
  const again = mustClaim(db, alive, 6)
  assert.equal(again.attempts, 0)
  releaseStep(db, again, { nowMs: 10, failed: { code: 'timeout', message: 'm'.repeat(900), notBeforeMs: 700 } })
  assert.equal(claim(db, me, 699), undefined)
  assert.equal(claim(db, alive, 699), undefined)
  const row = db.get('select * from step')
  assert.deepEqual([row?.['failed_code'], String(row?.['failed_message']).length, row?.['lease_owner']], ['timeout', 500, null])
  assert.equal(mustClaim(db, me, 700).attempts, 1)
})

test('what is done or failed is not to be had', () => {
  for (const state of ['done', 'failed']) {
    using db = withStep(state)
    assert.equal(claim(db, me, 1e12), undefined)
  }
})

test('of many processes that ask for one step one gets it', async () => {
  using folder = temporaryFolder()
  const file = folder.file('db.sqlite')
  using db = openDatabase(file)
  using source = withStep()
  for (const table of ['booking', 'recording', 'step'])
    for (const row of source.all(`select * from ${table}`)) {
      const names = Object.keys(row)
      const values = Object.values(row).map((value) => (typeof value === 'number' || typeof value === 'string' ? value : null))
      db.run(`insert into ${table} (${names.join()}) values (${names.map(() => '?').join()})`, ...values)
    }
  const program = `
    import { openDatabase } from ${JSON.stringify(import.meta.resolve('../adapters/sqlite.ts'))}
    import { claimStep, ownerOf } from ${JSON.stringify(import.meta.resolve('./step-lease.ts'))}
    const db = openDatabase(${JSON.stringify(file)})
    process.stdin.once('data', () => {
      console.log(claimStep(db, { recordingId: 'r', name: 'merge', owner: ownerOf('w'), nowMs: 1 })?.generation ?? 'none')
    }).once('end', () => db.close())
    console.log('ready')`
  const children = await Promise.all(
    Array.from({ length: 3 }, () =>
      startChild(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module-typescript', '-e', program], {
        stdin: 'pipe',
        stdout: 'pipe',
      }),
    ),
  )
  const said = children.map(({ stdout }) => {
    let text = ''
    stdout?.on('data', (piece: Buffer) => (text += piece.toString()))
    return { ready: () => text.includes('ready'), answer: () => text.split('\n')[1] }
  })
  while (!said.every(({ ready }) => ready()))
    await Promise.race(children.map(({ stdout }) => new Promise((resolve) => stdout?.once('data', resolve))))
  for (const { stdin } of children) stdin?.write('go')
  while (!said.every(({ answer }) => answer()))
    await Promise.race(children.map(({ stdout }) => new Promise((resolve) => stdout?.once('data', resolve))))
  for (const { stdin } of children) stdin?.end()
  await Promise.all(children.map(({ exited }) => exited))
  assert.deepEqual(
    said.map(({ answer }) => answer() ?? '').toSorted((a, b) => a.localeCompare(b)),
    ['1', 'none', 'none'],
  )
})
