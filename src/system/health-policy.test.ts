import assert from 'node:assert/strict'
import { test } from 'node:test'
import { boardStateOf } from './board-state.ts'
import { unseenChecks, verdictOf, type HealthFacts } from './health-policy.ts'

const untold = { flags: undefined, lowVoltage: undefined, celsius: undefined }
const well: HealthFacts = {
  databaseAnswers: true,
  recorderAgeMs: 900,
  workerAgeMs: 900,
  freeBytes: 50e9,
  placeFaults: [],
  short: [],
  takes: [],
  bookingAgeMs: undefined,
  cameraFaults: [],
  kernelFaults: [],
  bookingsFileFaults: [],
  boxFaults: [],
  board: boardStateOf(untold),
  starts: [],
  rig: undefined,
  uploadFaults: [],
  lateFilms: { count: 0, hours: 0, oldestMs: 0, why: undefined },
  clock: { trusted: true, settled: true },
  lostInBucket: 0,
  openLinks: { links: 0, untilMs: 0 },
}

const noCamera = (subject: string) => ({ subject, message: 'auto: no camera is connected', mend: 'plug it in' })

test('a box with everything alive is healthy', () => {
  assert.equal(verdictOf(well).status, 'healthy')
})

test('a silent service or a filling disk is degraded, and names which', () => {
  const cases: [Partial<HealthFacts>, string][] = [
    [{ recorderAgeMs: 30_001 }, 'recorder'],
    [{ recorderAgeMs: undefined }, 'recorder'],
    [{ workerAgeMs: 60_000 }, 'worker'],
    [{ freeBytes: 3.9e9 }, 'disk'],
    [{ freeBytes: undefined }, 'disk'],
    [{ databaseTrouble: 'it was damaged' }, 'database'],
    [{ short: [{ bookingId: 'b', missingBytes: 5e9 }] }, 'disk'],
    [{ lateFilms: { count: 2, hours: 3, oldestMs: 3_600_000, why: undefined } }, 'backlog'],
    [{ openLinks: { links: 1, untilMs: 1 } }, 'links'],
    [{ clock: { trusted: true, settled: false } }, 'clock'],
    [{ rig: { kind: 'rig.moved', facts: { px: 3.2 } } }, 'rig'],
    [{ cameraFaults: [noCamera('left')] }, 'sources'],
    [
      { boxFaults: [{ name: 'network', status: 'degraded', message: 'no address', mend: 'look at the cable', subjects: ['network'] }] },
      'network',
    ],
    [{ kernelFaults: [{ subject: 'the card', message: 'gives errors', mend: 'replace it' }] }, 'kernel'],
    [{ bookingsFileFaults: [{ subject: 'entry 2', message: 'the rig is taken', mend: 'choose another time' }] }, 'bookings-file'],
    [{ rig: { kind: 'rig.refit-refused', facts: { why: 'too few matches' } } }, 'rig'],
  ]
  for (const [facts, name] of cases) {
    const { status, checks } = verdictOf({ ...well, ...facts })
    assert.equal(status, 'degraded', name)
    const unwell = checks.filter((check) => check.status !== 'healthy')
    assert.deepEqual(
      unwell.map((check) => check.name),
      [name],
    )
    assert.ok((unwell[0]?.mend ?? '') !== '', `${name} says what a person can do`)
  }
})

test('a database that does not answer or a full disk is unhealthy, whatever else is only degraded', () => {
  assert.equal(verdictOf({ ...well, databaseAnswers: false, recorderAgeMs: undefined }).status, 'unhealthy')
  assert.equal(verdictOf({ ...well, clock: { trusted: false, settled: false } }).status, 'unhealthy')
  assert.equal(verdictOf({ ...well, freeBytes: 0.49e9, workerAgeMs: undefined }).status, 'unhealthy')
})

test('a disk that takes no writes is unhealthy however much room it has, and says which and what to do', () => {
  const fault = { name: 'TAKES_DIR', fault: '/dev/sda1 at /media/disk is read-only', mend: 'replace the disk' }
  const { status, checks } = verdictOf({ ...well, placeFaults: [fault] })
  assert.equal(status, 'unhealthy')
  const disk = checks.find(({ name }) => name === 'disk')
  assert.deepEqual([disk?.message, disk?.mend], ['TAKES_DIR: /dev/sda1 at /media/disk is read-only', 'replace the disk'])
})

