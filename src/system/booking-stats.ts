// How the bookings of a stretch of days ended, in numbers: for operators, and for those who sell the slots.
// Pure but for the rows it is given. A booking that still runs or is still to come counts neither as a success nor as a failure.

export type BookedFilm = {
  readonly startsAtMs: number
  readonly status: 'scheduled' | 'recording' | 'completed' | 'processing' | 'uploaded' | 'cancelled' | 'missed' | 'failed'
  /** Of a published film. */
  readonly film: 'complete' | 'partial' | undefined
  /** Why it is not whole, or is not there. */
  readonly causes: readonly string[]
}

export type BookingCounts = {
  readonly bookings: number
  readonly published: number
  /** Of the published ones, those with a gap. */
  readonly partial: number
  readonly missed: number
  readonly failed: number
  readonly cancelled: number
  /** Published of all that are over and were not cancelled; null before there is one. */
  readonly successRate: number | null
  /** How many bookings each cause has cost something. */
  readonly causes: Readonly<Record<string, number>>
}

export function countBookings(films: readonly BookedFilm[]): BookingCounts {
  const of = (status: BookedFilm['status']): number => films.filter((each) => each.status === status).length
  const [published, missed, failed] = [of('uploaded'), of('missed'), of('failed')]
  const over = published + missed + failed
  const causes = new Map<string, number>()
  for (const film of films) for (const cause of new Set(film.causes)) causes.set(cause, (causes.get(cause) ?? 0) + 1)
  return {
    bookings: films.length,
    published,
    partial: films.filter(({ status, film }) => status === 'uploaded' && film === 'partial').length,
    missed,
    failed,
    cancelled: of('cancelled'),
    successRate: over === 0 ? null : Math.round((1_000 * published) / over) / 1_000,
    causes: Object.fromEntries([...causes].toSorted((a, b) => b[1] - a[1])),
  }
}
