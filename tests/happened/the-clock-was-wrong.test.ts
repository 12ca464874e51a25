// Ten thousand days of a box whose clock is wrong, late, set back or forth, or gone in 1970, with bookings that are edited meanwhile:
// none is missed, and no footage is attributed to an hour more than a second away from its own.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseInstant } from '../../src/booking/local-time.ts'
import type { PlannedWindow } from '../../src/booking/schedule.ts'
import { firstBoxTime, nextBoxTime, wantedAt, type BoxTime, type Reading } from '../../src/capture/box-time.ts'

const margins = { leadInMs: 10_000, tailMs: 5_000 }
const stepSeconds = 10
const dayMs = 86_400_000

/** Local evenings around a change of the clocks, in five zones. */
const evenings = [
  ['Europe/Berlin', '2026-10-24T22:00'],
  ['America/New_York', '2026-10-31T22:30'],
  ['Australia/Lord_Howe', '2027-04-03T22:00'],
  ['Europe/London', '2027-03-27T22:00'],
  ['America/Santiago', '2026-09-05T21:00'],
] as const

type Boot = {
  readonly fromS: number
  /** The wall clock's error until it is mended, and from when on it is right. */
  readonly wrongByMs: number
  readonly mendedAtS: number
  /** A time server mends it (else a person), and speaks for it from then on. */
  readonly byServer: boolean
  readonly isBoard: boolean
  readonly seemsRight: boolean
  /** The clock goes wrong by a day for a while. */
  readonly jump: { readonly afterS: number; readonly forS: number; readonly byMs: number; readonly serverLies: boolean } | undefined
}

const lengthS = 2 * 3_600

