import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Take } from '../../capture/take.ts'
import { cutPictures, trackRuns, type TrackWindow } from './track-cut.ts'

/** Four pictures a second, from 10 s of the boot on; the match is the two seconds from 12 s on. */
const window: TrackWindow = { grid: { bootId: 'boot', originUs: 12e6, startsAtMs: 0, fps: 4 }, frames: 8 }
const ticksAt = (seconds: number): number => seconds * 90_000
const segment = (number: number) => ({
  number,
  firstTicks: ticksAt(10 + number),
  lastTicks: ticksAt(10.75 + number),
  frames: 4,
  bytes: 1,
  sha256: '',
})

const take = (camera: Take['camera'], more: Partial<Take> = {}): Take => ({
  ...{ id: camera, rigId: 'rig', camera, folder: '', bootId: 'boot', begunAtMs: 0, chain: { pid: 1, startTicks: 1 }, source: undefined },
  segments: Array.from({ length: 7 }, (_, n) => segment(n)),
  opened: [segment(0)],
  anchors: Array.from({ length: 7 }, (_, n) => ({ ticks: ticksAt(10 + n), monotonicUs: (10 + n) * 1e6, utcMs: n * 1_000, frames: n * 4 })),
  ended: undefined,
  ...more,
})

const told = (takes: readonly Take[], gone: readonly number[] = []): string[] =>
  trackRuns(window, takes, (_, { number }) => !gone.includes(number)).map(
    ({ camera, segments }) => `${camera} ${segments.map(({ number }) => number).join(' ')}`,
  )

test('only segments that touch the match are taken, camera by camera; one that is gone parts them; the sound is not a track', () => {
  assert.deepEqual(told([take('right'), take('left'), take('sound')]), ['left 2 3', 'right 2 3'])
  assert.deepEqual(told([take('left')], [2]), ['left 3'])
  assert.deepEqual(
    trackRuns({ ...window, frames: 16 }, [take('left')], (_, { number }) => number !== 3).map(({ segments }) => segments.length),
    [1, 2],
  )
})

test('a take whose clock nobody knows gives nothing', () => {
  assert.deepEqual(told([take('left', { anchors: [] })]), [])
})

/** Pictures of a file, a hundred bytes each; `k` is a key frame. */
const cut = (...pictures: readonly string[]) =>
  cutPictures(
    window,
    take('left'),
    pictures.map((each, n) => ({ at: n * 100, ticks: ticksAt(Number.parseFloat(each)), key: each.endsWith('k') })),
    pictures.length * 100,
  )

test('a track begins at the first key frame within, and ends before the first picture behind', () => {
  assert.deepEqual(cut('12k', '12.25', '12.5'), { from: 0, to: 300 })
  assert.deepEqual(cut('11.5k', '11.75', '12k', '12.25'), { from: 200, to: 400 })
  assert.deepEqual(cut('11.5k', '11.75', '12', '12.25'), undefined, 'nothing of it can be decoded alone')
  assert.deepEqual(cut('13.5k', '13.75', '14', '14.25'), { from: 0, to: 200 })
  assert.deepEqual(cut('14k', '14.25'), undefined)
  assert.deepEqual(cut(), undefined)
})

test('a picture that is shown before the key frame it follows must be within, too', () => {
  assert.deepEqual(cut('12k', '11.75', '12.25', '12.5k', '12.75'), { from: 300, to: 500 })
})

test('a picture belongs to the frame that it is nearest to, as in the film', () => {
  assert.deepEqual(cut('11.9k', '12.15'), { from: 0, to: 200 })
  assert.deepEqual(cut('11.87k', '12.12'), undefined)
  assert.deepEqual(cut('13.6k', '13.87', '13.88'), { from: 0, to: 200 })
})
