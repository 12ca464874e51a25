import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeClock } from '../../tests/fake-clock.ts'
import { aTake, fps, grid, startsAtMs } from '../../tests/synthetic-take.ts'
import { silentLogger } from '../base/logger.ts'
import { openPlacement, type TakeReader } from './framed-pictures.ts'
import { openTelling } from './missing-frames.ts'
import { openTrackReader } from './track-reader.ts'

type Given = {
  readonly seconds: number
  /** How much longer than told the camera's frame period is, by the clocks alone. */
  readonly driftPpm?: number
  /** Frames between two of its pictures, by its own stamps. */
  readonly step?: number
  readonly isLost?: (picture: number) => boolean
}

/** Frames of a film that are told as missing, and those that repeat a picture, when a camera gave all pictures but the lost ones. */
async function tell({ seconds, driftPpm = 0, step = 1, isLost = () => false }: Given): Promise<{ told: number[]; repeats: number }> {
  const whole = aTake({ fromMs: 0, seconds: seconds + 8, drift: driftPpm, ended: 'stopped' })
  const take = { ...whole, segments: whole.segments.map((each) => ({ ...each, lastTicks: each.firstTicks + 359_999 })) }
  const log = { takes: [take], refresh: () => Promise.resolve(), unbegun: () => [], journalBytes: () => 0 }
  const common = { camera: 'left', grid, fromFrame: 0, log, clock: fakeClock(startsAtMs + 36_000_000), logger: silentLogger() } as const
  const read: TakeReader = async function* (options) {
    const placeOf = openPlacement(take.id, options)
    for (let picture = 0; picture * step < (seconds + 8) * fps; picture += 1) {
      const place = placeOf(90_000 + Math.round(picture * step * 3_600))
      if (place && !isLost(picture)) yield { ...place, takeId: take.id, data: Buffer.of(picture % 256) }
    }
    return undefined
  }
  const reader = openTrackReader({ ...common, read, signal: new AbortController().signal })
  const telling = openTelling('left', fps)
  const told: number[] = []
  let repeats = 0
  for (let frame = 0; frame < seconds * fps; frame += 1) {
    const shown = await reader.at(frame)
    if (shown.is === 'repeat') repeats += 1
    told.push(...telling.of(frame, shown).map(({ firstFrame }) => firstFrame))
  }
  await reader.close()
  return { told, repeats }
}

test('a hole is told whole, however short', async () => {
  for (const frames of [1, 2, 3, 5, 6, 30]) {
    const hole = Array.from({ length: frames }, (_, n) => 40 + n)
    assert.deepEqual((await tell({ seconds: 8, isLost: (picture) => hole.includes(picture) })).told, hole)
  }
})

test('two lost pictures a second are two told a second, for as long as it lasts', async () => {
  const { told, repeats } = await tell({ seconds: 120, isLost: (picture) => picture % 25 === 3 || picture % 25 === 14 })
  assert.deepEqual([told.length, repeats], [240, 240])
})

test('a slow clock repeats a picture now and then, and that is no loss', async () => {
  for (const driftPpm of [100, 1_000, 10_000]) {
    const { told, repeats } = await tell({ seconds: 120, driftPpm })
    assert.deepEqual(told, [], `${driftPpm} ppm`)
    const due = (120 * fps * driftPpm) / 1e6
    assert.ok(Math.abs(repeats - due) <= 1 + due / 4, `${driftPpm} ppm: ${repeats}`) // the clock of a take is seen up to 20 s late
  }
})

test('a picture lost beside a slow clock is told, the repeats are not', async () => {
  const { told } = await tell({ seconds: 120, driftPpm: 1_000, isLost: (picture) => picture % 500 === 250 })
  assert.equal(told.length, 6)
})

test('a camera a thousandth slower by its own stamps loses nothing; one of 20 pictures a second is told for each it did not give', async () => {
  assert.deepEqual((await tell({ seconds: 120, step: 1.001 })).told, [])
  const { told, repeats } = await tell({ seconds: 20, step: 1.25 })
  assert.equal(repeats, 100)
  assert.ok(told.length >= 80, `${told.length}`) // one a second may still be the clock's
})
