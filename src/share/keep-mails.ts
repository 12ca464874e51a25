// Tells each customer once what became of the booking: the link of the film, what it lacks, or that there is none.
// Never holds anything up: a server that takes nothing is asked again for two days, ever more rarely.

import type { Mailer } from '../adapters/smtp.ts'
import type { Database } from '../adapters/sqlite.ts'
import { EzrecError } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import { backoffMs } from '../base/retry.ts'
import { findBooking } from '../booking/booking-store.ts'
import type { Booking } from '../booking/booking.ts'
import type { BoxClock } from '../capture/box-time-file.ts'
import { findRecordingOf } from '../capture/recording-store.ts'
import { findVideoOf } from '../publish/video.ts'
import {
  filmsAfterAll,
  noteMailSent,
  noteMailTried,
  putMailOff,
  queueMail,
  sentSince,
  takeBackMissed,
  untoldBookings,
  waitingMails,
  type WaitingMail,
} from './mail-store.ts'
import { mailText, type MailKind } from './mail-text.ts'
import { createShareLink, revokeShareLink } from './share-link.ts'
import { readShareState } from './read-share-state.ts'
import type { Venue } from './share-state.ts'

export type KeepMailsOptions = {
  readonly db: Database
  readonly clock: BoxClock
  readonly logger: Logger
  readonly mailer: Mailer
  /** What links begin with; `undefined` while it is not known. */
  readonly baseUrl: () => Promise<string | undefined>
  readonly days: number
  /** Of the home: tokens of links are made of it. */
  readonly secret: () => Promise<Buffer>
  readonly venue: Venue
  /** Whose name stands in the ids of messages. */
  readonly from: string
}

const lookMs = 3_000
const dayMs = 86_400_000
/** What is older is no news. */
const newsMs = 7 * dayMs
/** Footage that came late is still made into a film. */
const missedAfterMs = 15 * 60_000
const mostTries = 40
const mostAnHour = 100
const mostADayEach = 20
const limitedMs = 30 * 60_000

/** Resolves when the signal has aborted. */
export async function keepMails(options: KeepMailsOptions, signal: AbortSignal): Promise<void> {
  const { db, clock, logger } = options
  for (; !signal.aborted; await clock.sleep(lookMs, signal)) {
    try {
      if (clock.trusted()) queueNews(options)
      for (const mail of waitingMails(db, clock.nowMs())) if (!signal.aborted) await tryMail(options, mail, signal)
    } catch (err) {
      logger.warn({ err }, 'the news of bookings could not be looked up, trying again')
    }
  }
}

function queueNews({ db, clock }: KeepMailsOptions): void {
  const nowMs = clock.nowMs()
  for (const id of untoldBookings(db, { sinceMs: nowMs - newsMs, nowMs })) {
    const kind = newsOf(db, id, nowMs)
    if (kind !== undefined) queueMail(db, id, kind, nowMs)
  }
  for (const { bookingId, kind } of filmsAfterAll(db)) takeBackMissed(db, bookingId, kind, nowMs)
}

/** `undefined` while it is not settled. */
function newsOf(db: Database, bookingId: string, nowMs: number): MailKind | undefined {
  const recording = findRecordingOf(db, bookingId)
  const published = recording && findVideoOf(db, recording.id)?.published
  if (published) return published.status === 'complete' ? 'ready' : 'partial'
  if (recording) return recording.steps.some(({ state }) => state === 'failed') ? 'missed' : undefined
  return nowMs > (findBooking(db, bookingId)?.endsAtMs ?? nowMs) + missedAfterMs ? 'missed' : undefined
}

async function tryMail(options: KeepMailsOptions, mail: WaitingMail, signal: AbortSignal): Promise<void> {
  const { db, clock, logger, mailer } = options
  const booking = findBooking(db, mail.bookingId)
  const nowMs = clock.nowMs()
  if (
    sentSince(db, mail.address, nowMs - 3_600_000).all >= mostAnHour ||
    sentSince(db, mail.address, nowMs - dayMs).toAddress >= mostADayEach
  )
    return putMailOff(db, mail.bookingId, nowMs + limitedMs) // so that it holds up nobody else
  const baseUrl = await options.baseUrl()
  if (!booking || (mail.kind !== 'missed' && baseUrl === undefined)) return
  const recording = findRecordingOf(db, booking.id)
  if (mail.kind !== 'missed' && (!recording || !findVideoOf(db, recording.id)?.published)) {
    logger.info({ booking: booking.id }, 'an e-mail is not sent: its film was removed meanwhile')
    return noteMailTried(db, booking.id, { again: false, notBeforeMs: nowMs })
  }
  const secret = await options.secret().catch(() => undefined) // then the link is one that cannot be shown again
  const order = { recordingId: recording?.id ?? '', days: options.days, secret }
  const link = mail.kind === 'missed' ? undefined : createShareLink(db, clock, order)
  try {
    const words = mailText(mail.kind, factsOf(options, booking, mail, link && { url: link.url(baseUrl ?? ''), untilMs: link.expiresAtMs }))
    const domain = options.from.split('@').at(-1) ?? 'localhost'
    await mailer.send({ to: mail.address, ...words, messageId: `${link?.id ?? booking.id}.${mail.kind}@${domain}` }, signal)
    noteMailSent(db, booking.id, link?.id ?? null, clock.nowMs())
    logger.info({ booking: booking.id, kind: mail.kind }, 'the customer was told')
  } catch (error) {
    if (signal.aborted && error instanceof EzrecError && error.code === 'canceled') return // the next life tries; this was none
    const isRefused = error instanceof EzrecError && error.code === 'invalid'
    const isAnswered = error instanceof EzrecError && typeof error.facts['responseCode'] === 'number'
    if (link && isAnswered) revokeShareLink(db, clock, link.id) // without an answer it may have arrived after all: then it opens
    const again = !isRefused && mail.attempts + 1 < mostTries
    noteMailTried(db, booking.id, {
      again,
      notBeforeMs: clock.nowMs() + backoffMs(mail.attempts + 1, { baseMs: 30_000, capMs: 3_600_000 }),
    })
    const facts = error instanceof EzrecError ? { code: error.code, ...error.facts } : { code: 'internal' }
    logger.warn({ booking: booking.id, kind: mail.kind, again, ...facts }, 'an e-mail was not taken')
  }
}

function factsOf(
  { db, clock, venue }: KeepMailsOptions,
  booking: Booking,
  { afterAll }: WaitingMail,
  link: { readonly url: string; readonly untilMs: number } | undefined,
) {
  const state = readShareState(db, booking, clock.nowMs(), venue)
  const { timeZone } = venue
  const day = new Intl.DateTimeFormat('en-GB', { timeZone, day: 'numeric', month: 'long', year: 'numeric' })
  const lacks = [...state.gaps, ...state.suspicions, ...state.drawn]
  return {
    title: state.court === state.title ? state.title : `${state.court}, ${state.title}`,
    afterAll,
    when: `${state.when} (${timeZone})`,
    url: link?.url,
    linkUntil: link && day.format(link.untilMs),
    lacks: state.phase === 'ready' ? (lacks.length === 0 ? ['A part of this recording is missing.'] : lacks) : [state.sentence],
  }
}
