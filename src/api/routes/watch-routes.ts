// For who watches the box: what happens on it as a stream, and its figures for Prometheus.
// Changes nothing.

import { z } from 'zod'
import { eventStream } from '../events/event-stream.ts'
import { mayHear } from '../events/event-policy.ts'
import { route, type Route } from '../routing/route.ts'
import { isStillWelcome } from '../routing/still-welcome.ts'

const eventId = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
const beatMs = 15_000

export const watchRoutes: readonly Route[] = [
  route(
    {
      method: 'get',
      path: '/events',
      needs: 'viewer',
      tag: 'system',
      summary: 'What happens, as it happens: server-sent events, each with the id to go on from (Last-Event-ID, or ?after=ID)',
      query: z.object({ after: eventId.optional() }),
      success: { media: 'text/event-stream' },
      problems: [],
      limits:
        '32 streams at once, 8 for each key or person; a beat every 15 s; links, PINs and troubles of the box itself are for operators, keys, accounts and erasures for admins',
    },
    ({ query, caller }, door) => {
      if (caller.method === 'HEAD') return new Response(null, { headers })
      const newest = door.events.lastId()
      const asked = eventId.safeParse(caller.headers.get('last-event-id') ?? undefined).data ?? query.after ?? newest
      const role = caller.principal?.role ?? 'viewer'
      const listener = door.events.listen(caller.principal?.id ?? '')
      const stream = eventStream({
        listener,
        fromId: Math.min(asked, newest), // one from before the database was brought back
        beatMs,
        mayHear: (kind) => mayHear(role, kind),
        isStillWelcome: () => isStillWelcome(door, caller, { isUse: false }), // listening alone keeps no session alive
      })
      return new Response(stream, { headers })
    },
  ),
  route(
    {
      method: 'get',
      path: '/metrics',
      needs: 'viewer',
      scopes: ['status'],
      tag: 'system',
      summary: 'The figures of the box in the Prometheus text format',
      success: { media: 'text/plain' },
      problems: [],
      limits: 'made anew once a second at most',
    },
    async (_, { metrics }) =>
      new Response(await metrics.text(), { headers: { 'content-type': metrics.contentType, 'cache-control': 'no-store' } }),
  ),
]

/** `no-transform` and the last one keep proxies from holding events back. */
const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no' } as const