test('a board in trouble is degraded with the mend; one that was is well, and says so', () => {
  const boardOf = (flags: number): string | undefined => {
    const { status, checks } = verdictOf({ ...well, board: boardStateOf({ ...untold, flags }) })
    const { message, mend = '' } = checks.find(({ name }) => name === 'board') ?? {}
    return `${status} ${message}: ${mend}`
  }
  assert.match(boardOf(0x50001) ?? '', /^degraded undervoltage: use the board maker's own power supply/)
  assert.equal(boardOf(0x50000), 'healthy no trouble is told; since the boot: undervoltage, throttled: ')
})

test('a box that was started five times in ten minutes is degraded, and points to its supply', () => {
  const starts = Array.from({ length: 5 }, (_, n) => ({ service: 'dual_recorder', bootId: `boot ${n}`, pid: 1, atMs: n }))
  const { status, checks } = verdictOf({ ...well, starts })
  assert.equal(status, 'degraded')
  assert.match(checks.find(({ name }) => name === 'restarts')?.message ?? '', /^restarted 5 times in 10 minutes.*power supply/)
  assert.equal(verdictOf({ ...well, starts: starts.slice(1) }).status, 'healthy')
})

test('a booking that lacks room is named, and never makes a full disk look better', () => {
  const short = [{ bookingId: 'b', missingBytes: 5.04e9 }]
  assert.equal(verdictOf({ ...well, short }).checks.find(({ name }) => name === 'disk')?.message, '50.0 GB free; booking b lacks 5.0 GB')
  assert.equal(verdictOf({ ...well, short, freeBytes: 0.1e9 }).status, 'unhealthy')
})

test('at the border a service still counts as alive, and a disk as roomy', () => {
  assert.equal(verdictOf({ ...well, recorderAgeMs: 30_000, freeBytes: 4e9 }).status, 'healthy')
  assert.equal(verdictOf({ ...well, freeBytes: 0.5e9 }).status, 'degraded')
})

const take = (camera: 'left' | 'right', runs: boolean, ageMs = 60_000) => ({
  camera,
  runs,
  ageMs,
  endCause: runs ? undefined : 'camera-ended',
})
const camerasOf = (facts: Partial<HealthFacts>): string => {
  const found = verdictOf({ ...well, bookingAgeMs: 60_000, ...facts }).checks.find(({ name }) => name === 'cameras')
  return `${found?.status}: ${found?.message}`
}

test('while a booking runs one camera without pictures is degraded with its cause, and none is unhealthy', () => {
  assert.equal(camerasOf({ takes: [take('left', true), take('right', true)] }), 'healthy: both give pictures')
  assert.equal(camerasOf({ takes: [take('left', true), take('right', false)] }), 'degraded: the right one gives no pictures: camera-ended')
  assert.equal(camerasOf({ takes: [take('right', true)] }), 'degraded: the left one gives no pictures: it never began')
  assert.equal(camerasOf({ takes: [take('right', false)] }), 'unhealthy: no camera gives pictures, and a booking runs')
})

test('cameras are not missed before they can be there: without a booking, in its first seconds, beside one that just began', () => {
  assert.match(camerasOf({ bookingAgeMs: undefined, takes: [take('left', false)] }), /^healthy/)
  assert.match(camerasOf({ bookingAgeMs: 14_999, takes: [] }), /^healthy/)
  assert.match(camerasOf({ takes: [take('left', true, 14_999), take('right', false)] }), /^healthy/)
  assert.match(camerasOf({ takes: [take('left', true, 15_000), take('right', false)] }), /^degraded/)
})

test('a rig that was fitted again, or stands as it did, is well', () => {
  for (const kind of ['rig.refitted', 'rig.steady']) {
    const { status, checks } = verdictOf({ ...well, rig: { kind, facts: { px: 0.1 } } })
    assert.equal(status, 'healthy', kind)
    assert.equal(checks.find(({ name }) => name === 'rig')?.status, 'healthy')
  }
})

test('an upload that waits for a minute is told with its mend, the longest first; a short wait is nothing', () => {
  const waits = (ageMs: number, message: string) => ({ ageMs, message, hint: `mend ${message}` })
  const told = (...uploadFaults: HealthFacts['uploadFaults']) => verdictOf({ ...well, uploadFaults })
  assert.equal(told(waits(59_000, 'offline')).status, 'healthy')
  assert.equal(verdictOf({ ...well, lostInBucket: 1 }).status, 'degraded')
  const { status, checks } = told(waits(120_000, 'the bucket is gone'), waits(7_200_000, 'no credentials'), waits(1_000, 'busy'))
  assert.equal(status, 'degraded')
  assert.deepEqual(
    checks.find(({ name }) => name === 'uploads'),
    {
      name: 'uploads',
      status: 'degraded',
      message: '2 films wait, for 120 min: no credentials',
      mend: 'mend no credentials',
    },
  )
})

test('before a match: one camera that cannot be used is degraded, both are unhealthy; a recorder that is silent or records says nothing of it', () => {
  const of = (facts: Partial<HealthFacts>) => verdictOf({ ...well, ...facts }).checks.find(({ name }) => name === 'sources')
  const both = [noCamera('left'), noCamera('right')]
  assert.deepEqual([of({ cameraFaults: [noCamera('right')] })?.status, of({ cameraFaults: both })?.status], ['degraded', 'unhealthy'])
  assert.deepEqual(of({ cameraFaults: both })?.subjects, ['left', 'right'])
  assert.match(of({ cameraFaults: both })?.message ?? '', /the right camera cannot be used: auto: no camera/)
  const running = { camera: 'left', runs: true, ageMs: 1_000, endCause: undefined } as const
  for (const facts of [{ recorderAgeMs: 31_000 }, { recorderAgeMs: undefined }, { takes: [running] }]) {
    const stale = { ...well, ...facts, cameraFaults: both }
    assert.equal(of(stale)?.status, 'healthy')
    assert.ok(unseenChecks(stale).has('sources'), 'an alert of it is neither worse nor over')
  }
  assert.deepEqual([...unseenChecks({ ...well, cameraFaults: [] })], ['cameras'])
  assert.ok(unseenChecks({ ...well, cameraFaults: undefined }).has('sources'))
})
