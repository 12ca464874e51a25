// Share links as operators order and see them.
// Never tells a token again, nor a password: the address is told once, when the link is made.

import { z } from 'zod'
import { findBooking } from '../../booking/booking-store.ts'
import { findRecording } from '../../capture/recording-store.ts'
import { findShareLink, longestShareDays, type ShareLink } from '../../share/share-link.ts'
import type { Answer } from '../answer/envelope.ts'
import { assertOwnUser, onlyUserOf } from '../routing/own.ts'
import { hashPassword } from '../people/password.ts'
import type { Door } from '../routing/door.ts'
import type { Caller } from '../routing/route.ts'
import { shareFilm } from './share-film.ts'

const shortestSharePassword = 6

export const linkOrder = z
  .object({
    days: z.number().positive().max(longestShareDays).optional(),
    password: z.string().min(shortestSharePassword).max(256).optional(),
    maxViews: z.int().min(1).max(1_000_000).optional(),
    mode: z.enum(['auto', 'box', 'bucket']).optional(),
  })
  .optional()

export const madeLinkSchema = z.object({
  id: z.string(),
  url: z.url(),
  expiresAt: z.iso.datetime(),
  mode: z.enum(['box', 'bucket']).describe('where page and film come from: this box, or the bucket, also with the box switched off'),
  hasPassword: z.boolean(),
  maxViews: z.int().nullable(),
})

export const linkSchema = madeLinkSchema.omit({ url: true }).extend({
  recordingId: z.string().nullable(),
  bookingId: z.string().nullable(),
  createdAt: z.iso.datetime(),
  revokedAt: z.iso.datetime().nullable(),
  views: z.int().describe('openings of the page by people; programs do not count'),
  downloads: z.int().describe('downloads that people began; ranges that go on do not count'),
})

type Target = { readonly recordingId: string } | { readonly bookingId: string }

/** Errors: invalid, not_found, rate_limited; as of `shareFilm`. */
export async function makeLink(door: Door, target: Target, body: z.output<typeof linkOrder>): Promise<Answer> {
  const passwordHash = body?.password === undefined ? undefined : await hashPassword(body.password, shortestSharePassword)
  const days = body?.days ?? door.settings.share.days
  const { id, url, expiresAt, mode, message } = await shareFilm(door, {
    ...target,
    days,
    passwordHash,
    mostViews: body?.maxViews,
    mode: body?.mode,
  })
  const data: z.infer<typeof madeLinkSchema> = {
    ...{ id, url, mode },
    expiresAt: new Date(expiresAt).toISOString(),
    hasPassword: passwordHash !== undefined,
    maxViews: body?.maxViews ?? null,
  }
  return { status: 201, data, message, about: { subjectId: id, facts: { ...target, mode } } }
}

export const tellLink = (link: ShareLink): z.infer<typeof linkSchema> => ({
  id: link.id,
  recordingId: link.recordingId,
  bookingId: link.bookingId,
  createdAt: new Date(link.createdAtMs).toISOString(),
  expiresAt: new Date(link.expiresAtMs).toISOString(),
  revokedAt: link.revokedAtMs === null ? null : new Date(link.revokedAtMs).toISOString(),
  mode: link.mode,
  hasPassword: link.passwordHash !== null,
  maxViews: link.mostViews,
  views: link.views,
  downloads: link.downloads,
})

/** Errors: not_found, for a link of another user. */
export function assertOwnLink(db: Door['db'], caller: Pick<Caller, 'principal'>, id: string): void {
  if (onlyUserOf(caller) === undefined) return
  const link = findShareLink(db, id)
  const bookingId = link?.bookingId ?? findRecording(db, link?.recordingId ?? '')?.bookingId
  assertOwnUser(caller, findBooking(db, bookingId ?? '')?.userId, 'share link')
}
