import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultOf, openPictureWatch, samplePicture, type FaultyStretch, type Samples } from './picture-health.ts'

const width = 96
const height = 54

/** A court: a bright and a dark half, with noise that differs from second to second. */
function court(second: number, { light = 1, noise = 19 } = {}): Samples {
  const luma = new Uint8Array(width * height)
  for (let at = 0; at < luma.length; at += 1) {
    const base = at % width < width / 2 ? 60 : 150
    luma[at] = 16 + (base - 16) * light + ((at * 7 + second * 13) % (noise + 1))
  }
  return samplePicture(luma, width, height)
}
const flat = (value: number, second: number): Samples =>
  samplePicture(new Uint8Array(width * height).fill(value + (second % 2)), width, height)

function watch(pictures: readonly (Samples | undefined)[]): (FaultyStretch | undefined)[] {
  const seen = openPictureWatch(25)
  return pictures.map((picture, second) => {
    if (picture) return seen.see(second * 25, picture)
    seen.miss()
    return undefined
  })
}
const seconds = (count: number, of: (second: number) => Samples): Samples[] => Array.from({ length: count }, (_, second) => of(second))

test('samples are spread over the whole picture', () => {
  const luma = new Uint8Array(width * height)
  for (let at = 0; at < luma.length; at += 1) luma[at] = (at % width) + (at >= (width * height) / 2 ? 100 : 0)
  const samples = samplePicture(luma, width, height)
  assert.equal(samples.length, 48 * 27)
  assert.deepEqual([samples[0], samples[47], samples.at(-48), samples.at(-1)], [1, 95, 101, 195])
})

test('a court is fine by day, by floodlight and at dusk, for as long as it lasts', () => {
  for (const light of [1, 0.4, 0.2]) assert.deepEqual(watch(seconds(60, (second) => court(second, { light }))).filter(Boolean), [])
})

test('a black picture is told after three seconds, with its stretch from the first one', () => {
  const told = watch([...seconds(5, (second) => court(second)), ...seconds(5, (second) => flat(17, second)), court(10)])
  assert.deepEqual(told.slice(0, 8).filter(Boolean), [])
  assert.deepEqual(told[8], { fault: 'black', firstFrame: 125, frames: 100 })
  assert.deepEqual(told[9], { fault: 'black', firstFrame: 125, frames: 125 })
  assert.equal(told[10], undefined)
})

test('a covered lens is told after five seconds, whatever its colour', () => {
  for (const value of [60, 128, 230]) {
    const told = watch(seconds(7, (second) => flat(value, second)))
    assert.deepEqual(
      told.map((each) => each?.fault),
      [undefined, undefined, undefined, undefined, undefined, 'covered', 'covered'],
    )
  }
  assert.equal(
    faultOf(
      samplePicture(
        Uint8Array.from({ length: width * height }, (_, at) => (at % width < 48 ? 100 : 112)),
        width,
        height,
      ),
      undefined,
    ),
    undefined,
  )
})

test('a frozen picture is told within ten seconds, from the picture on that it repeats', () => {
  const told = watch([court(0), court(1), ...seconds(12, () => court(1))])
  assert.equal(told.findIndex(Boolean), 9)
  assert.deepEqual(told[9], { fault: 'frozen', firstFrame: 25, frames: 225 })
})

test('two samples in a hundred that change are a camera that lives, one is not', () => {
  const still = court(1)
  const changed = (share: number): Samples[] =>
    seconds(20, (second) => Uint8Array.from(still, (value, n) => (n < still.length * share ? value + (second % 2) * 8 : value)))
  assert.deepEqual(watch(changed(0.021)).filter(Boolean), [])
  assert.equal(watch(changed(0.019)).findIndex(Boolean), 8)
})

test('rounding by the encoder is no movement', () => {
  const still = court(1)
  const pictures = seconds(12, (second) => Uint8Array.from(still, (value, n) => value + ((second + n) % 2) * 7))
  assert.equal(watch(pictures).findIndex(Boolean), 8)
})

test('where nothing is shown a suspicion ends', () => {
  const told = watch([...seconds(8, () => court(1)), undefined, ...seconds(8, () => court(1))])
  assert.deepEqual(told.filter(Boolean), [])
})

test('a stretch that lasts until the film ends is told at half its time, with its end', () => {
  const seen = openPictureWatch(25)
  for (let second = 0; second < 8; second += 1) assert.equal(seen.see(second * 25, court(1)), undefined)
  assert.deepEqual(seen.end(190), { fault: 'frozen', firstFrame: 0, frames: 190 })
  const dark = openPictureWatch(25)
  for (let second = 0; second < 8; second += 1) dark.see(second * 25, second < 6 ? court(second) : flat(17, second))
  assert.deepEqual(dark.end(200), { fault: 'black', firstFrame: 150, frames: 50 })
  assert.equal(dark.end(185), undefined)
  const well = openPictureWatch(25)
  for (let second = 0; second < 8; second += 1) well.see(second * 25, court(second))
  assert.equal(well.end(200), undefined)
})

test('one player far away keeps a still court alive, and so does light that changes by little each second', () => {
  const still = court(1)
  const withPlayer = (second: number): Samples =>
    still.map((value, n) => (n >= 3 * (second % 40) && n < 3 * (second % 40) + 3 ? 230 : value))
  assert.deepEqual(watch(seconds(60, withPlayer)).filter(Boolean), [])
  assert.deepEqual(watch(seconds(15, (second) => still.map((value) => value + 5 * second))).filter(Boolean), [])
})
