import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgeBacklog, type SentFilm } from './judge-backlog.ts'

const film = (n: number, change: Partial<SentFilm> = {}): SentFilm => ({
  bookingId: `b${n}`,
  key: `${n}.mp4`,
  startsAtMs: n,
  confirmedAtMs: 100 + n,
  frames: 200,
  isSame: true,
  ...change,
})
const expected = { bookings: 2, frames: 200 }
const there = { objects: ['1.mp4', '1.jpg', '2.mp4'], openUploads: 0, partsBegun: 2, parts: 2 }

test('each match once, whole and in order is right; anything else is told', () => {
  assert.deepEqual(judgeBacklog([film(2), film(1)], expected, there), [])
  const wrong: readonly (readonly [RegExp, readonly SentFilm[], Partial<typeof there>])[] = [
    [/1 films of 2 matches/, [film(1)], { objects: ['1.mp4'] }],
    [/2 films of 2 matches/, [film(1), film(2, { bookingId: 'b1' })], {}],
    [/2.mp4 is not in the bucket as it is/, [film(1), film(2, { isSame: false })], {}],
    [/has 150 frames, not 200/, [film(1), film(2, { frames: 150 })], {}],
    [/2.mp4 was there before an older one/, [film(1), film(2, { confirmedAtMs: 100 })], {}],
    [/3 films stand in the bucket/, [film(1), film(2)], { objects: ['1.mp4', '2.mp4', '2-2.mp4'] }],
    [/1 uploads are left open/, [film(1), film(2)], { openUploads: 1 }],
    [/3 parts were begun for 2/, [film(1), film(2)], { partsBegun: 3 }],
  ]
  for (const [fault, films, change] of wrong) {
    const faults = judgeBacklog(films, expected, { ...there, ...change })
    assert.equal(faults.length, 1, faults.join('; '))
    assert.match(faults[0] ?? '', fault)
  }
})
