// How fast the uplink was lately: bytes that arrived over the time in which something was under way.
// Never counts what was begun and did not arrive; idle time does not make it slower.

import type { Clock } from '../../base/clock.ts'

export type Meter = {
  /** Something is being sent; what it gives is called once, with the bytes that arrived. */
  begin(): (arrivedBytes: number) => void
  /** `undefined` until something has arrived. */
  bytesPerSecond(): number | undefined
}

/** Busy time that is looked back on. */
const spanUs = 60e6

export function openMeter(clock: Pick<Clock, 'monotonicUs'>): Meter {
  let underWay = 0
  let countedUs = 0
  let pendingUs = 0 // busy time since something last arrived
  const samples: { readonly bytes: number; readonly busyUs: number }[] = []
  const count = (): void => {
    const nowUs = clock.monotonicUs()
    if (underWay > 0) pendingUs += nowUs - countedUs
    countedUs = nowUs
  }
  const busy = (): number => samples.reduce((sum, { busyUs }) => sum + busyUs, 0)
  return {
    begin: () => {
      count()
      underWay += 1
      let over = false
      return (bytes) => {
        if (over) return
        over = true
        count()
        underWay -= 1
        if (bytes === 0) return
        samples.push({ bytes, busyUs: pendingUs })
        pendingUs = 0
        while (samples.length > 1 && busy() - (samples[0]?.busyUs ?? 0) > spanUs) samples.shift()
      }
    },
    bytesPerSecond: () => {
      const busyUs = busy()
      return busyUs > 0 ? (samples.reduce((sum, { bytes }) => sum + bytes, 0) / busyUs) * 1e6 : undefined
    },
  }
}
