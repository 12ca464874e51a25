// The day that every life lives: two bookings back to back. The first is extended and filmed, the second is cancelled while its film grows.
// Never says when a life ends: that is judged from rows.

import { fps } from './footage.ts'

export const kickoffMs = Date.UTC(2026, 4, 2, 12)

/** Of the lead-in, the match and its tail. */
export const footageSeconds = 3.6
export const leadInMs = 1_000

/** Callers' ids, by which a later life finds what an earlier one booked. */
export const match = { callerId: 'match', startsAtMs: kickoffMs, firstEndMs: kickoffMs + 1_000, endsAtMs: kickoffMs + 2_000 }
export const other = { callerId: 'cancelled', startsAtMs: match.endsAtMs, endsAtMs: kickoffMs + 600_000 }

export const matchFrames = ((match.endsAtMs - match.startsAtMs) * fps) / 1_000

/** What the program tells on standard output, a line each. */
export type Said =
  | { readonly is: 'ready'; readonly mainThread: number; readonly diskThread: number }
  | { readonly is: 'found'; readonly bookings: readonly Acknowledged[]; readonly planned: readonly string[] }
  | ({ readonly is: 'acknowledged' } & Acknowledged)
  | { readonly is: 'idle' }

export type Acknowledged = { readonly id: string; readonly callerId: string; readonly endsAtMs: number; readonly cancelled: boolean }
