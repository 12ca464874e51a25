// Where a camera's clock stands against ours: of each second of its stream the picture that arrived soonest.
// Pure but for what it remembers; never looks at a clock.

/** `ticks` are the camera's (90 kHz, unwrapped); the others are when the picture came. */
export type Arrival = { readonly ticks: number; readonly monotonicUs: number; readonly utcMs: number }

export type BestArrivals = {
  /** The best of the second before, when this picture begins a new one. */
  add(ticks: number, monotonicUs: number, utcMs: number): Arrival | undefined
  /** The best so far of a take that never reached a second one: without it nobody would know when it was. */
  only(): Arrival | undefined
}

/** The lower envelope of the arrivals: a late one says how busy the machine was, the soonest one what the camera's clock shows. */
export function bestArrivals(): BestArrivals {
  let best: Arrival | undefined
  let second = Number.NaN
  let told = false
  const delayUs = (a: Arrival): number => a.monotonicUs - (a.ticks * 100) / 9
  return {
    add: (ticks, monotonicUs, utcMs) => {
      const here = Math.floor(ticks / 90_000)
      const done = here === second ? undefined : best
      const arrival = { ticks, monotonicUs, utcMs }
      if (here !== second || best === undefined || delayUs(arrival) < delayUs(best)) best = arrival
      second = here
      told ||= done !== undefined
      return done
    },
    only: () => (told ? undefined : best),
  }
}
