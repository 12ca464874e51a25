import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { EzrecError } from '../base/errors.ts'
import { parseInstant, tellLocal } from './local-time.ts'

const zone = 'America/New_York'

test('an offset or Z is exact, whatever the venue', () => {
  assert.equal(parseInstant('2025-08-05T22:49:00.816Z', zone), Date.UTC(2025, 7, 5, 22, 49, 0, 816))
  assert.equal(parseInstant('2025-08-05T18:49:00-04:00', 'Asia/Tokyo'), Date.UTC(2025, 7, 5, 22, 49))
})

test("a naive time is read in the venue's zone", () => {
  assert.equal(parseInstant('2025-09-15T10:38:24', zone), Date.UTC(2025, 8, 15, 14, 38, 24))
  assert.equal(parseInstant('2025-12-15 10:38', zone), Date.UTC(2025, 11, 15, 15, 38))
})

test("an instant is told by the venue's clocks, and is the same one when it is typed again", () => {
  assert.equal(tellLocal(Date.UTC(2025, 11, 15, 15, 38), zone), '2025-12-15T10:38-05:00')
  assert.equal(tellLocal(Date.UTC(2025, 7, 5, 22, 49, 7, 816), zone), '2025-08-05T18:49:07-04:00')
  for (const twice of [Date.UTC(2026, 10, 1, 5, 30), Date.UTC(2026, 10, 1, 6, 30)])
    assert.equal(parseInstant(tellLocal(twice, zone), 'Asia/Tokyo'), twice)
})

test('an hour that the clocks skip is refused, with both ways to say it', () => {
  assert.throws(
    () => parseInstant('2026-03-08T02:30', zone),
    (error) => {
      assert.ok(error instanceof EzrecError)
      assert.match(error.message, /does not exist in America\/New_York/)
      assert.match(error.hint, /2026-03-08T01:30:00-05:00 or 2026-03-08T03:30:00-04:00/)
      return true
    },
  )
})

test('an hour that happens twice is refused, with both ways to say it', () => {
  assert.throws(
    () => parseInstant('2026-11-01T01:30', zone),
    (error) => {
      assert.ok(error instanceof EzrecError)
      assert.match(error.message, /happens twice/)
      assert.match(error.hint, /2026-11-01T01:30:00-04:00 or 2026-11-01T01:30:00-05:00/)
      return true
    },
  )
})

test('anything else is refused as no time, and nothing else is ever thrown', () => {
  for (const text of ['', 'tomorrow', '19:30', '2026-02-30T10:00Z', '2026-05-02', '$(date -u)', '2026-05-02T25:00'])
    assert.throws(() => parseInstant(text, zone), { code: 'invalid' })
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.date({ noInvalidDate: true }).map(String)), (text) => {
      try {
        assert.ok(Number.isSafeInteger(parseInstant(text, zone)))
      } catch (error) {
        assert.ok(error instanceof EzrecError && error.code === 'invalid')
      }
    }),
  )
})

test('seconds and their fractions may be left out or given, around any space', () => {
  const at = Date.UTC(2025, 7, 5, 22, 49)
  for (const [text, expected] of [
    ['2025-08-05T22:49Z', at],
    ['2025-08-05t22:49:05z', at + 5_000],
    [' 2025-08-05T22:49:05.5+00:00\n', at + 5_500],
    ['2025-08-05T22:49:05.123456789Z', at + 5_123],
    ['2025-08-05T18:49', at],
    ['2025-08-05 18:49:05', at + 5_000],
    ['2025-08-05T18:49:05.123456', at + 5_123],
  ] as const)
    assert.equal(parseInstant(text, zone), expected, text)
})

test('a time with anything before or behind it is no time', () => {
  for (const text of ['2025-08-05T22:49Z', '2025-08-05T22:49'])
    for (const more of [`x${text}`, `${text}x`, `${text}[UTC]`, `+00${text}`, `${text}.5`])
      assert.throws(() => parseInstant(more, zone), { code: 'invalid', message: `${JSON.stringify(more)} is no time` })
})

test('a refusal shows how to write a time, and no more than the beginning of what was given', () => {
  assert.throws(() => parseInstant('9'.repeat(500), zone), {
    message: `"${'9'.repeat(60)}" is no time`,
    hint: "write it like 2026-05-02T19:30:00+02:00, or 2026-05-02T19:30 in the venue's own zone",
  })
  assert.throws(
    () => parseInstant('2026-02-30T10:00Z', zone),
    (error) => error instanceof EzrecError && error.cause instanceof RangeError,
  )
})

test('an hour that daylight saving spoils is told with both choices as facts', () => {
  assert.throws(() => parseInstant('2026-11-01T01:30', zone), {
    code: 'invalid',
    facts: { given: '2026-11-01T01:30:00', timeZone: zone, earlier: '2026-11-01T01:30:00-04:00', later: '2026-11-01T01:30:00-05:00' },
  })
})

test('a leap second, the year 2038 and the end of 32 bits are times like any other', () => {
  assert.equal(parseInstant('2016-12-31T23:59:60Z', 'UTC'), Date.UTC(2016, 11, 31, 23, 59, 59))
  assert.equal(parseInstant('2038-01-19T03:14:08Z', 'UTC'), 2 ** 31 * 1_000)
  assert.equal(parseInstant('2106-02-07T06:28:16Z', 'UTC'), 2 ** 32 * 1_000)
  assert.equal(parseInstant('2038-01-19T04:14:08', 'Europe/Berlin'), 2 ** 31 * 1_000)
})

test('an offset stays what it says, whatever rules its zone is given later', () => {
  for (const zone of ['Europe/Berlin', 'Africa/Casablanca', 'America/Sao_Paulo'])
    assert.equal(parseInstant('2031-07-01T20:00:00+02:00', zone), Date.UTC(2031, 6, 1, 18))
})
