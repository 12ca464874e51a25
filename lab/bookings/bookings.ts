// `bench bookings`: whether a box with 10,000 bookings takes the next one as quickly as an empty one, and what its recorder pays for them.
// Never starts a service: the desk, the plan's file and the schedule alone.

import path from 'node:path'
import { openDatabase } from '../../src/adapters/sqlite.ts'
import { systemClock } from '../../src/base/clock.ts'
import { newId } from '../../src/base/ids.ts'
import { openBookingService, type BookingService } from '../../src/booking/booking-service.ts'
import { insertBooking } from '../../src/booking/booking-store.ts'
import { readCapturePlan } from '../../src/booking/capture-plan.ts'
import { planAt } from '../../src/booking/schedule.ts'
import type { Context, Point, Scenario } from '../harness.ts'

const hourMs = 3_600_000
const times = 20

/** What a person at the desk does not notice, and what the recorder's beat of 50 ms can bear. */
const longestAnswerMs = 250
const longestLookMs = 10

export const bookingsScenario: Scenario = {
  kind: 'bench',
  name: 'bookings',
  summary: 'a booking made, moved and cancelled beside 10,000 others, and what the recorder pays to look at them all',
  run: async function* run(context) {
    for (const count of [0, 500, 10_000]) yield await measure(context, count)
  },
}

async function measure({ folder }: Context, count: number): Promise<Point> {
  using db = openDatabase(path.join(folder, `${count}.sqlite`))
  const planFile = path.join(folder, `plan-${count}.json`)
  const nowMs = systemClock.nowMs()
  const who = { callerId: null, userId: 'bench', rigId: 'rig', title: null, cancelledAtMs: null, createdAtMs: nowMs, updatedAtMs: nowMs }
  db.transaction(() => {
    for (let n = 1; n <= count; n += 1)
      insertBooking(db, { ...who, id: newId(), startsAtMs: nowMs + n * 2 * hourMs, endsAtMs: nowMs + n * 2 * hourMs + hourMs })
  })
  const limits = { minMs: 1_000, maxMs: 12 * hourMs }
  const desk = openBookingService({ db, clock: systemClock, planFile, rigId: 'rig', limits, keepInPlanMs: hourMs })
  const tookMs: number[] = []
  for (let n = 0; n < times; n += 1) tookMs.push(...(await oneEach(desk, nowMs - (n + 1) * hourMs + (count + times + 2) * 2 * hourMs)))
  const readMs = await timed(() => readCapturePlan(planFile))
  const windows = (await readCapturePlan(planFile))?.windows ?? []
  const lookMs = await timed(() => Promise.resolve(planAt(nowMs, windows, { leadInMs: 10_000, tailMs: 3_000 })))
  const sorted = tookMs.toSorted((a, b) => a - b)
  const medianMs = round(sorted[Math.floor(sorted.length / 2)] ?? 0)
  return {
    name: `beside ${count} bookings`,
    faults: [
      ...(medianMs <= longestAnswerMs ? [] : [`an edit takes ${medianMs} ms`]),
      ...(lookMs <= longestLookMs ? [] : [`a look at the schedule takes ${round(lookMs)} ms`]),
      ...(windows.length >= count ? [] : [`the plan has ${windows.length} windows`]),
    ],
    figures: { count, editMedianMs: medianMs, editLongestMs: round(sorted.at(-1) ?? 0), planReadMs: round(readMs), lookMs: round(lookMs) },
  }
}

/** How long each of the three takes, until it is acknowledged. Milliseconds. */
async function oneEach(desk: BookingService, startsAtMs: number): Promise<number[]> {
  let id = ''
  return [
    await timed(async () => (id = (await desk.create({ startsAtMs, endsAtMs: startsAtMs + hourMs / 2, userId: 'bench' })).booking.id)),
    await timed(() => desk.moveEnd(id, startsAtMs + hourMs / 4)),
    await timed(() => desk.cancel(id)),
  ]
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now()
  await work()
  return performance.now() - startedMs
}

const round = (ms: number): number => Math.round(ms * 10) / 10
