import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decideRetention, keptClasses, retentionRules, whyItStays, type Decision, type Kept, type Rules } from './retention-policy.ts'

const dayMs = 24 * 3_600_000
const nowMs = 1_000 * dayMs
const rules = retentionRules({ tracksDays: 7, chunksDays: 3, filmsDays: 0, clipsDays: 0, logsDays: 30, publishedDays: 0 })

const thing = (change: Partial<Kept>): Kept => ({
  ...{ class: 'track', name: 'a', bytes: 10, sinceMs: nowMs - dayMs, confirmed: 'its film is published' },
  ...change,
})

const maybe = fc.option(fc.constantFrom('a dispute', 'somebody'), { nil: undefined, freq: 3 })
const anything: fc.Arbitrary<Kept> = fc.record({
  class: fc.constantFrom(...keptClasses),
  name: fc.string({ maxLength: 3 }),
  bytes: fc.integer({ min: 0, max: 1_000 }),
  sinceMs: fc.integer({ min: nowMs - 100 * dayMs, max: nowMs + dayMs }),
  confirmed: fc.option(fc.constant('it is elsewhere'), { nil: undefined, freq: 3 }),
  heldBecause: maybe,
  usedBy: maybe,
})
const things = fc.uniqueArray(anything, { selector: ({ class: of, name }) => `${of}/${name}`, maxLength: 40 })
const rule = fc.record({
  ageMs: fc.option(fc.integer({ min: 0, max: 100 * dayMs }), { nil: undefined }),
  forRoom: fc.boolean(),
  onWord: fc.boolean(),
})
const anyRules: fc.Arbitrary<Rules> = fc.record({
  ...{ part: rule, log: rule, track: rule, chunks: rule, rendition: rule, clip: rule, film: rule, published: rule },
})
const demand = fc.record({
  nowMs: fc.constant(nowMs),
  isTimeKnown: fc.boolean(),
  neededBytes: fc.integer({ min: 0, max: 20_000 }),
  onWord: fc.boolean(),
})

const goingOf = (decisions: readonly Decision[]): Kept[] => decisions.filter(({ goes }) => goes).map(({ kept }) => kept)
const bytesOf = (all: readonly Kept[]): number => all.reduce((sum, { class: of, bytes }) => sum + (of === 'published' ? 0 : bytes), 0)

test('nothing that is unconfirmed, held or in use ever goes, and every thing has one decision with a reason', () => {
  fc.assert(
    fc.property(things, anyRules, demand, (all, given, wanted) => {
      const decisions = decideRetention(all, given, wanted)
      assert.deepEqual(new Set(decisions.map(({ kept }) => kept)), new Set(all))
      assert.equal(decisions.length, all.length)
      for (const { confirmed, heldBecause, usedBy } of goingOf(decisions)) {
        assert.ok(confirmed !== undefined)
        assert.equal(heldBecause, undefined)
        assert.equal(usedBy, undefined)
      }
      assert.ok(decisions.every(({ reason }) => reason.length > 10))
    }),
  )
})

test('as much becomes free as is needed, if there is as much, and of what is not due no more than that', () => {
  fc.assert(
    fc.property(things, anyRules, demand, (all, given, wanted) => {
      const freed = bytesOf(goingOf(decideRetention(all, given, wanted)))
      const may = all.filter((kept) => whyItStays(kept) === undefined && given[kept.class].forRoom)
      assert.ok(freed >= Math.min(wanted.neededBytes, bytesOf(may)))
      const due = goingOf(decideRetention(all, given, { ...wanted, neededBytes: 0 }))
      const forRoom = goingOf(decideRetention(all, given, wanted)).slice(due.length)
      if (forRoom.length > 0) assert.ok(freed - (forRoom.at(-1)?.bytes ?? 0) < wanted.neededBytes, 'the last one was needed, too')
    }),
  )
})

test('what goes and in which order does not depend on how it was listed', () => {
  fc.assert(
    fc.property(
      things.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      anyRules,
      demand,
      ([all, shuffled], given, wanted) => assert.deepEqual(decideRetention(all, given, wanted), decideRetention(shuffled, given, wanted)),
    ),
  )
})

test('all that is older than its rule goes, however much room there is; what is from the future stays', () => {
  const names = (all: readonly Kept[]): string[] =>
    goingOf(decideRetention(all, rules, { nowMs, isTimeKnown: true, neededBytes: 0 })).map(({ name }) => name)
  assert.deepEqual(
    names([
      thing({ name: 'young', sinceMs: nowMs - 7 * dayMs }),
      thing({ name: 'old', sinceMs: nowMs - 7 * dayMs - 1 }),
      thing({ name: 'older', sinceMs: nowMs - 9 * dayMs }),
      thing({ name: 'tomorrow', sinceMs: nowMs + 20 * dayMs }),
      thing({ name: 'film', class: 'film', sinceMs: 0 }),
    ]),
    ['older', 'old'],
  )
})

test('room is made of what is missed the least: parts and logs, then footage, chunks, small versions, own films of the box', () => {
  const all = (['film', 'rendition', 'chunks', 'track', 'log', 'part'] as const).map((of) => thing({ class: of, sinceMs: nowMs }))
  const going = (neededBytes: number): string[] =>
    goingOf(decideRetention(all, rules, { nowMs, isTimeKnown: true, neededBytes })).map(({ class: of }) => of)
  assert.deepEqual(going(21), ['part', 'log', 'track'])
  assert.deepEqual(going(1e9), ['part', 'log', 'track', 'chunks', 'rendition', 'film'])
  assert.deepEqual(going(0), [])
})

test('on a word of a person goes what can be done without, and neither a film nor a clip before its time', () => {
  const all = keptClasses.map((of) => thing({ class: of, sinceMs: nowMs }))
  const decisions = decideRetention(all, rules, { nowMs, isTimeKnown: true, neededBytes: 0, onWord: true })
  assert.deepEqual(
    goingOf(decisions).map(({ class: of }) => of),
    ['part', 'log', 'track', 'chunks'],
  )
  assert.match(decisions[0]?.reason ?? '', /^somebody asked for a clean-up; its film is published$/)
})

test('each thing that stays says why', () => {
  const reasons = [thing({ heldBecause: 'a dispute' }), thing({ name: 'b', usedBy: 'watched' }), thing({ name: 'c', confirmed: undefined })]
  assert.deepEqual(
    decideRetention(reasons, rules, { nowMs, isTimeKnown: true, neededBytes: 1e9, onWord: true }).map(({ reason }) => reason),
    ['it is held: a dispute', 'it is in use: watched', 'it is not confirmed yet that nothing would be lost'],
  )
})

test('while the box doubts its clock nothing is old; room is made all the same', () => {
  const old = thing({ class: 'published', name: 'film', sinceMs: nowMs - 1_000 * dayMs })
  const track = thing({ name: 'track', sinceMs: nowMs - 1_000 * dayMs })
  const going = (isTimeKnown: boolean, neededBytes: number): string[] =>
    goingOf(
      decideRetention(
        [old, track],
        { ...rules, published: { ageMs: dayMs, forRoom: false, onWord: false } },
        { nowMs, isTimeKnown, neededBytes },
      ),
    ).map(({ name }) => name)
  assert.deepEqual([going(true, 0), going(false, 0), going(false, 1)], [['track', 'film'], [], ['track']])
})
