// Links to a match that is still to come, and the list of all links. Those to a film are made by its own route.
// Never tells a link's address again.

import { z } from 'zod'
import { listShareLinks } from '../../share/share-link.ts'
import { route, type Route } from '../routing/route.ts'
import { onlyUserOf } from '../routing/own.ts'
import { mustFindBooking, whose } from './find-booking.ts'
import { linkOrder, linkSchema, madeLinkSchema, makeLink, tellLink } from './link-form.ts'

export const linkRoutes: readonly Route[] = [
  route(
    {
      method: 'post',
      path: '/bookings/{id}/share',
      needs: 'operator',
      ofUser: true,
      tag: 'share',
      summary:
        'Make a link for people to a booking: it tells when the match starts, shows it live, then the film; its days count from the end',
      params: z.object({ id: z.string().min(1).max(200) }),
      query: whose,
      body: linkOrder,
      success: { data: madeLinkSchema, statuses: [201] },
      problems: ['not_found', 'rate_limited'],
      audits: 'link.made',
      makes: 'secret',
    },
    ({ params, query, body, caller }, door) =>
      makeLink(door, { bookingId: mustFindBooking(door, { ...params, ...query }, caller).id }, body),
  ),
  route(
    {
      method: 'get',
      path: '/shares',
      needs: 'operator',
      ofUser: true,
      tag: 'share',
      summary: 'List share links, newest first, with what was counted of each; of one booking with ?booking=ID',
      query: z.object({ booking: z.string().max(200).optional(), limit: z.coerce.number().int().min(1).max(500).default(100) }),
      success: { data: z.array(linkSchema) },
      problems: ['not_found'],
    },
    ({ query: { booking, limit }, caller }, door) => {
      const userId = onlyUserOf(caller)
      const links = listShareLinks(door.db, {
        limit,
        ...(booking === undefined ? {} : { bookingId: mustFindBooking(door, { id: booking }, caller).id }),
        ...(userId === undefined ? {} : { userId }),
      })
      return { data: links.map(tellLink), message: `${links.length} share links` }
    },
  ),
]
