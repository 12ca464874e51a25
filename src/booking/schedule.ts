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
  const open: PlannedWindow[] = []
  let changesAtMs: number | undefined
  for (const window of windows) {
    // Asked twenty times a second of what may be ten thousand windows: one pass, nothing made.
    const fromMs = window.startsAtMs - margins.leadInMs
    const toMs = window.endsAtMs + margins.tailMs
    if (fromMs <= nowMs && nowMs < toMs) open.push(window)
    if (fromMs > nowMs) changesAtMs = Math.min(changesAtMs ?? fromMs, fromMs)
    if (toMs > nowMs) changesAtMs = Math.min(changesAtMs ?? toMs, toMs)
  }
  return {
    open: open.toSorted((a, b) => a.startsAtMs - b.startsAtMs).map(({ bookingId }) => bookingId),
    capturing: open.length > 0,
    changesAtMs,
  }
}
