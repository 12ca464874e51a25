// /alerts: what is wrong with the box since when, and what was.
// Never judges: system/alerts/alert-policy.ts does.

import { z } from 'zod'
import { instant } from '../../booking/booking.ts'
import { listAlerts, type Alert } from '../../system/alerts/alert-store.ts'
import { route, type Route } from '../routing/route.ts'

const alertSchema = z.object({
  id: z.int(),
  check: z.string().describe('as in /health'),
  about: z.string().describe('a camera, a trouble of the board, or box'),
  status: z.enum(['degraded', 'unhealthy']).describe('the worst while it lasted'),
  message: z.string(),
  mend: z.string().nullable(),
  since: z.iso.datetime(),
  raisedAt: z.iso.datetime(),
  clearedAt: z.iso.datetime().nullable().describe('null while it lasts'),
})

export const alertRoutes: readonly Route[] = [
  route(
    {
      method: 'get',
      path: '/alerts',
      needs: 'viewer',
      scopes: ['status'],
      tag: 'system',
      summary: 'What is wrong since when; then what was, newest first',
      query: z.object({
        open: z.enum(['true', 'false']).default('false').describe('true: only what lasts'),
        limit: z.coerce.number().int().min(1).max(500).default(100),
      }),
      success: { data: z.array(alertSchema) },
      problems: [],
      limits: 'alerts are told when they have lasted for half a minute, and kept for 400 days after their end',
    },
    ({ query: { open, limit } }, { db }) => {
      const alerts = listAlerts(db, { limit, onlyOpen: open === 'true' })
      const lasting = alerts.filter(({ clearedAtMs }) => clearedAtMs === null).length
      return {
        data: alerts.map(tellAlert),
        message: lasting === 0 ? 'nothing is wrong' : lasting === 1 ? 'an alert lasts' : `${lasting} alerts last`,
      }
    },
  ),
]

const tellAlert = ({ subject, sinceMs, raisedAtMs, clearedAtMs, mend, ...alert }: Alert): z.infer<typeof alertSchema> => ({
  ...alert,
  about: subject,
  mend: mend ?? null,
  since: instant(sinceMs),
  raisedAt: instant(raisedAtMs),
  clearedAt: clearedAtMs === null ? null : instant(clearedAtMs),
})
