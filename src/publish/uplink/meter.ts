// How fast the uplink was lately: bytes that went over the time in which something was under way.
// What went and did not arrive is taken back, and what only waits in the kernel has not gone; idle time does not make it slower.

import type { Clock } from '../../base/clock.ts'

/** One body on its way. */
export type Sending = {
  /** So many more bytes of it went out. */
  passed(bytes: number): void
  /** It is over, once, with the bytes that arrived; 0 when none did. */
  over(arrivedBytes: number): void
}

export type Meter = {
  begin(): Sending
  /** `undefined` until something has arrived, or has been on its way for some seconds. */
  bytesPerSecond(): number | undefined
  /** What went of bodies that have not arrived. */
  underWayBytes(): number
}

type Sample = { bytes: number; busyUs: number }

/** Busy time that is looked back on, and how finely. */
const [spanUs, stepUs] = [60e6, 1e6]

/** What is handed to the system at once when a connection begins says nothing of the uplink. */
const tellingUs = 5e6

/** `queued`: bytes that the kernel has been given and has not got rid of. */
export function openMeter(clock: Pick<Clock, 'monotonicUs'>, queued: () => number = () => 0): Meter {
  let underWay = 0
  let underWayBytes = 0
  let countedUs = 0
  let queuedBytes = 0
  let hasArrived = false
  const samples: Sample[] = []
  /** What the kernel took and keeps is taken back from what went; what it got rid of since the last look went now. */
  const settle = (sample: Sample): void => {
    const before = queuedBytes
    queuedBytes = queued()
    sample.bytes += before - queuedBytes
  }
  /** The sample of now, with the busy time until now. */
  const count = (): Sample => {
    const nowUs = clock.monotonicUs()
    let last = samples.at(-1)
    if (!last || last.busyUs >= stepUs) {
      if (last) settle(last)
      samples.push((last = { bytes: 0, busyUs: 0 }))
    }
    if (underWay > 0) last.busyUs += nowUs - countedUs
    countedUs = nowUs
    while (samples.length > 1 && busy() - (samples[0]?.busyUs ?? 0) > spanUs) samples.shift()
    return last
  }
  const busy = (): number => samples.reduce((sum, { busyUs }) => sum + busyUs, 0)
  return {
    begin: () => {
      count()
      underWay += 1
      let [gone, isOver] = [0, false]
      return {
        passed: (bytes) => {
          if (isOver) return
          count().bytes += bytes
          gone += bytes
          underWayBytes += bytes
        },
        over: (arrivedBytes) => {
          if (isOver) return
          isOver = true
          count().bytes += arrivedBytes - gone
          underWay -= 1
          underWayBytes -= gone
          hasArrived ||= arrivedBytes > 0
        },
      }
    },
    bytesPerSecond: () => {
      settle(count())
      const busyUs = busy()
      if (busyUs === 0 || (!hasArrived && busyUs < tellingUs)) return undefined
      return Math.max(0, (samples.reduce((sum, { bytes }) => sum + bytes, 0) / busyUs) * 1e6)
    },
    underWayBytes: () => Math.max(0, underWayBytes - queued()),
  }
}
