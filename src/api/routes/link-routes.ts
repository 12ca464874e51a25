// Links to a match that is still to come, and the list of all links. Those to a film are made by its own route.
// Never tells a link's address again.

import { z } from 'zod'
import { findBookingByCaller } from '../../booking/booking-store.ts'
import { listShareLinks } from '../../share/share-link.ts'
import type { Door } from '../routing/door.ts'
import { route, type Route } from '../routing/route.ts'
import { linkOrder, linkSchema, madeLinkSchema, makeLink, tellLink } from './link-form.ts'

const idOf = ({ bookings, db, settings }: Door, id: string): string =>
  (findBookingByCaller(db, settings.booking.userId, id) ?? bookings.get(id)).id

export const linkRoutes: readonly Route[] = [
  route(
    {
      method: 'post',
      path: '/bookings/{id}/share',
      needs: 'operator',
      tag: 'share',
      summary:
        'Make a link for people to a booking: it tells when the match starts, shows it live, then the film; its days count from the end',
      params: z.object({ id: z.string().min(1).max(200) }),
      body: linkOrder,
      success: { data: madeLinkSchema, statuses: [201] },
      problems: ['not_found', 'rate_limited'],
      makes: 'secret',
    },
    ({ params, body }, door) => makeLink(door, { bookingId: idOf(door, params.id) }, body),
  ),
  route(
    {
      method: 'get',
      path: '/shares',
      needs: 'operator',
      tag: 'share',
      summary: 'List share links, newest first, with what was counted of each; of one booking with ?booking=ID',
      query: z.object({ booking: z.string().max(200).optional(), limit: z.coerce.number().int().min(1).max(500).default(100) }),
      success: { data: z.array(linkSchema) },
      problems: ['not_found'],
    },
    ({ query: { booking, limit } }, door) => {
      const links = listShareLinks(door.db, { limit, ...(booking === undefined ? {} : { bookingId: idOf(door, booking) }) })
      return { data: links.map(tellLink), message: `${links.length} share links` }
    },
  ),
]
