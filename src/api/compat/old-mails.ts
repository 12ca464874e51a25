// The original's /send-share-email: a link of ours to a film of the caller's own, by the box's mail server.
// Never sends a link or words of somebody's choosing: the original mailed any link to anybody.

import { z } from 'zod'
import { EzrecError } from '../../base/errors.ts'
import { emailAddress } from '../../booking/booking-mail.ts'
import { mailAgain } from '../../share/mail-store.ts'
import { addAudit, countAudit } from '../guard/audit.ts'
import { mustFindRecording, mustFindVideo } from '../routes/find-film.ts'
import { route, type Route } from '../routing/route.ts'
import { successor } from './successor.ts'

const mostADay = 100

export const oldMailRoutes: readonly Route[] = [
  route(
    {
      method: 'post',
      path: '/send-share-email',
      needs: 'operator',
      ofUser: true,
      tag: 'original',
      summary: 'E-mail a new link to a film; a link that is given is not sent',
      body: z.object({ email: emailAddress, videoId: z.string().min(1).max(64), link: z.string().max(2_000).optional() }),
      success: { data: z.object({ status: z.literal('ok') }) },
      problems: ['not_found', 'conflict'],
      makes: 'anew',
      audits: { within: 'link.mailed' },
      limits: `5 a minute by key; ${mostADay} a day in all`,
    },
    ({ body, caller }, door) => {
      const { db, clock, settings } = door
      const video = mustFindVideo(door, body.videoId, caller)
      const { bookingId } = mustFindRecording(door, video.recordingId, caller)
      if (settings.mail.host === undefined || settings.mail.from === undefined)
        throw new EzrecError('conflict', 'this box has no mail server', {
          hint: 'set EMAIL_HOST and EMAIL_FROM, or send the link yourself',
        })
      const [nowMs, who] = [clock.nowMs(), caller.principal?.id ?? '']
      door.shareMails.begin(who) // never forgiven: each one counts
      if (countAudit(db, 'link.mailed', nowMs - 86_400_000) >= mostADay)
        throw new EzrecError('rate_limited', `${mostADay} e-mails were asked for within a day`, { hint: 'send the link yourself' })
      const kind = video.published?.status === 'complete' ? 'ready' : 'partial'
      const isQueued = db.transaction(() => {
        const queued = mailAgain(db, { bookingId, kind, address: body.email }, nowMs)
        if (queued) addAudit(db, { atMs: nowMs, who, what: 'link.mailed', subjectId: bookingId, facts: {} })
        return queued
      })
      if (!isQueued) throw new EzrecError('conflict', 'an e-mail of this booking is still on its way', { hint: 'wait until it is out' })
      return { data: { status: 'ok' }, message: 'it goes out in a moment', headers: successor('/videos/{id}/share') }
    },
  ),
]
