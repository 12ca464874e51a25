// What is to be done about the page of a link in the bucket: write it, write it anew before its addresses end, or take it away.
// Pure.

import { longestSignedMs } from '../publish/stores/s3/signed-url.ts'

export type PageFacts = {
  readonly createdAtMs: number
  readonly expiresAtMs: number
  readonly revokedAtMs: number | null
  readonly writtenAtMs: number | null
  /** Its addresses end then. */
  readonly signedUntilMs: number | null
  readonly removedAtMs: number | null
  /** When the film went to another key, if it did: the addresses of before open nothing. */
  readonly filmMovedAtMs: number | null
  /** When the bucket got the smaller version of the film, if it has it: a page of before does not offer it. */
  readonly smallerSentAtMs: number | null
}

/** Who makes a link writes its page within this time, or gives up: a page that is taken away meanwhile would be written after that. Nobody was told of it yet. */
export const firstWriteMs = 60_000

export type PageOrder = 'write' | 'remove' | 'nothing'

/** Addresses that end sooner than this before their link are made anew: a box may be off for so long and its links live. */
export const renewBeforeMs = longestSignedMs / 2

export function pageOrder(page: PageFacts, nowMs: number): PageOrder {
  if (page.removedAtMs !== null) return 'nothing'
  if (page.revokedAtMs !== null || page.expiresAtMs <= nowMs)
    return page.writtenAtMs === null && nowMs < page.createdAtMs + firstWriteMs ? 'nothing' : 'remove'
  if (page.writtenAtMs === null || page.signedUntilMs === null) return 'write'
  if (page.filmMovedAtMs !== null && page.filmMovedAtMs >= page.writtenAtMs) return 'write'
  if (page.smallerSentAtMs !== null && page.smallerSentAtMs >= page.writtenAtMs) return 'write'
  return page.signedUntilMs < page.expiresAtMs && page.signedUntilMs - nowMs < renewBeforeMs ? 'write' : 'nothing'
}

/** Until when the addresses of a page that is written now are signed. */
export const signedUntil = (expiresAtMs: number, nowMs: number): number => Math.min(expiresAtMs, nowMs + longestSignedMs)
