import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeClock } from '../../../tests/fake-clock.ts'
import { openMeter } from './meter.ts'

const startMs = 1_000_000

test('the uplink is as fast as what arrived over the time that something was under way; idle time and lost parts count for nothing', () => {
  const clock = fakeClock(startMs)
  const meter = openMeter(clock)
  assert.equal(meter.bytesPerSecond(), undefined)
  const [one, two] = [meter.begin(), meter.begin()]
  clock.advance(1_000)
  one.over(500_000)
  one.over(500_000) // told twice by accident
  clock.advance(1_000)
  two.over(500_000)
  assert.equal(meter.bytesPerSecond(), 500_000)
  clock.advance(3_600_000)
  assert.equal(meter.bytesPerSecond(), 500_000)
  const lost = meter.begin()
  clock.advance(1_000)
  lost.passed(400_000)
  assert.equal(meter.underWayBytes(), 400_000)
  lost.over(0)
  lost.passed(400_000) // its stream was told late
  assert.equal(meter.underWayBytes(), 0)
  const again = meter.begin()
  clock.advance(1_000)
  again.over(500_000)
  assert.equal(meter.bytesPerSecond(), 375_000)
})

test('a part that takes minutes is counted as it goes, not when it has arrived; what is looked back on is a minute', () => {
  const clock = fakeClock(startMs)
  const meter = openMeter(clock)
  const part = meter.begin()
  const go = (seconds: number, bytes: number): void => {
    for (let n = 0; n < seconds * 10; n += 1) {
      clock.advance(100)
      part.passed(bytes / 10)
    }
  }
  part.passed(90_000) // into the buffers of the system
  assert.equal(meter.bytesPerSecond(), undefined)
  go(20, 100_000)
  assert.equal(Math.round((meter.bytesPerSecond() ?? 0) / 1_000), Math.round(2_090 / 20))
  go(120, 50_000)
  assert.equal(meter.bytesPerSecond(), 50_000)
  part.over(8_090_000)
  assert.equal(meter.bytesPerSecond(), 50_000, 'what went has arrived: nothing is counted twice')
})

test('what the kernel was given and keeps has not gone: neither a full send buffer nor its emptying changes how fast the uplink is', () => {
  const clock = fakeClock(startMs)
  let queued = 0
  const meter = openMeter(clock, () => queued)
  const part = meter.begin()
  const second = (given: number, gone: number): void => {
    for (let n = 0; n < 10; n += 1) {
      clock.advance(100)
      part.passed(given / 10)
      queued += (given - gone) / 10
    }
  }
  second(5_000_000, 100_000)
  for (let n = 0; n < 9; n += 1) second(100_000, 100_000)
  assert.equal(Math.round(meter.bytesPerSecond() ?? 0), 100_000)
  assert.equal(Math.round(meter.underWayBytes()), 1_000_000)
  for (let n = 0; n < 40; n += 1) second(0, 100_000)
  assert.equal(Math.round(meter.bytesPerSecond() ?? 0), 100_000)
  assert.equal(Math.round(meter.underWayBytes()), 5_000_000)
  for (let n = 0; n < 90; n += 1) second(100_000, 100_000)
  assert.equal(Math.round(meter.bytesPerSecond() ?? 0), 100_000, 'also when the beginning is no longer looked back on')
})
