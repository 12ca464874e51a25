// What is wrong with films that were sent after a time without a network.
// Pure.

export type SentFilm = {
  readonly bookingId: string
  readonly key: string
  readonly startsAtMs: number
  readonly confirmedAtMs: number
  readonly frames: number
  /** What the bucket holds is what the box holds. */
  readonly isSame: boolean
}

export type InBucket = {
  readonly objects: readonly string[]
  readonly openUploads: number
  /** How many parts were begun to be sent, and how many different ones. */
  readonly partsBegun: number
  readonly parts: number
}

/** Empty when each match has one film there, whole and in order, and nothing was sent twice. */
export function judgeBacklog(
  films: readonly SentFilm[],
  expected: { readonly bookings: number; readonly frames: number },
  { objects, openUploads, partsBegun, parts }: InBucket,
): string[] {
  const ordered = films.toSorted((a, b) => a.startsAtMs - b.startsAtMs)
  const late = ordered.filter(({ confirmedAtMs }, n) => confirmedAtMs < (ordered[n - 1]?.confirmedAtMs ?? 0))
  const ofFilms = objects.filter((key) => key.endsWith('.mp4'))
  return [
    ...(new Set(films.map(({ bookingId }) => bookingId)).size === expected.bookings && films.length === expected.bookings
      ? []
      : [`${films.length} films of ${expected.bookings} matches`]),
    ...films.filter(({ isSame }) => !isSame).map(({ key }) => `${key} is not in the bucket as it is on the box`),
    ...films
      .filter(({ frames }) => Math.abs(frames - expected.frames) > 1)
      .map(({ key, frames }) => `${key} has ${frames} frames, not ${expected.frames}`),
    ...late.map(({ key }) => `${key} was there before an older one`),
    ...(ofFilms.length === films.length ? [] : [`${ofFilms.length} films stand in the bucket`]),
    ...(openUploads === 0 ? [] : [`${openUploads} uploads are left open`]),
    ...(partsBegun === parts ? [] : [`${partsBegun} parts were begun for ${parts}`]),
  ]
}
