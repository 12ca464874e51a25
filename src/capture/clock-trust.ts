// Whether the wall clock is judged or simply believed: the setting CLOCK_TRUST, as evidence.
// Never looks at a clock itself.

import { readClockEvidence, type ClockEvidence } from '../adapters/clock-evidence.ts'

export const clockTrusts = ['auto', 'always'] as const
export type ClockTrust = (typeof clockTrusts)[number]

/** `always` says what a time server would: for machines whose clock is right by other means. `told` is asked where the kernel may not be. */
export const evidenceFor = (trust: ClockTrust, told: () => boolean | undefined = () => undefined): (() => ClockEvidence) =>
  trust === 'always'
    ? () => ({ ...readClockEvidence(), synchronized: true })
    : () => {
        const seen = readClockEvidence()
        return { ...seen, synchronized: seen.synchronized ?? told() }
      }
