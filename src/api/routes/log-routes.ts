// /system/logs: what the services wrote lately, and what they write from now on.
// Never a file by a name from a request, and no answer without an end.

import { z } from 'zod'
import { parseInstant } from '../../booking/local-time.ts'
import { followLogs, logEntry, logLevels, logUnits, readLogs, type LogEntry, type LogFilter } from '../../system/service-logs.ts'
import { logStream } from '../events/log-stream.ts'
import { route, type Route } from '../routing/route.ts'
import { isStillWelcome } from '../routing/still-welcome.ts'

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
      problems: [],
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
      const follow = (signal: AbortSignal): AsyncGenerator<LogEntry[]> =>
        followLogs(door.settings.paths.logs, filterOf(query, 0), signal, (ms) => door.clock.sleep(ms, signal))
      const leave = door.logFollowers.take()
      const limits = { longestMs: followMinutes * 60_000, longestStallMs: 60_000 }
      const stillWelcome = (): boolean => isStillWelcome(door, caller, { isUse: false })
      return new Response(logStream({ follow, isLines, ...limits, isStillWelcome: stillWelcome, leave }), { headers })
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
