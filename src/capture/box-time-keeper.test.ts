import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { pino } from 'pino'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import type { ClockEvidence } from '../adapters/clock-evidence.ts'
import { readClockEvidence } from '../adapters/clock-evidence.ts'
import { openBoxClock, readBoxTimes } from './box-time-file.ts'
import { keepBoxTime } from './box-time-keeper.ts'

const noon = Date.UTC(2026, 4, 2, 12)
const log = pino({ level: 'silent' })

/** A box without a battery clock, whose wall clock a test sets. */
function aBox(): {
  wrongByMs: number
  upS: number
  evidence: ClockEvidence
  clock: { nowMs(): number; monotonicUs(): number; sleep(): Promise<void> }
} {
  const box = {
    wrongByMs: -7_200_000,
    upS: 20,
    evidence: { synchronized: false as boolean | undefined, rtcMs: undefined, isBoard: true },
    clock: { nowMs: () => noon + box.upS * 1_000 + box.wrongByMs, monotonicUs: () => box.upS * 1e6, sleep: () => Promise.resolve() },
  }
  return box
}

test('what the recorder finds of the time is what everybody else takes for the time', async () => {
  using home = temporaryFolder()
  const file = home.file('box-time.json')
  const box = aBox()
  const keeper = keepBoxTime({ file, clock: box.clock, evidence: () => box.evidence, log, boot: 'b1' })
  await keeper.written()
  const other = openBoxClock(file, { system: box.clock, evidence: () => box.evidence, boot: 'b1' })
  assert.deepEqual([other.trusted(), keeper.nowMs()], [false, undefined])

  box.upS = 60
  box.wrongByMs = 0
  box.evidence = { ...box.evidence, synchronized: true }
  keeper.look(false)
  await keeper.written()
  box.upS = 61
  assert.deepEqual([other.trusted(), other.settled(), other.nowMs(), keeper.nowMs()], [true, true, noon + 61_000, noon + 61_000])

  box.wrongByMs = 86_400_000
  keeper.look(true)
  await keeper.written()
  box.upS = 62
  assert.deepEqual([other.trusted(), other.settled(), other.nowMs(), keeper.nowMs()], [true, false, noon + 62_000, undefined])
})

test('a recorder that starts again within a boot goes on with its time; the next boot keeps the label of the last one', async () => {
  using home = temporaryFolder()
  const file = home.file('box-time.json')
  const box = aBox()
  box.evidence = { ...box.evidence, synchronized: true }
  box.wrongByMs = 0
  await keepBoxTime({ file, clock: box.clock, evidence: () => box.evidence, log, boot: 'b1' }).written()
  box.wrongByMs = 86_400_000
  const again = keepBoxTime({ file, clock: box.clock, evidence: () => box.evidence, log, boot: 'b1' })
  assert.equal(again.nowMs(), noon + 20_000)
  await again.written()
  box.wrongByMs = -60_000
  box.evidence = { ...box.evidence, synchronized: false }
  await keepBoxTime({ file, clock: box.clock, evidence: () => box.evidence, log, boot: 'b2' }).written()
  const { boots, floorMs } = readBoxTimes(file)
  assert.deepEqual(
    boots.map(({ bootId, trusted }) => [bootId, trusted]),
    [
      ['b1', true],
      ['b2', false],
    ],
  )
  assert.equal(floorMs, noon + 20_000)
  const clock = openBoxClock(file, { system: box.clock, evidence: () => box.evidence, boot: 'b2' })
  assert.deepEqual([clock.labelOf('b1')?.offsetUs, clock.labelOf('b3')], [noon * 1_000, undefined])
})

test('the newest instant is written now and then, for a box that does not know how long it was off', async () => {
  using home = temporaryFolder()
  const file = home.file('box-time.json')
  const box = { ...aBox() }
  const clock = { nowMs: () => noon + box.upS * 1_000, monotonicUs: () => box.upS * 1e6, sleep: () => Promise.resolve() }
  const keeper = keepBoxTime({ file, clock, evidence: () => ({ ...box.evidence, synchronized: true }), log, boot: 'b1' })
  for (const upS of [50, 81, 100]) {
    box.upS = upS
    keeper.look(false)
    await keeper.written()
  }
  assert.equal(readBoxTimes(file).floorMs, noon + 81_000)
})

test('a broken file and a disk that refuses cost the recorder nothing', async () => {
  using home = temporaryFolder()
  const file = home.file('box-time.json')
  writeFileSync(file, '{"version":1,"boots":[{"bootId":')
  const box = aBox()
  box.wrongByMs = 0
  box.evidence = { ...box.evidence, synchronized: true }
  assert.equal(openBoxClock(file, { system: box.clock, evidence: () => box.evidence, boot: 'b1' }).nowMs(), noon + 20_000)
  const keeper = keepBoxTime({
    file: home.file('nowhere', 'box-time.json'),
    clock: box.clock,
    evidence: () => box.evidence,
    log,
    boot: 'b1',
  })
  await keeper.written()
  assert.equal(keeper.nowMs(), noon + 20_000)
})

test('without a recorder a clock is judged where it is asked, and again until it can be believed', () => {
  using home = temporaryFolder()
  const box = aBox()
  const clock = openBoxClock(home.file('none.json'), { system: box.clock, evidence: () => box.evidence, boot: 'b1' })
  assert.equal(clock.trusted(), false)
  box.upS = 30
  box.wrongByMs = 0
  assert.deepEqual([clock.trusted(), clock.nowMs()], [true, noon + 30_000])
})

test('this machine can be asked about its clock', () => {
  const { synchronized, rtcMs, isBoard } = readClockEvidence()
  assert.ok(synchronized === undefined || typeof synchronized === 'boolean')
  assert.ok(rtcMs === undefined || Number.isFinite(rtcMs))
  assert.equal(typeof isBoard, 'boolean')
})
