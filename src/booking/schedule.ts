// What the rig should be capturing at an instant, from the plan's windows alone.
// Pure: no clock, no disk, no database; the recorder asks and acts.

/** One booking's window as the recorder needs it; cancelled ones are not in the plan. */
export type PlannedWindow = { readonly bookingId: string; readonly startsAtMs: number; readonly endsAtMs: number }

/** Time captured before and after a booking, trimmed from the film later. */
export type Margins = { readonly leadInMs: number; readonly tailMs: number }

export type Plan = {
  /** Bookings whose widened window is open now, earliest first. */
  readonly open: readonly string[]
  /** True while any window is open: one capture serves back-to-back bookings. */
  readonly capturing: boolean
  /** The next instant at which this plan changes, or `undefined` when it never will. */
  readonly changesAtMs: number | undefined
}

/** What should be true at `nowMs`. Asking again at `changesAtMs` is enough: nothing changes in between. */
export function planAt(nowMs: number, windows: readonly PlannedWindow[], margins: Margins): Plan {
  const widened = windows.map((window) => ({
    bookingId: window.bookingId,
    fromMs: window.startsAtMs - margins.leadInMs,
    toMs: window.endsAtMs + margins.tailMs,
  }))
  const open = widened.filter((window) => window.fromMs <= nowMs && nowMs < window.toMs).toSorted((a, b) => a.fromMs - b.fromMs)
  const edges = widened.flatMap((window) => [window.fromMs, window.toMs]).filter((edge) => edge > nowMs)
  return {
    open: open.map((window) => window.bookingId),
    capturing: open.length > 0,
    changesAtMs: edges.length === 0 ? undefined : edges.reduce((a, b) => Math.min(a, b)),
  }
}

/** The start of the next booking after `window` on the same rig, if any: no end may move past it. */
export function nextStartAfter(window: PlannedWindow, windows: readonly PlannedWindow[]): number | undefined {
  const later = windows
    .filter((other) => other.bookingId !== window.bookingId && other.startsAtMs >= window.startsAtMs)
    .map((other) => other.startsAtMs)
  return later.length === 0 ? undefined : later.reduce((a, b) => Math.min(a, b))
}

/** The longest end that a window may still be moved to: the next booking's start, or the longest booking allowed. */
export function longestEnd(window: PlannedWindow, windows: readonly PlannedWindow[], maxMs: number): number {
  return Math.max(window.endsAtMs, Math.min(window.startsAtMs + maxMs, nextStartAfter(window, windows) ?? Number.POSITIVE_INFINITY))
}
