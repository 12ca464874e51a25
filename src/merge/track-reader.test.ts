import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aTake, grid, startsAtMs } from '../../tests/synthetic-take.ts'
import { fakeClock } from '../../tests/fake-clock.ts'
import { silentLogger } from '../base/logger.ts'
import type { Take } from '../capture/take.ts'
import type { TakeReader } from './framed-pictures.ts'
import { openTrackReader, type Shown } from './track-reader.ts'

const tellShown = (shown: Shown): string => (shown.is === 'missing' ? shown.cause : `${shown.is} ${shown.frame}`)

/** What is shown at each frame asked for, when these pictures (film frames, in the order in which they come) are all that the takes gave, long after. */
async function shownAt(takes: readonly (readonly [Take, readonly number[]])[], asked: readonly number[]): Promise<string[]> {
  const clock = fakeClock(startsAtMs + 3_600_000)
  const log = { takes: takes.map(([take]) => take), refresh: () => Promise.resolve(), unbegun: () => [], journalBytes: () => 0 }
  const read: TakeReader = async function* (_, { take: { id } }) {
    const [, frames] = takes.find(([take]) => take.id === id) ?? []
    for (const frame of frames ?? []) yield { frame, exactFrame: frame, ticks: frame * 3_600, takeId: id, data: Buffer.of(frame % 256) }
    return undefined
  }
  const common = { camera: 'left', grid, fromFrame: asked[0] ?? 0, log, read, clock, logger: silentLogger() } as const
  const reader = openTrackReader({ ...common, signal: new AbortController().signal })
  const told: string[] = []
  for (const frame of asked) told.push(tellShown(await reader.at(frame)))
  await reader.close()
  return told
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, n) => from + n)
const match = aTake({ fromMs: 0, seconds: 8, ended: 'killed' })

test('a hole of five pictures shows the one before it, a longer one says from its first frame on that pictures are missing', async () => {
  assert.deepEqual(await shownAt([[match, [0, 1, 7, 8]]], range(0, 9)), [
    'picture 0',
    'picture 1',
    ...Array.from({ length: 5 }, () => 'repeat 1'),
    'picture 7',
    'picture 8',
  ])
  assert.deepEqual(await shownAt([[match, [0, 1, 8]]], range(0, 9)), [
    'picture 0',
    'picture 1',
    ...Array.from({ length: 6 }, () => 'frames-dropped'),
    'picture 8',
  ])
})

test('a picture that comes late, behind one that was shown, and a second one for the same frame change nothing', async () => {
  assert.deepEqual(
    await shownAt([[match, [0, 1, 2, 1, 3, 3, 4]]], range(0, 5)),
    range(0, 5).map((frame) => `picture ${frame}`),
  )
})

test('the last picture of a take stands for nothing that was lost before the next one, which begins where it was captured', async () => {
  const first = aTake({ fromMs: 0, seconds: 4, ended: 'stamps-jumped' })
  const next = aTake({ fromMs: 4_080, seconds: 4, ended: 'stopped', base: 7_777_777 })
  const asked = range(98, 104)
  assert.deepEqual(
    await shownAt(
      [
        [first, range(0, 100)],
        [next, range(102, 202)],
      ],
      asked,
    ),
    ['picture 98', 'picture 99', 'stamps-jumped', 'stamps-jumped', 'picture 102', 'picture 103'],
  )
})

test('a film that ends later than its camera shows why for the rest', async () => {
  assert.deepEqual(await shownAt([[match, range(0, 200)]], [199, 200, 201, 5_000]), ['picture 199', 'killed', 'killed', 'killed'])
})
