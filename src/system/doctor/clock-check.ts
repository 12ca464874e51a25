// Whether the box knows what time it is, and from whom.
// Pure: the evidence is handed in.

import type { ClockEvidence } from '../../adapters/clock-evidence.ts'
import { clockMend as mend } from '../health-policy.ts'
import { degraded, healthy, unhealthy, type Finding } from './finding.ts'

export type ClockFacts = Pick<ClockEvidence, 'synchronized' | 'rtcMs'> & {
  readonly nowMs: number
  /** The box's own verdict. */
  readonly trusted: boolean
  readonly settled: boolean
}

export function judgeClock({ synchronized, rtcMs, nowMs, trusted, settled }: ClockFacts): Finding {
  const says = `it says ${new Date(nowMs).toISOString()}`
  if (!trusted)
    return unhealthy(
      'clock',
      `nobody has set the clock since the boot; ${says}. What is booked is filmed, and is given to no booking until it is set`,
      mend,
    )
  if (!settled) return degraded('clock', `the clock was set to two different times; ${says}`, mend)
  const by =
    synchronized === true ? 'kept by a time server' : rtcMs === undefined ? 'set once, no time server keeps it now' : 'by the battery clock'
  return synchronized === true ? healthy('clock', `${by}; ${says}`) : degraded('clock', `${by}; ${says}`, mend)
}
