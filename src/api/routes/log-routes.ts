// /system/logs: what the services wrote lately, and what they write from now on.
// Never a file by a name from a request, and no answer without an end.

import { z } from 'zod'
import { parseInstant } from '../../booking/local-time.ts'
import { followLogs, logEntry, logLevels, logUnits, readLogs, type LogFilter } from '../../system/service-logs.ts'
import type { Door } from '../routing/door.ts'
import { route, type Route } from '../routing/route.ts'

const filter = {
  unit: z.enum(logUnits).optional(),
  level: z.string().toUpperCase().pipe(z.enum(logLevels)).default('INFO').describe('this and what is worse'),
}

const followMinutes = 10

export const logRoutes: readonly Route[] = [
  route(
    {
      method: 'get',
      path: '/system/logs',
      needs: 'operator',
      tag: 'system',
      summary: 'What the services wrote lately, oldest first',
      query: z.object({ ...filter, since: z.string().max(60).optional(), limit: z.coerce.number().int().min(1).max(1_000).default(200) }),
      success: { data: z.array(logEntry) },
      problems: [],
      limits: 'out of the last MiB of each unit',
    },
    async ({ query }, { settings }) => {
      const sinceMs = query.since === undefined ? 0 : parseInstant(query.since, settings.booking.timeZone)
      const entries = await readLogs(settings.paths.logs, filterOf(query, sinceMs), query.limit)
      return { data: entries, message: `${entries.length} lines` }
    },
  ),
  route(
    {
      method: 'get',
      path: '/system/logs/follow',
      needs: 'operator',
      tag: 'system',
      summary: 'What the services write from now on: an event stream, or a line of JSON each for who accepts application/x-ndjson',
      query: z.object(filter),
      success: { media: 'text/event-stream, application/x-ndjson' },
      problems: ['rate_limited'],
      limits: `four at once, ${followMinutes} minutes each`,
    },
    ({ query, caller }, door) => {
      const isLines = /application\/x-ndjson/i.test(caller.headers.get('accept') ?? '')
      const headers = {
        'content-type': isLines ? 'application/x-ndjson' : 'text/event-stream',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      }
      if (caller.method === 'HEAD') return new Response(null, { headers })
      return new Response(streamOf(door, filterOf(query, 0), isLines), { headers })
    },
  ),
]

const filterOf = (
  { unit, level }: { unit?: LogFilter['units'][number] | undefined; level: LogFilter['level'] },
  sinceMs: number,
): LogFilter => ({
  units: unit === undefined ? logUnits : [unit],
  level,
  sinceMs,
})

/** Written as fast as it is read; a sign of life each half second, so that a reader who is gone is noticed. */
function streamOf(door: Door, filter: LogFilter, isLines: boolean): ReadableStream<Uint8Array> {
  const leave = door.logFollowers.take()
  const end = new AbortController()
  const late = AbortSignal.timeout(followMinutes * 60_000)
  const signal = AbortSignal.any([end.signal, late])
  const entries = followLogs(door.settings.paths.logs, filter, signal, (ms) => door.clock.sleep(ms, signal))
  const encoder = new TextEncoder()
  const write = isLines
    ? (entry: unknown) => `${JSON.stringify(entry)}\n`
    : (entry: unknown) => `event: log\ndata: ${JSON.stringify(entry)}\n\n`
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        try {
          const next = await entries.next()
          if (next.done !== true) controller.enqueue(encoder.encode(next.value.map(write).join('') || (isLines ? '\n' : ': \n\n')))
          else {
            leave()
            controller.close()
          }
        } catch (error) {
          leave()
          throw error
        }
      },
      cancel: async () => {
        end.abort()
        leave()
        await entries.return(undefined)
      },
    },
    { highWaterMark: 0 },
  )
}
