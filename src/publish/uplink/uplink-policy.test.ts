import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { uploadWindows } from '../../../config/upload-windows.ts'
import { newId } from '../../base/ids.ts'
import { allowanceAt, etaMs, orderOf, type Moment, type UplinkRules } from './uplink-policy.ts'

const free: UplinkRules = {
  maxRateKbps: undefined,
  windows: [],
  pauseWhileRecording: false,
  viewerRateKbps: 1_000,
  timeZone: 'Europe/Berlin',
}
/** 2 May 2026, Berlin is at +02:00. */
const at = (time: string, more: Partial<Moment> = {}): Moment => ({
  nowMs: Date.parse(`2026-05-02T${time}:00+02:00`),
  recording: false,
  watched: false,
  ...more,
})
const windows = uploadWindows.parse('08:00-22:00=2000,22:00-23:00=off,23:00-06:00=full')

test('uploads take what the settings allow at this time of day, in the zone of the venue', () => {
  const rules = { ...free, maxRateKbps: 4_000, windows }
  const rates = ['07:59', '08:00', '21:59', '22:00', '23:00', '03:00', '06:00'].map((time) => allowanceAt(rules, at(time)))
  assert.deepEqual(
    rates.map(({ bytesPerSecond, pausedBy }) => pausedBy ?? bytesPerSecond),
    [500_000, 250_000, 250_000, 'window', undefined, undefined, 500_000],
  )
})

test('a recording pauses uploads only where that was asked for', () => {
  const recording = at('12:00', { recording: true })
  assert.deepEqual(allowanceAt(free, recording), { bytesPerSecond: undefined, pausedBy: undefined })
  assert.equal(allowanceAt({ ...free, pauseWhileRecording: true }, recording).pausedBy, 'recording')
  assert.equal(allowanceAt({ ...free, pauseWhileRecording: true }, at('12:00')).pausedBy, undefined)
})

test('uploads make room for whoever watches live from afar, and never go faster because of it', () => {
  const watched = at('12:00', { watched: true })
  assert.equal(allowanceAt(free, watched).bytesPerSecond, 125_000)
  assert.equal(allowanceAt({ ...free, maxRateKbps: 400 }, watched).bytesPerSecond, 50_000)
  assert.equal(allowanceAt({ ...free, windows }, at('23:30', { watched: true })).bytesPerSecond, 125_000)
})

test('whatever the settings, uploads are never slower than a part needs to arrive', () => {
  const kbps = fc.integer({ min: 64, max: 100_000 })
  fc.assert(
    fc.property(
      fc.option(kbps, { nil: undefined }),
      kbps,
      fc.boolean(),
      fc.boolean(),
      fc.nat(2e12),
      (maxRateKbps, viewerRateKbps, watched, recording, nowMs) => {
        const { bytesPerSecond } = allowanceAt({ ...free, maxRateKbps, viewerRateKbps, windows }, { nowMs, watched, recording })
        assert.ok(bytesPerSecond === undefined || bytesPerSecond >= 8_000)
      },
    ),
  )
})

test('films go oldest first, or newest first if asked; but one that has waited for a day goes before all', () => {
  const day = 24 * 3_600_000
  const key = (id: string): string => `u/2026-05-02/${id}.mp4`
  const ulid = (n: number): string => key(`${encode(n)}${newId().slice(10)}`)
  const now = 1_800_000_000_000
  const [ancient, older, newer] = [ulid(now - day - 1), ulid(now - 7_200_000), ulid(now - 60_000)]
  const sorted = (first: 'oldest' | 'newest'): string[] =>
    [newer, ancient, older].toSorted((a, b) => (orderOf(a, first, now) < orderOf(b, first, now) ? -1 : 1))
  assert.deepEqual(sorted('oldest'), [ancient, older, newer])
  assert.deepEqual(sorted('newest'), [ancient, newer, older])
  assert.match(orderOf('u/d/film.mp4', 'newest', now), /^0 film/)
  const again = ancient.replace('.mp4', `-${(now - 60_000).toString(36)}.mp4`)
  for (const first of ['oldest', 'newest'] as const) {
    assert.ok(orderOf(again, first, now) > orderOf(newer, first, now), 'a film that is published already is sent anew behind all others')
    assert.ok(orderOf(again, first, now + day) < orderOf(newer, first, now + day - 1), 'but not for ever')
  }
})

function encode(ms: number): string {
  const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
  return Array.from({ length: 10 }, (_, n) => letters[Math.floor(ms / 32 ** (9 - n)) % 32]).join('')
}

test('what is left arrives when rate and windows allow, or nobody can tell', () => {
  const { nowMs } = at('21:00')
  assert.equal(etaMs(10e6, 1e6, free, { nowMs }), nowMs + 10_000)
  assert.equal(etaMs(10e6, 1e6, { ...free, maxRateKbps: 800 }, { nowMs }), nowMs + 100_000)
  // 3600 s at 250 kB/s until 22:00, nothing until 23:00, then at the rate of the uplink.
  const eta = etaMs(900e6 + 60e6, 1e6, { ...free, windows }, { nowMs })
  assert.ok(eta !== undefined && Math.abs(eta - (nowMs + 7_260_000)) < 1_000, String(eta))
  assert.equal(etaMs(1e6, 1e6, { ...free, pauseWhileRecording: true }, { nowMs, untilMs: nowMs + 60_000 }), nowMs + 61_000)
  assert.equal(etaMs(1e6, 0, free, { nowMs }), undefined)
  assert.equal(etaMs(1e12, 8_000, free, { nowMs }), undefined)
  assert.equal(etaMs(1, 1e6, { ...free, windows: uploadWindows.parse('00:00-24:00=off') }, { nowMs }), undefined)
})

test('the end that is told is the one that minute by minute comes of the windows, also where the clocks are changed', () => {
  const minuteByMinute = (bytes: number, rate: number, rules: UplinkRules, nowMs: number): number | undefined => {
    let left = bytes
    for (let atMs = nowMs; atMs < nowMs + 14 * 24 * 3_600_000; atMs += 60_000) {
      const { bytesPerSecond = Number.POSITIVE_INFINITY, pausedBy } = allowanceAt(rules, { nowMs: atMs, recording: false, watched: false })
      const now = pausedBy ? 0 : Math.min(rate, bytesPerSecond)
      if (now > 0 && left <= now * 60) return atMs + (left / now) * 1_000
      left -= now * 60
    }
    return undefined
  }
  const window = fc.record({
    fromMinute: fc.integer({ min: 0, max: 1_439 }),
    toMinute: fc.integer({ min: 1, max: 1_440 }),
    rate: fc.constantFrom<'off' | 'full' | number>('off', 'full', 800, 8_000),
  })
  // Berlin's clocks are changed on 29 March and on 25 October 2026.
  const fromMs = fc.constantFrom('2026-03-28T12:00:00Z', '2026-10-24T20:00:00Z', '2026-05-02T00:30:00Z').map((text) => Date.parse(text))
  fc.assert(
    fc.property(fc.array(window, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 4e11 }), fromMs, (several, bytes, nowMs) => {
      const rules = { ...free, windows: several }
      const [told, slow] = [etaMs(bytes, 500_000, rules, { nowMs }), minuteByMinute(bytes, 500_000, rules, nowMs)]
      assert.ok(told === slow || Math.abs((told ?? 0) - (slow ?? 0)) < 1, `${told} and ${slow}`)
    }),
    { numRuns: 40 },
  )
})
