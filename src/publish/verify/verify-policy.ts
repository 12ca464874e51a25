// Which films the bucket is asked for tonight: a share of all each night, those that were not asked for the longest first.
// Pure.

export type HeldFilm = { readonly id: string; readonly confirmedAtMs: number; readonly checkedAtMs: number | null }

/** From this hour on, in the zone of the venue, when courts are empty. */
export const nightHour = 4

/** The last night's beginning: what was checked since counts to it. */
export function nightBegan(nowMs: number, timeZone: string): number {
  const now = Temporal.Instant.fromEpochMilliseconds(Math.floor(nowMs)).toZonedDateTimeISO(timeZone)
  const today = now.with({ hour: nightHour, minute: 0, second: 0, millisecond: 0, microsecond: 0, nanosecond: 0 })
  return (Temporal.ZonedDateTime.compare(today, now) <= 0 ? today : today.subtract({ days: 1 })).epochMilliseconds
}

/** What is left of tonight's share, rounded up: a box that was off at night does it when it is on again. */
export function dueForCheck<F extends HeldFilm>(films: readonly F[], percent: number, night: number, nowMs: number): F[] {
  const before = films.filter(({ confirmedAtMs }) => confirmedAtMs < night)
  const share = Math.ceil((before.length * percent) / 100)
  // A time to come was written by a clock that was wrong: it counts for nothing.
  const checked = ({ checkedAtMs }: F): number => (checkedAtMs !== null && checkedAtMs <= nowMs ? checkedAtMs : 0)
  const done = before.filter((film) => checked(film) >= night).length
  return before
    .filter((film) => checked(film) < night)
    .toSorted((a, b) => (checked(a) || a.confirmedAtMs) - (checked(b) || b.confirmedAtMs) || (a.id < b.id ? -1 : 1))
    .slice(0, Math.max(0, share - done))
}

/** What a person can do about a film that is missing or different there. */
export const findingMend =
  'see who may write to the bucket; ./ezrec republish <recording> sends the film once more from this box; GET /events names it'