const aJump = fc.option(
  fc.record({
    afterS: fc.integer({ min: 10, max: lengthS }), // a machine whose clock is wrong when it starts, and says it is right, cannot be found out
    forS: fc.integer({ min: 5, max: 570 }),
    serverLies: fc.boolean(),
    byMs: fc.constantFrom(dayMs, -dayMs, 3_600_000, -3_600_000, 61_000),
  }),
  { nil: undefined },
)
/** A board that was off, or starts in 1970; or a machine whose clock is right from the start. */
const aBoot = fc.oneof(
  fc.record({
    wrongByMs: fc.oneof(fc.integer({ min: -5 * 3_600_000, max: -10_000 }), fc.constant(-dayMs * 20_000)),
    mendedAfterS: fc.integer({ min: 1, max: 2_400 }),
    byServer: fc.boolean(),
    isBoard: fc.constant(true),
    seemsRight: fc.constant(false),
    jump: fc.constant(undefined),
  }),
  // A machine that starts with a wrong time and has no means to know: only from its mending on can it be held to anything.
  fc.record({
    wrongByMs: fc.constantFrom(dayMs, -dayMs, 3_600_000, -3_600_000, 300_000),
    mendedAfterS: fc.integer({ min: 1, max: 2_400 }),
    byServer: fc.boolean(),
    isBoard: fc.constant(false),
    seemsRight: fc.constant(true),
    jump: fc.constant(undefined),
  }),
  fc.record({
    wrongByMs: fc.integer({ min: -900, max: 900 }),
    mendedAfterS: fc.constant(0),
    byServer: fc.boolean(),
    isBoard: fc.constant(false),
    seemsRight: fc.constant(false),
    jump: aJump,
  }),
)
const aDay = fc.record({
  evening: fc.constantFrom(...evenings),
  boots: fc.array(fc.record({ boot: aBoot, afterS: fc.integer({ min: 60, max: lengthS }) }), { minLength: 1, maxLength: 3 }),
  bookings: fc.array(
    fc.record({
      gapS: fc.constantFrom(0, 0, 7, 60, 600, 1_800),
      lastsS: fc.integer({ min: 30, max: 3_000 }),
      edit: fc.constantFrom('none', 'none', 'extend', 'shorten', 'cancel'),
      editAt: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    { minLength: 1, maxLength: 4 },
  ),
})
type Day = typeof aDay extends fc.Arbitrary<infer T> ? T : never

type Planned = {
  readonly id: string
  readonly startS: number
  readonly endS: number
  readonly edit: string
  readonly editS: number
  readonly editedEndS: number
}

/** Back to back or apart, never over each other; an end that moves stays before the next start. */
function plan(bookings: Day['bookings']): Planned[] {
  let atS = 300
  const planned = bookings.map(({ gapS, lastsS, edit, editAt }, n) => {
    const startS = atS + gapS
    atS = startS + lastsS
    return { id: `b${n}`, startS, endS: atS, edit, editS: startS + editAt * lastsS }
  })
  return planned.map((each, n) => {
    const limit = planned[n + 1]?.startS ?? Number.POSITIVE_INFINITY
    const editedEndS =
      each.edit === 'extend' ? Math.min(each.endS + 300, limit) : each.edit === 'none' ? each.endS : Math.min(each.endS, each.editS)
    return { ...each, editedEndS: Math.max(editedEndS, each.startS + 1) }
  })
}

const endAt = (each: Planned, nowS: number): number => (nowS >= each.editS ? each.editedEndS : each.endS)

function live(day: Day): { readonly missed: string[]; readonly wrong: string[] } {
  const [zone, evening] = day.evening
  const originMs = parseInstant(evening, zone)
  const planned = plan(day.bookings)
  const missed: string[] = []
  const wrong: string[] = []
  let floorMs = originMs - 3_600_000
  let nextBootS = 0
  for (const [n, { boot: shape, afterS }] of day.boots.entries()) {
    const last = n === day.boots.length - 1
    const boot: Boot = { ...shape, fromS: nextBootS, mendedAtS: nextBootS + shape.mendedAfterS }
    const endS = last ? Math.max(lengthS, nextBootS + 2_500) + 700 : nextBootS + afterS
    const read = (nowS: number): Reading => {
      const jumps =
        boot.jump && nowS - boot.fromS >= boot.jump.afterS && nowS - boot.fromS < boot.jump.afterS + boot.jump.forS ? boot.jump.byMs : 0
      const error = (nowS < boot.mendedAtS ? boot.wrongByMs : boot.isBoard || boot.seemsRight ? 0 : boot.wrongByMs) + jumps
      const synchronized = boot.byServer && nowS >= boot.mendedAtS && (jumps === 0 || boot.jump?.serverLies === true)
      return {
        monotonicUs: (nowS - boot.fromS + 20) * 1e6,
        wallMs: originMs + nowS * 1_000 + error,
        synchronized,
        rtcMs: undefined,
        isBoard: boot.isBoard,
        floorMs,
      }
    }
    let time: BoxTime = firstBoxTime(`boot${n}`, read(boot.fromS))
    let inWindow = false
    let captured = 0
    let open: Planned[] = []
    let windows: PlannedWindow[] = []
    const editsS = [Number.NEGATIVE_INFINITY, ...planned.map(({ editS }) => editS)].toSorted((a, b) => a - b)
    for (let nowS = boot.fromS; nowS < endS; nowS += stepSeconds) {
      for (; editsS[0] !== undefined && editsS[0] <= nowS; editsS.shift()) {
        open = planned.filter((each) => !(each.edit === 'cancel' && nowS >= each.editS))
        windows = open.map((each) => ({
          bookingId: each.id,
          startsAtMs: originMs + each.startS * 1_000,
          endsAtMs: originMs + endAt(each, nowS) * 1_000,
        }))
      }
      const reading = read(nowS)
      time = nextBoxTime(time, reading, inWindow)
      const now = wantedAt(time, reading.monotonicUs, windows, margins, floorMs)
      inWindow = now.inWindow
      if (now.capturing) captured += 1
      else if (!boot.seemsRight || nowS >= boot.mendedAtS)
        for (const each of open) if (nowS >= each.startS && nowS < endAt(each, nowS)) missed.push(`${each.id} at ${nowS} s, boot ${n}`)
    }
    // What was captured in this boot is attributed by its label as it stands at the boot's end; an untrusted one attributes nothing.
    const errorMs = (time.offsetUs - (originMs * 1_000 + (boot.fromS - 20) * 1e6)) / 1_000
    const isHeld = !boot.seemsRight || (last && Math.abs(boot.wrongByMs) >= dayMs)
    if (time.trusted && isHeld && captured > 0 && Math.abs(errorMs) > 1_000) wrong.push(`boot ${n} is off by ${errorMs} ms`)
    if (time.trusted) floorMs = Math.max(floorMs, originMs + endS * 1_000 - 60_000)
    nextBootS = endS + 60
  }
  return { missed, wrong }
}

test('no booking is missed and nothing is attributed wrong, whatever the clock does', () => {
  fc.assert(
    fc.property(aDay, (day) => {
      const { missed, wrong } = live(day)
      assert.deepEqual({ missed: missed.slice(0, 3), wrong }, { missed: [], wrong: [] })
    }),
    { numRuns: 10_000, seed: 1 },
  )
})
