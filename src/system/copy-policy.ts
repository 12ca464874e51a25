// When the database is copied: often enough that little is lost with it, seldom enough for a card.
// Pure.

export type CopyFacts = {
  /** Since the last copy; `undefined` when there is none. */
  readonly ageMs: number | undefined
  /** Of the database. */
  readonly bytes: number
  readonly freeBytes: number
  /** Something was noted since the last copy. */
  readonly changed: boolean
  /** Something that stands in the database alone: accounts, keys, share links. */
  readonly irreplaceableChanged: boolean
  /** A recording is being made. */
  readonly busy: boolean
}

const usualMs = 10 * 60_000
const soonMs = 10_000

/** On average no more than this is written for copies. */
const bytesPerSecond = 100_000

/** A larger one is copied when nothing is being recorded. */
const smallBytes = 64e6

/** What a copy leaves free. */
const spareBytes = 1e9

export function isCopyDue({ ageMs = Number.POSITIVE_INFINITY, bytes, freeBytes, changed, irreplaceableChanged, busy }: CopyFacts): boolean {
  if (!changed && !irreplaceableChanged) return false
  if (freeBytes - bytes < spareBytes || (busy && bytes > smallBytes)) return false
  return ageMs >= Math.max(irreplaceableChanged ? soonMs : usualMs, (bytes / bytesPerSecond) * 1_000)
}
