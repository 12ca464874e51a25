// What an uplink allows: how late a film may be published over it, how much of it may be left at the end, how wrong a told end may be.
// Pure.

/** When a part was acknowledged. */
export type SentPart = { readonly bytes: number; readonly sentAtMs: number }

/** At a moment of the upload, when all of it was said to be there. */
export type Told = { readonly atMs: number; readonly etaMs: number }

const partsInFlight = 3
const allowedEtaError = 0.2

/** Bytes of parts that the store had not acknowledged when the film ended. What S3's rules leave to the end are the first part, which holds the
 *  header, and what follows the last whole part; beside them only what is under way. */
export function leftAtEnd(
  parts: readonly SentPart[],
  endsAtMs: number,
  partBytes: number,
): { readonly bytes: number; readonly limit: number } {
  const bytes = parts.filter(({ sentAtMs }) => sentAtMs > endsAtMs).reduce((sum, part) => sum + part.bytes, 0)
  return { bytes, limit: (2 + partsInFlight) * partBytes }
}

/** Seconds after the end by which a film must be published that had so much left. */
export const publishLimit = (leftBytes: number, bytesPerSecond: number): number => 2 + (1.15 * leftBytes) / bytesPerSecond

/** The largest error of what was told in the first half of the wait after the end, as a share of what was left to wait. A part that has not
 *  arrived counts as not sent: near the end that is most of what is left, and only the first half is judged. */
export function etaError(told: readonly Told[], endsAtMs: number, thereAtMs: number): { readonly worst: number; readonly count: number } {
  const judged = told.filter(({ atMs }) => atMs >= endsAtMs && atMs <= (endsAtMs + thereAtMs) / 2)
  const errors = judged.map(({ atMs, etaMs }) => Math.abs(etaMs - thereAtMs) / (thereAtMs - atMs))
  return { worst: Math.max(...errors), count: judged.length }
}

export const etaFaults = ({ worst, count }: { readonly worst: number; readonly count: number }): string[] => {
  if (count === 0) return ['nobody was told when it would be there']
  return worst <= allowedEtaError ? [] : [`what was told was wrong by ${Math.round(worst * 100)} %`]
}

/** The smallest value that so many of them do not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}
