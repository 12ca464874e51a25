// The page for phones on the court: behind the PIN of the booking that is on, it saves the last seconds, extends and stops that booking alone.
// Never tells whether there is a booking to who has not entered its PIN.

import { z } from 'zod'
import { EzrecError } from '../../base/errors.ts'
import type { Booking } from '../../booking/booking.ts'
import { findBooking } from '../../booking/booking-store.ts'
import { findRecordingOf } from '../../capture/recording-store.ts'
import { askForClip, listClips } from '../../publish/clips/clip-store.ts'
import { phoneShapes } from '../../publish/clips/phone-clip-format.ts'
import { askForPhoneClip } from '../../publish/clips/phone-clip-store.ts'
import { courtPage, courtSheet, type CourtState } from '../../share/court-page.ts'
import { courtExtension, noteCourtExtension, openCourtVisit, pinsNow } from '../../share/court-pin.ts'
import { localDateTime } from '../../share/film-name.ts'
import { htmlAnswer } from '../media/html-answer.ts'
import { phoneClipAnswer } from '../media/phone-clip-answer.ts'
import { makePin } from '../people/make-pin.ts'
import { isPassword } from '../people/password.ts'
import type { Door } from '../routing/door.ts'
import { courtClipsSchema, tellCourtClips } from './court-clip-form.ts'
import { courtAsker, mustVisit, visitedBooking } from './court-visit.ts'
import { route, type Route } from '../routing/route.ts'
import { mustFindBooking, seenEnd, whose } from './find-booking.ts'

const open = { needs: 'open', tag: 'bookings' } as const
const state = z.object({
  title: z.string(),
  phase: z.enum(['scheduled', 'live', 'over']),
  startsAt: z.iso.datetime(),
  endsAt: z.iso.datetime(),
  ends: z.string(),
  clips: courtClipsSchema,
})
const done = { data: state }
const clipSeconds = 30
const longestVisitMs = 24 * 3_600_000

