// /health: one word for everybody; the reasons for those who are signed in.
// Never judges: system/health-policy.ts does.

import { z } from 'zod'
import { isRecording, readHealthFacts } from '../../system/health-facts.ts'
import type { Check } from '../../system/check.ts'
import { verdictOf } from '../../system/health-policy.ts'
import { route, type Route } from '../routing/route.ts'

const status = z.enum(['healthy', 'degraded', 'unhealthy'])

export const healthRoute: Route = route(
  {
    method: 'get',
    path: '/health',
    needs: 'open',
    beforeClaim: true,
    tag: 'system',
    summary: 'Is the box well, and does it record now; with a key, also why not',
    success: {
      data: z.object({
        status,
        recording: z.boolean().describe('Pictures are being kept now, as the light on the court says'),
        checks: z
          .array(
            z.object({
              name: z.string(),
              status,
              message: z.string(),
              mend: z.string().optional(),
              subjects: z.array(z.string()).optional(),
            }),
          )
          .optional(),
      }),
    },
    problems: [],
  },
  async ({ caller }, door) => {
    const { status, checks } = verdictOf(await readHealthFacts(door))
    const recording = isRecording(door)
    return {
      data: caller.principal ? { status, recording, checks: checks satisfies readonly Check[] } : { status, recording },
      message: `the box is ${status}`,
    }
  },
)
