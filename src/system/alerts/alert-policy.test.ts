import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Check } from '../check.ts'
import { alertChanges, troublesOf, type OpenAlert, type Trouble, type Watched } from './alert-policy.ts'

const missing: Check = {
  name: 'cameras',
  status: 'degraded',
  message: 'the left one gives no pictures',
  mend: 'its cable',
  subjects: ['left'],
}
const full: Check = { name: 'disk', status: 'unhealthy', message: '0.1 GB free', mend: 'free space' }

/** A box that is looked at each ten seconds: what was told, with the second. */
function watch(looks: readonly (readonly Check[] | 'nobody looks')[]): {
  readonly told: string[]
  readonly open: readonly OpenAlert[]
  readonly rewritten: number
} {
  let rewritten = 0
  let open: OpenAlert[] = []
  let watched: Watched = new Map()
  const told: string[] = []
  for (const [n, look] of looks.entries()) {
    const unseen = new Set(look === 'nobody looks' ? ['cameras'] : [])
    const changes = alertChanges(open, troublesOf(look === 'nobody looks' ? [] : look), watched, n * 10_000, unseen)
    watched = changes.watched
    const word = (what: string, { check, subject }: Trouble): number => told.push(`${n * 10} ${what} ${check} ${subject}`)
    for (const raised of changes.raised) word('raised', raised)
    for (const changed of changes.changed) {
      rewritten += 1
      if (changed.worse) word('worse', changed)
    }
    for (const cleared of changes.cleared) word('cleared', cleared)
    open = [
      ...open
        .filter(({ id }) => !changes.cleared.some((each) => each.id === id))
        .map((alert) => changes.changed.find(({ id }) => id === alert.id) ?? alert),
      ...changes.raised.map((trouble, i) => ({ ...trouble, id: n * 100 + i })),
    ]
  }
  return { told, open, rewritten }
}

const times = <T>(count: number, of: T): T[] => Array.from({ length: count }, () => of)

test('a trouble that lasts is told once, and once more when it has been over for two minutes', () => {
  assert.deepEqual(watch([...times(60, [missing]), ...times(20, [])]).told, ['30 raised cameras left', '720 cleared cameras left'])
})

test('a blip is never told, a box that makes no film at once', () => {
  assert.deepEqual(watch([...times(3, [missing]), ...times(30, [])]).told, [])
  assert.deepEqual(watch([[full]]).told, ['0 raised disk box'])
})

test('what comes and goes is one alert', () => {
  const flaps = Array.from({ length: 40 }, () => [...times(4, [missing]), ...times(6, [])]).flat()
  assert.deepEqual(watch(flaps).told, ['30 raised cameras left'])
})

test('a trouble that is never there for half a minute at a time, and always comes back, is told all the same', () => {
  const flaps = (bad: number, well: number): string[] =>
    watch(Array.from({ length: 60 }, () => [...times(bad, [missing]), ...times(well, [])]).flat()).told
  assert.deepEqual(flaps(2, 1), ['40 raised cameras left'])
  assert.deepEqual(flaps(1, 4), ['150 raised cameras left'])
  assert.deepEqual(flaps(1, 30), [], 'once in five minutes is a blip each time')
})

test('when nobody looks at a camera any more, its alert is neither over nor new', () => {
  const hour = times(360, 'nobody looks' as const)
  assert.deepEqual(watch([...times(4, [missing]), ...hour, ...times(13, [])]).told, ['30 raised cameras left', '3760 cleared cameras left'])
  assert.deepEqual(watch([...times(4, [missing]), ...hour, ...times(60, [missing])]).told, ['30 raised cameras left'])
  assert.deepEqual(
    watch([...times(2, [missing]), ...hour, ...times(2, [missing])]).told,
    [],
    'an hour of which nothing is known is no trouble',
  )
})

test('words that count on are kept once a minute', () => {
  const waits = (n: number): Check => ({ name: 'worker', status: 'degraded', message: `was alive ${n * 10} s ago`, mend: 'start it' })
  assert.equal(watch(Array.from({ length: 61 }, (_, n) => [waits(n)])).rewritten, 10)
})

test('both cameras are two alerts; the one that was told already becomes worse', () => {
  const both: Check = { ...missing, status: 'unhealthy', message: 'no camera', subjects: ['left', 'right'] }
  const { told, open } = watch([...times(4, [missing]), [both]])
  assert.deepEqual(told, ['30 raised cameras left', '40 raised cameras right', '40 worse cameras left'])
  assert.deepEqual(
    open.map(({ status, message }) => [status, message]),
    [
      ['unhealthy', 'no camera'],
      ['unhealthy', 'no camera'],
    ],
  )
})

test('an alert that becomes better stays what it was at its worst, with the words of now', () => {
  const half: Check = { ...full, status: 'degraded', message: '3.9 GB free' }
  const { told, open } = watch([[full], [half]])
  assert.deepEqual(told, ['0 raised disk box'])
  assert.deepEqual([open[0]?.status, open[0]?.message], ['unhealthy', '3.9 GB free'])
})

test('whatever is seen, there is one alert at most for a check and subject, and each was raised before it was cleared', () => {
  const look = fc.subarray([missing, full, { ...missing, status: 'unhealthy' as const, subjects: ['left', 'right'] }])
  fc.assert(
    fc.property(fc.array(fc.oneof(look, fc.constant('nobody looks' as const)), { maxLength: 60 }), (looks) => {
      const lasting = new Set<string>()
      for (const [, what, key] of watch(looks).told.map((line) => /^\d+ (\w+) (.*)$/.exec(line) ?? [])) {
        assert.equal(lasting.has(key ?? ''), what !== 'raised')
        if (what === 'raised') lasting.add(key ?? '')
        if (what === 'cleared') lasting.delete(key ?? '')
      }
    }),
  )
})
