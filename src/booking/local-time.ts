// What a person or program wrote, as an instant. An offset or Z is exact; a naive time is read in the venue's zone.
// Never guesses: a time that daylight saving makes ambiguous or skips is refused with both choices.

import { EzrecError } from '../base/errors.ts'

const exact = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/i
const naive = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?$/

/** Unix milliseconds of an ISO 8601 time. Errors: invalid, with the choices where there are any. */
export function parseInstant(text: string, timeZone: string): number {
  const trimmed = text.trim()
  try {
    if (exact.test(trimmed)) return Temporal.Instant.from(trimmed).epochMilliseconds
    if (naive.test(trimmed)) return inZone(Temporal.PlainDateTime.from(trimmed.replace(' ', 'T')), timeZone)
  } catch (error) {
    if (error instanceof EzrecError) throw error
    throw unreadable(text, error)
  }
  throw unreadable(text)
}

/** An instant as the venue's clocks show it, with its offset, so that it may be typed as it stands: `2026-12-05T19:30+01:00`. */
export function tellLocal(ms: number, timeZone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(ms)).toZonedDateTimeISO(timeZone)
  return local.toString({ timeZoneName: 'never', smallestUnit: local.second === 0 ? 'minute' : 'second' })
}

function inZone(local: Temporal.PlainDateTime, timeZone: string): number {
  const [earlier, later] = [
    local.toZonedDateTime(timeZone, { disambiguation: 'earlier' }),
    local.toZonedDateTime(timeZone, { disambiguation: 'later' }),
  ]
  if (earlier.epochMilliseconds === later.epochMilliseconds) return earlier.epochMilliseconds
  const skipped = !earlier.toPlainDateTime().equals(local)
  const choices = [earlier, later].map((choice) => choice.toString({ timeZoneName: 'never' }))
  throw new EzrecError(
    'invalid',
    skipped
      ? `${local.toString()} does not exist in ${timeZone}: the clocks skip it`
      : `${local.toString()} happens twice in ${timeZone}: the clocks go back`,
    {
      hint: `say which you mean: ${choices.join(' or ')}`,
      facts: { given: local.toString(), timeZone, earlier: choices[0] ?? '', later: choices[1] ?? '' },
    },
  )
}

const unreadable = (text: string, cause?: unknown): EzrecError =>
  new EzrecError('invalid', `${JSON.stringify(text.slice(0, 60))} is no time`, {
    hint: "write it like 2026-05-02T19:30:00+02:00, or 2026-05-02T19:30 in the venue's own zone",
    cause,
  })
