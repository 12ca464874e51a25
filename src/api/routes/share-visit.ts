// Who a share link lets in: anybody; who knows its password; so many people. A browser that was let in stays so by a cookie of that link alone.
// Never tells an unknown link from one that is over, revoked or used up.

import { EzrecError } from '../../base/errors.ts'
import { findBooking } from '../../booking/booking-store.ts'
import { findRecording, findRecordingOf } from '../../capture/recording-store.ts'
import type { Recording } from '../../capture/recording.ts'
import type { Booking } from '../../booking/booking.ts'
import { countView, findLiveShareLink, isVisit, openVisit, visitMs, type ShareLink } from '../../share/share-link.ts'
import { isPerson } from '../../share/visitor-policy.ts'
import { isPassword } from '../people/password.ts'
import type { Door } from '../routing/door.ts'
import type { Caller } from '../routing/route.ts'

export type Found = { readonly link: ShareLink; readonly booking: Booking; readonly recording: Recording | undefined }

/** What a token opens. One that opens something costs its asker nothing; one that does not is counted. Errors: rate_limited. */
export function findShared({ db, clock, shareLookups }: Door, token: string, { address }: Caller): Found | undefined {
  const link = findLiveShareLink(db, clock, token)
  const recording = link && (link.recordingId === null ? findRecordingOf(db, link.bookingId ?? '') : findRecording(db, link.recordingId))
  const booking = link && findBooking(db, recording?.bookingId ?? link.bookingId ?? '')
  if (link && booking) return { link, booking, recording }
  shareLookups.begin(address)
  return undefined
}

/** `locked`: its password is wanted first; `asks`: a person must want to see it, for that counts. */
export type Entry = { readonly is: 'in' | 'locked' | 'asks' | 'lost' }

/** Somebody opens the page: counted if it is a person. Where so many may, opening it uses up nothing: previews of messengers do that as well. */
export function enter(door: Door, { link }: Found, caller: Caller): Entry {
  if (hasVisit(door, link, caller)) return { is: 'in' }
  if (isUsedUp(link)) return { is: 'lost' }
  if (link.passwordHash !== null) return { is: 'locked' }
  if (link.mostViews !== null) return { is: 'asks' }
  if (caller.method === 'GET' && isPerson(caller.headers.get('user-agent'))) countView(door.db, link.id)
  return { is: 'in' }
}

/** What lies behind the page. Errors: not_found, unauthorized, rate_limited. */
export function mustFindShared(door: Door, token: string, caller: Caller): Found {
  const found = findShared(door, token, caller)
  if (!found) throw opensNothing()
  const { link } = found
  if (hasVisit(door, link, caller)) return found
  if (isUsedUp(link) || (link.passwordHash === null && link.mostViews !== null)) throw opensNothing()
  if (link.passwordHash !== null)
    throw new EzrecError('unauthorized', 'this link wants its password', { hint: 'open its page and enter it' })
  return found
}

/** The cookie for who knows the password, or is one of so many. Errors: not_found, unauthorized, rate_limited. */
export async function unlock(door: Door, token: string, password: string, caller: Caller): Promise<string> {
  const found = findShared(door, token, caller)
  if (!found || isUsedUp(found.link)) throw opensNothing()
  const { link } = found
  if (link.passwordHash === null && link.mostViews === null) throw opensNothing()
  if (link.passwordHash !== null) await assertPassword(door, link, password, caller)
  const stillThere = findLiveShareLink(door.db, door.clock, token) // revoked meanwhile is revoked
  if (!stillThere || !countView(door.db, link.id)) throw opensNothing()
  return visitCookie(door, link, token, caller)
}

async function assertPassword(door: Door, { id, passwordHash }: ShareLink, password: string, { address }: Caller): Promise<void> {
  door.sharePasswords.begin(address)
  door.sharePasswordsOfLink.begin(id)
  if (!(await isPassword(password, passwordHash ?? undefined)))
    throw new EzrecError('unauthorized', 'that is not the password of this link', { hint: 'ask the person who sent the link' })
  door.sharePasswords.forgive(address)
  door.sharePasswordsOfLink.forgive(id)
}

export const isUsedUp = ({ mostViews, views }: ShareLink): boolean => mostViews !== null && views >= mostViews

const hasVisit = ({ db, clock }: Door, link: ShareLink, { headers }: Caller): boolean =>
  (headers.get('cookie') ?? '')
    .split(/; */)
    .flatMap((pair) => /^ezvisit=([\w-]{43})$/.exec(pair)?.[1] ?? [])
    .some((value) => isVisit(db, link.id, value, clock.nowMs()))

/** Lax: somebody follows the link from a message; the cookie goes nowhere else but below it. */
const visitCookie = ({ db, clock }: Door, link: ShareLink, token: string, { secure }: Caller): string =>
  `ezvisit=${openVisit(db, link.id, clock.nowMs())}; Path=/s/${token}; HttpOnly; SameSite=Lax; Max-Age=${visitMs / 1_000}${secure ? '; Secure' : ''}`

export const opensNothing = (): EzrecError =>
  new EzrecError('not_found', 'this link opens nothing', { hint: 'it may have ended: ask who sent it for a new one' })
