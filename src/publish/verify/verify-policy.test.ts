import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { dueForCheck, nightBegan } from './verify-policy.ts'

const day = 86_400_000

test('a night begins at four in the zone of the venue, also where the clocks change', () => {
  const at = (text: string): number => Date.parse(text)
  assert.equal(nightBegan(at('2026-05-02T10:00:00+02:00'), 'Europe/Berlin'), at('2026-05-02T04:00:00+02:00'))
  assert.equal(nightBegan(at('2026-05-02T03:59:59+02:00'), 'Europe/Berlin'), at('2026-05-01T04:00:00+02:00'))
  assert.equal(nightBegan(at('2026-03-29T03:30:00+02:00'), 'Europe/Berlin'), at('2026-03-28T04:00:00+01:00'))
})

test('each night has its share, no film is asked for twice in one, and every film has its turn', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 100 }), (count, percent) => {
      const films = Array.from({ length: count }, (_, n) => ({ id: `f${n}`, confirmedAtMs: n, checkedAtMs: null as number | null }))
      const nights = Math.ceil(count / Math.ceil((count * percent) / 100))
      for (let n = 1; n <= nights; n += 1) {
        const night = n * day
        const due = dueForCheck(films, percent, night, night + 2)
        assert.ok(due.length <= Math.ceil((count * percent) / 100))
        for (const film of due) film.checkedAtMs = night + 1
        assert.deepEqual(dueForCheck(films, percent, night, night + 2), [])
      }
      assert.ok(films.every(({ checkedAtMs }) => checkedAtMs !== null))
    }),
  )
})

test('a film that came tonight was just proven, and nobody who asks for no share is asked', () => {
  const films = [{ id: 'new', confirmedAtMs: day + 1, checkedAtMs: null }]
  assert.deepEqual(dueForCheck(films, 100, day, day + 2), [])
  assert.deepEqual(dueForCheck([{ ...films[0], id: 'old', confirmedAtMs: 1, checkedAtMs: null }], 0, day, day + 2), [])
})

test('what a clock that was ahead has written keeps no film from its turn', () => {
  const films = Array.from({ length: 10 }, (_, n) => ({ id: `f${n}`, confirmedAtMs: n, checkedAtMs: 900 * day }))
  assert.equal(dueForCheck(films, 10, day, day + 2).length, 1)
})