export const courtPageRoutes: readonly Route[] = [
  route(
    {
      method: 'post',
      path: '/bookings/{id}/pin',
      needs: 'operator',
      ofUser: true,
      tag: 'bookings',
      summary: 'Make the PIN with which the people on the court run this booking at /court; told once, an earlier one ends',
      params: z.object({ id: z.string().min(1).max(200) }),
      query: whose,
      success: { data: z.object({ pin: z.string(), url: z.url() }), statuses: [201] },
      problems: ['not_found'],
      audits: 'pin.made',
      makes: 'secret',
    },
    async ({ params, query, caller }, door) => {
      const { db, clock, publicUrl } = door
      const booking = mustFindBooking(door, { ...params, ...query }, caller)
      const pin = await makePin(db, booking.id, clock.nowMs())
      return {
        status: 201,
        data: { pin, url: `${publicUrl}/court` },
        message: 'PIN made: it is not shown again',
        about: { subjectId: booking.id },
      }
    },
  ),
  route(
    {
      method: 'get',
      path: '/court/sheet',
      needs: 'viewer',
      tag: 'bookings',
      summary: 'A page with the QR code of the court’s page, to be printed',
      success: { media: 'text/html' },
      problems: [],
    },
    (_, { publicUrl }) => htmlAnswer(courtSheet(`${publicUrl}/court`)),
  ),
  route(
    { ...open, method: 'get', path: '/court', summary: 'The page for phones on the court', success: { media: 'text/html' }, problems: [] },
    ({ caller }, door) => htmlAnswer(courtPage(visitedBooking(door, caller) !== undefined)),
  ),
  route(
    {
      ...open,
      method: 'post',
      path: '/court/enter',
      summary: 'Enter the PIN of the booking that is on: the answer sets a cookie',
      body: z.object({ pin: z.string().regex(/^\d{6}$/, { error: 'has six digits' }) }),
      success: done,
      problems: ['unauthorized'],
      limits: '5 wrong PINs a minute by address, then a wait that doubles; 20 a minute in all',
    },
    async ({ body, caller }, door) => {
      const { db, clock } = door
      door.courtPins.begin(caller.address)
      door.courtPinsOfAll.begin('all')
      const pins = pinsNow(db, clock.nowMs())
      if (pins.length === 0) await isPassword(body.pin, undefined) // as long as with one: the time must not tell that there is a match
      for (const { bookingId, pinHash } of pins) {
        if (!(await isPassword(body.pin, pinHash))) continue
        const booking = findBooking(db, bookingId)
        if (!booking) break
        door.courtPins.forgive(caller.address)
        door.courtPinsOfAll.forgive('all')
        const value = openCourtVisit(db, bookingId, clock.nowMs(), clock.nowMs() + longestVisitMs)
        const cookie = `ezcourt=${value}; Path=/court; HttpOnly; SameSite=Strict${caller.secure ? '; Secure' : ''}`
        return { data: tell(door, booking), message: 'welcome', headers: { 'set-cookie': cookie } }
      }
      throw new EzrecError('unauthorized', 'this is not the PIN of a match that is on now', { hint: 'it stands on your booking' })
    },
  ),
  route(
    {
      ...open,
      method: 'get',
      path: '/court/state',
      summary: 'How the booking of this phone stands',
      success: done,
      problems: ['not_found'],
    },
    ({ caller }, door) => ({ data: tell(door, mustVisit(door, caller)), message: 'your booking' }),
  ),
  route(
    {
      ...open,
      method: 'post',
      path: '/court/clip',
      summary: 'Keep the last 30 seconds of the match',
      body: z.object({}).optional(),
      success: done,
      problems: ['not_found', 'conflict', 'disk_full'],
      makes: 'anew',
      asker: courtAsker,
    },
    async ({ caller }, door) => {
      const booking = mustVisit(door, caller)
      await door.room.lookForClip(clipSeconds)
      const recording = findRecordingOf(door.db, booking.id)
      if (!recording) throw new EzrecError('conflict', 'nothing of this match was played yet', { hint: 'try again when it is on' })
      askForClip(door.db, recording, { seconds: clipSeconds, label: null, askedBy: 'court' }, door.clock.nowMs())
      return { data: tell(door, booking), message: 'The last 30 seconds are kept.' }
    },
  ),
  route(
    {
      ...open,
      method: 'post',
      path: '/court/phone-clip',
      summary: 'Make a clip of this phone’s match small enough for a messenger; made when nothing is recorded',
      body: z.object({ clip: z.string().min(1).max(64), shape: z.enum(phoneShapes).default('9:16') }),
      success: done,
      problems: ['not_found', 'conflict'],
    },
    ({ body, caller }, door) => {
      const booking = mustVisit(door, caller)
      const recording = findRecordingOf(door.db, booking.id)
      const clip = recording && listClips(door.db, recording.id).find(({ id }) => id === body.clip)
      if (!recording || !clip)
        throw new EzrecError('not_found', 'there is no such clip of this match', { hint: 'save the last seconds first' })
      const { fromMs, toMs, label } = clip
      askForPhoneClip(door.db, recording.id, { fromMs, toMs, label, shape: body.shape, askedBy: 'court' }, door.clock.nowMs())
      return { data: tell(door, booking), message: 'It is made when your film is ready and nothing is recorded.' }
    },
  ),
  route(
    {
      ...open,
      method: 'get',
      path: '/court/phone-clips/{id}',
      summary: 'A clip for phones of this phone’s match, to keep',
      params: z.object({ id: z.string().min(1).max(64) }),
      success: { media: 'video/mp4', statuses: [200, 206] },
      problems: ['not_found', 'range_not_satisfiable'],
    },
    ({ params, caller }, door) => {
      const of = findRecordingOf(door.db, mustVisit(door, caller).id)?.id ?? ''
      return phoneClipAnswer(door, params.id, caller, { download: true, of })
    },
  ),
  route(
    {
      ...open,
      method: 'post',
      path: '/court/extend',
      summary: 'A later end for the booking of this phone',
      body: z.object({
        minutes: z.int().min(1).max(courtExtension.touchMinutes),
        seenEndsAt: z.iso.datetime().describe(seenEnd).optional(),
      }),
      success: done,
      problems: ['not_found', 'conflict', 'disk_full'],
      limits: `${courtExtension.touchMinutes} minutes at a touch, ${courtExtension.mostMinutes} in all of a booking`,
      makes: 'anew',
      asker: courtAsker,
    },
    async ({ body, caller }, door) => {
      const booking = mustVisit(door, caller)
      const moved = await extendByTouch(door, booking.id, body)
      return { data: tell(door, moved), message: `Your match goes on for ${body.minutes} minutes more.` }
    },
  ),
  route(
    {
      ...open,
      method: 'post',
      path: '/court/stop',
      summary: 'End the booking of this phone now; its film is made up to this instant',
      body: z.object({}).optional(),
      success: done,
      problems: ['not_found', 'conflict'],
    },
    async ({ caller }, door) => {
      const stopped = await door.bookings.stopNow(mustVisit(door, caller).id)
      return { data: tell(door, stopped), message: 'Stopped. Your film is being finished.' }
    },
  ),
]

type Touch = { readonly minutes: number; readonly seenEndsAt?: string | undefined }

/** Errors: conflict (so much in all, the court is taken, or the end was moved since it was seen). */
async function extendByTouch({ db, bookings }: Door, bookingId: string, { minutes, seenEndsAt }: Touch): Promise<Booking> {
  if (!noteCourtExtension(db, bookingId, minutes))
    throw new EzrecError('conflict', `a match goes on for at most ${courtExtension.mostMinutes} minutes more from here`, {
      hint: 'ask the people of the venue',
    })
  try {
    return await bookings.extend(bookingId, {
      byMs: minutes * 60_000,
      seenEndsAtMs: seenEndsAt === undefined ? undefined : Date.parse(seenEndsAt),
    })
  } catch (error) {
    noteCourtExtension(db, bookingId, -minutes)
    throw error
  }
}

function tell({ db, clock, settings }: Door, { id, title, startsAtMs, endsAtMs }: Booking): CourtState {
  const nowMs = clock.nowMs()
  const recording = findRecordingOf(db, id)
  const timeOf = (ms: number): string => localDateTime(ms, settings.booking.timeZone).time
  return {
    title: title?.trim() || 'Your match',
    phase: nowMs < startsAtMs ? 'scheduled' : nowMs < endsAtMs ? 'live' : 'over',
    startsAt: new Date(startsAtMs).toISOString(),
    endsAt: new Date(endsAtMs).toISOString(),
    ends: timeOf(endsAtMs),
    clips: recording ? tellCourtClips(db, recording.id, timeOf) : [],
  }
}
