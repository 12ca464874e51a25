// All that this box holds of a user, as one document: bookings with what was made of each, links, addresses, keys. Films are named by their routes.
// Reads only. Never a secret, a token or a hash.

import { z } from 'zod'
import type { Database } from '../../adapters/sqlite.ts'
import { EzrecError } from '../../base/errors.ts'
import { instant, type Booking } from '../../booking/booking.ts'
import { pageBookings } from '../../booking/booking-store.ts'
import { viewBooking } from '../../capture/booking-view.ts'
import type { BoxClock } from '../../capture/box-time-file.ts'
import { listMarkers } from '../../capture/marker-store.ts'
import { listClips, type Clip } from '../../publish/clips/clip-store.ts'
import { listPhoneClips, type PhoneClip } from '../../publish/clips/phone-clip-store.ts'
import { findVideoOf } from '../../publish/video.ts'
import { listShareLinks } from '../../share/share-link.ts'
import { listKeys } from './key-store.ts'

const time = z.iso.datetime()

export const userExportSchema = z.object({
  userId: z.string(),
  exportedAt: time,
  bookings: z.array(
    z.object({
      id: z.string(),
      callerId: z.string().nullable(),
      title: z.string().nullable(),
      startsAt: time,
      endsAt: time,
      status: z.string(),
      record: z.boolean(),
      email: z.string().nullable().describe('where its news goes; null for none, and once that is out and forgotten'),
      news: z.object({ kind: z.string(), state: z.string(), sentAt: time.nullable() }).nullable(),
      markers: z.array(z.object({ at: time, label: z.string().nullable() })),
      clips: z.array(
        z.object({ id: z.string(), from: time, to: time, state: z.string(), label: z.string().nullable(), files: z.array(z.string()) }),
      ),
      film: z.object({ id: z.string(), publishedAt: time, bytes: z.int(), sha256: z.string().nullable(), download: z.string() }).nullable(),
      filmRemovedAt: time.nullable(),
      links: z.array(
        z.object({ id: z.string(), createdAt: time, expiresAt: time, revokedAt: time.nullable(), views: z.int(), downloads: z.int() }),
      ),
    }),
  ),
  keys: z.array(z.object({ id: z.string(), name: z.string(), createdAt: time, usedAt: time.nullable(), revokedAt: time.nullable() })),
})

export type UserExport = z.infer<typeof userExportSchema>

export const mostExported = 10_000

type Place = { readonly db: Database; readonly clock: Pick<BoxClock, 'nowMs' | 'trusted'> }

/** Errors: not_found (nothing here is theirs); conflict (more than can be told at once). */
export function exportUser({ db, clock }: Place, userId: string): UserExport {
  const bookings = pageBookings(db, { userId, sort: 'starts', limit: mostExported + 1 })
  const keys = listKeys(db).filter((key) => key.userId === userId)
  if (bookings.length + keys.length === 0)
    throw new EzrecError('not_found', 'there is nothing of this user', { hint: 'GET /bookings tells whose bookings there are' })
  if (bookings.length > mostExported)
    throw new EzrecError('conflict', `this user has more than ${mostExported} bookings`, { hint: 'read them by GET /bookings?user=' })
  return {
    userId,
    exportedAt: instant(Math.floor(clock.nowMs())),
    bookings: bookings.map((booking) => tellBooking({ db, clock }, booking)),
    keys: keys.map(({ id, name, createdAtMs, usedAtMs, revokedAtMs }) => ({
      ...{ id, name, createdAt: instant(createdAtMs), usedAt: orNull(usedAtMs), revokedAt: orNull(revokedAtMs) },
    })),
  }
}

const orNull = (ms: number | null): string | null => (ms === null ? null : instant(ms))

const mailRow = z.object({ kind: z.string(), state: z.string(), sent_at_ms: z.int().nullable() })

function tellBooking({ db, clock }: Place, booking: Booking): UserExport['bookings'][number] {
  const { status, recordingId, record } = viewBooking(db, booking, clock)
  const video = recordingId === null ? undefined : findVideoOf(db, recordingId)
  const address = db.get('select address from booking_mail where booking_id = ?', booking.id)?.['address']
  const mail = db.get('select kind, state, sent_at_ms from mail where booking_id = ?', booking.id)
  const news = mail && mailRow.parse(mail)
  return {
    id: booking.id,
    callerId: booking.callerId,
    title: booking.title,
    startsAt: instant(booking.startsAtMs),
    endsAt: instant(booking.endsAtMs),
    ...{ status, record },
    email: typeof address === 'string' ? address : null,
    news: news ? { kind: news.kind, state: news.state, sentAt: orNull(news.sent_at_ms) } : null,
    markers: recordingId === null ? [] : listMarkers(db, recordingId).map(({ atMs, label }) => ({ at: instant(atMs), label })),
    clips: recordingId === null ? [] : clipsOf(db, recordingId),
    film: video?.published
      ? {
          id: video.id,
          publishedAt: instant(video.published.atMs),
          bytes: video.published.bytes,
          sha256: video.published.sha256,
          download: `/videos/${video.id}/download`,
        }
      : null,
    filmRemovedAt: video?.removed ? instant(video.removed.atMs) : null,
    links: listShareLinks(db, { bookingId: booking.id }).map(({ id, createdAtMs, expiresAtMs, revokedAtMs, views, downloads }) => ({
      ...{ id, createdAt: instant(createdAtMs), expiresAt: instant(expiresAtMs), revokedAt: orNull(revokedAtMs), views, downloads },
    })),
  }
}

const clipsOf = (db: Database, recordingId: string): UserExport['bookings'][number]['clips'] => [
  ...listClips(db, recordingId).map((clip) => ({
    ...toldClip(clip),
    files: clip.files.map(({ name }) => `/clips/${clip.id}/files/${name}`),
  })),
  ...listPhoneClips(db, recordingId).map((clip) => ({ ...toldClip(clip), files: clip.made ? [`/phone-clips/${clip.id}/file`] : [] })),
]

const toldClip = ({ id, fromMs, toMs, state, label }: Clip | PhoneClip) => ({ id, from: instant(fromMs), to: instant(toMs), state, label })
