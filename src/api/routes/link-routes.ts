// Links to a match that is still to come, and the list of all links. Those to a film are made by its own route.
// Never tells a link's address again.

import { z } from 'zod'
import { plural } from '../../base/words.ts'
import { listShareLinks } from '../../share/share-link.ts'
import { afterPlace, nextPage } from '../routing/next-page.ts'
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
      problems: ['not_found'],
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
      summary:
        'List share links, newest first, with what was counted of each; of one booking with ?booking=ID; the Link header has the next page',
      query: z.object({
        booking: z.string().max(200).optional(),
        limit: z.coerce.number().int().min(1).max(500).default(100),
        after: afterPlace.optional(),
      }),
      success: { data: z.array(linkSchema) },
      problems: ['not_found'],
    },
    ({ query: { booking, limit, after }, caller }, door) => {
      const userId = onlyUserOf(caller)
      const links = listShareLinks(door.db, {
        limit: limit + 1, // the one beyond tells whether there is a next page
        ...(after === undefined ? {} : { after }),
        ...(booking === undefined ? {} : { bookingId: mustFindBooking(door, { id: booking }, caller).id }),
        ...(userId === undefined ? {} : { userId }),
      })
      const shown = links.slice(0, limit)
      const last = links.length > limit ? shown.at(-1) : undefined
      return {
        data: shown.map(tellLink),
        message: `${plural(shown.length, 'share link')}${last ? ', and more: the Link header has the next page' : ''}`,
        ...(last ? { headers: nextPage('/shares', { booking, limit }, { ms: last.createdAtMs, id: last.id }) } : {}),
      }
    },
  ),
]
