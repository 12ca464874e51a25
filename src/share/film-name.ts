// What a film is called for people: its court or else its title, with the venue's own date and time.
// Pure. Never an object key and never a path: what could be one is taken out.

import type { Venue } from './share-state.ts'

/** `Court 3 2026-05-02 19-30.mp4`: safe as a file name on every system. */
export function filmFileName(film: { readonly title: string | null; readonly startsAtMs: number }, { timeZone, courtName }: Venue): string {
  const words = (courtName ?? film.title ?? '')
    .normalize('NFC')
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}/\\:*?"<>|]/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/^[.\s]+|[.\s]+$/g, '')
  const { date, time } = localDateTime(film.startsAtMs, timeZone)
  return `${Array.from(words).slice(0, 80).join('').trim() || 'Court'} ${date} ${time.replace(':', '-')}.mp4`
}

/** The value of a Content-Disposition header that offers a file for keeping (RFC 6266, RFC 8187). */
export function attachment(fileName: string): string {
  const plain = fileName.replaceAll(/[^\x20-\x7e]/g, '_').replaceAll(/["\\]/g, "'")
  const encoded = encodeURIComponent(fileName).replaceAll(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}

/** The date (YYYY-MM-DD) and time of day (HH:MM) of an instant in a zone. */
export function localDateTime(ms: number, timeZone: string): { readonly date: string; readonly time: string } {
  const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(ms)).toZonedDateTimeISO(timeZone)
  return { date: local.toPlainDate().toString(), time: local.toPlainTime().toString({ smallestUnit: 'minute' }) }
}
