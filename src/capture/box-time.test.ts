import assert from 'node:assert/strict'
import { test } from 'node:test'
import { boxNowMs, firstBoxTime, nextBoxTime, wantedAt, type BoxTime, type Reading } from './box-time.ts'

const noonMs = Date.UTC(2026, 4, 2, 12)
const second = 1_000_000
const day = 86_400_000
const margins = { leadInMs: 10_000, tailMs: 5_000 }

const aReading = (more: Partial<Reading> & { readonly atSeconds?: number; readonly wrongByMs?: number } = {}): Reading => {
  const { atSeconds = 0, wrongByMs = 0, ...rest } = more
  return {
    monotonicUs: 100 * second + atSeconds * second,
    wallMs: noonMs + atSeconds * 1_000 + wrongByMs,
    synchronized: false,
    rtcMs: undefined,
    isBoard: false,
    floorMs: noonMs - day,
    ...rest,
  }
}
const first = (more?: Parameters<typeof aReading>[0]): BoxTime => firstBoxTime('boot', aReading(more))
const errorMs = (time: BoxTime, atSeconds: number): number =>
  boxNowMs(time, aReading({ atSeconds }).monotonicUs) - noonMs - atSeconds * 1_000

test('a clock is believed by what speaks for it', () => {
  const trusted = (more: Partial<Reading> & { wrongByMs?: number }): boolean => first(more).trusted
  assert.equal(trusted({ isBoard: true, synchronized: true }), true)
  assert.equal(trusted({ isBoard: true }), false, 'a board without a battery clock does not know how long it was off')
  assert.equal(trusted({ isBoard: true, rtcMs: noonMs - 60_000 }), true)
  assert.equal(trusted({ isBoard: true, rtcMs: noonMs - 60_001 }), false, 'a battery clock that disagrees has lost its battery')
  assert.equal(trusted({ isBoard: false, rtcMs: 0 }), false)
  assert.equal(trusted({}), true, 'a virtual machine has the clock of its host')
  assert.equal(trusted({ wrongByMs: -day - 1 }), false, 'a time that has passed already is not now')
  assert.equal(trusted({ wrongByMs: -day - 1, rtcMs: noonMs - day - 1 }), false)
  assert.equal(trusted({ wrongByMs: -day - 1, synchronized: true }), true)
})

test('an untrusted clock is believed once a server or a person has set it', () => {
  const start = first({ isBoard: true, wrongByMs: -3_600_000 })
  const still = nextBoxTime(start, aReading({ isBoard: true, wrongByMs: -3_600_000, atSeconds: 60 }), false)
  assert.equal(still.trusted, false)
  const served = nextBoxTime(still, aReading({ isBoard: true, synchronized: true, atSeconds: 61 }), false)
  assert.deepEqual([served.trusted, errorMs(served, 61)], [true, 0])
  const byHand = nextBoxTime(still, aReading({ isBoard: true, atSeconds: 61 }), false)
  assert.deepEqual([byHand.trusted, errorMs(byHand, 61)], [true, 0])
  const nudged = nextBoxTime(still, aReading({ isBoard: true, wrongByMs: -3_600_000 + 1_999, atSeconds: 61 }), false)
  assert.equal(nudged.trusted, false, 'two seconds are the least that anybody sets')
  const toThePast = nextBoxTime(still, aReading({ isBoard: true, wrongByMs: -day - 70_000, atSeconds: 61 }), false)
  assert.equal(toThePast.trusted, false)
})

test('small corrections are followed at once, noise is not', () => {
  assert.equal(errorMs(nextBoxTime(first(), aReading({ atSeconds: 1, wrongByMs: 4 }), true), 1), 0)
  assert.equal(errorMs(nextBoxTime(first(), aReading({ atSeconds: 1, wrongByMs: 5 }), true), 1), 5)
  assert.equal(errorMs(nextBoxTime(first(), aReading({ atSeconds: 1, wrongByMs: -499 }), true), 1), -499)
})

test('a jump is doubted while a booking is captured, and believed only after it has stood', () => {
  const jump = (atSeconds: number): Reading => aReading({ atSeconds, wrongByMs: day })
  let time = nextBoxTime(first(), jump(1), true)
  assert.deepEqual([errorMs(time, 1), time.doubt?.sinceUs], [0, jump(1).monotonicUs])
  time = nextBoxTime(time, jump(900), true)
  assert.equal(errorMs(time, 900), 0, 'never within a window')
  assert.equal(errorMs(nextBoxTime(time, jump(901), false), 901), day)
  const fresh = nextBoxTime(first(), jump(1), false)
  assert.equal(errorMs(nextBoxTime(fresh, jump(600.9), false), 600.9), 0)
  assert.equal(errorMs(nextBoxTime(fresh, jump(601), false), 601), day)
  const back = nextBoxTime(fresh, aReading({ atSeconds: 300 }), false)
  assert.deepEqual([back.doubt, errorMs(back, 300)], [undefined, 0])
})

test('a doubt that moves on begins anew', () => {
  const doubted = nextBoxTime(first(), aReading({ atSeconds: 1, wrongByMs: day }), false)
  const other = nextBoxTime(doubted, aReading({ atSeconds: 500, wrongByMs: -day }), false)
  assert.equal(other.doubt?.sinceUs, aReading({ atSeconds: 500 }).monotonicUs)
  const same = nextBoxTime(doubted, aReading({ atSeconds: 500, wrongByMs: day + 499 }), false)
  assert.equal(same.doubt?.sinceUs, aReading({ atSeconds: 1 }).monotonicUs)
})

test("a server's first word and its usual corrections are believed soon; what moves its clock by more must stand for hours", () => {
  const served = (atSeconds: number, wrongByMs: number): Reading => aReading({ atSeconds, wrongByMs, synchronized: true })
  const firstWord = nextBoxTime(first(), served(1, day), false)
  assert.equal(errorMs(nextBoxTime(firstWord, served(5.9, day), false), 5.9), 0)
  const adopted = nextBoxTime(firstWord, served(6, day), false)
  assert.deepEqual([errorMs(adopted, 6), adopted.synchronized], [day, true])

  const known = first({ synchronized: true })
  const usual = nextBoxTime(known, served(1, 59_000), false)
  assert.equal(errorMs(nextBoxTime(usual, served(6, 59_000), false), 6), 59_000)
  const wild = nextBoxTime(known, served(1, 61_000), false)
  assert.equal(errorMs(nextBoxTime(wild, served(3_600, 61_000), false), 3_600), 0)
  assert.equal(errorMs(nextBoxTime(wild, served(21_601, 61_000), false), 21_601), 61_000)
})

const booking = { bookingId: 'b', startsAtMs: noonMs + 60_000, endsAtMs: noonMs + 120_000 }
const wanted = (time: BoxTime, atSeconds: number, floorMs = noonMs - day): ReturnType<typeof wantedAt> =>
  wantedAt(time, aReading({ atSeconds }).monotonicUs, [booking], margins, floorMs)

test('in ordinary times the plan says what is captured', () => {
  assert.deepEqual(wanted(first(), 49), { capturing: false, inWindow: false, open: [], guessed: false })
  assert.deepEqual(wanted(first(), 50), { capturing: true, inWindow: true, open: ['b'], guessed: false })
  assert.equal(wanted(first(), 124).capturing, true)
  assert.equal(wanted(first(), 125).capturing, false)
})

test('in doubt whatever either time asks for is captured, and only its own time holds a window', () => {
  const doubted = nextBoxTime(first(), aReading({ atSeconds: 1, wrongByMs: 70_000 }), false)
  assert.deepEqual(wanted(doubted, 5), { capturing: true, inWindow: false, open: ['b'], guessed: true })
  assert.deepEqual(wanted(doubted, 50), { capturing: true, inWindow: true, open: ['b'], guessed: true })
  assert.deepEqual(wanted(doubted, 100), { capturing: true, inWindow: true, open: ['b'], guessed: false })
})

test('an untrusted clock captures what may be running, for six hours at most, and holds no window', () => {
  const lost = first({ isBoard: true, wrongByMs: -5 * 3_600_000 })
  assert.deepEqual(wanted(lost, 0), { capturing: true, inWindow: false, open: [], guessed: true })
  const long = { ...booking, endsAtMs: noonMs + 7_200_000 }
  const capturing = (atSeconds: number): boolean =>
    wantedAt(lost, aReading({ atSeconds }).monotonicUs, [{ ...long, startsAtMs: noonMs + 3_700_000 }], margins, 0).capturing
  assert.deepEqual([0, 6 * 3_600 - 1, 6 * 3_600].map(capturing), [false, true, false])
  assert.equal(wanted(first({ isBoard: true, wrongByMs: -7 * 3_600_000 }), 0).capturing, false, 'nothing is booked within reach')
  assert.equal(wanted(first({ wrongByMs: -20_000 * day }), 0, noonMs - 1_000).capturing, true, 'in 1970 the newest known instant counts')
  assert.equal(wanted(lost, 0, booking.endsAtMs + margins.tailMs).capturing, false, 'a booking that is known to be over is not guessed at')
})
