// /health: one word for everybody; the reasons for those who are signed in.
// Never judges: system/health-policy.ts does.

import { z } from 'zod'
import { doingRecording, lastBeat } from '../../adapters/heartbeat.ts'
import { readHealthFacts } from '../../system/health-facts.ts'
import { verdictOf, type Check } from '../../system/health-policy.ts'
import type { Door } from '../routing/door.ts'
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
        checks: z.array(z.object({ name: z.string(), status, message: z.string(), mend: z.string().optional() })).optional(),
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

/** The cameras of a recorder that was killed go on for so long without it. */
const lastWordMs = 10_000

function isRecording({ db, clock }: Door): boolean {
  const said = lastWord(db)
  return said !== undefined && said.doing === doingRecording && clock.nowMs() - said.atMs <= lastWordMs
}

function lastWord(db: Door['db']): ReturnType<typeof lastBeat> {
  try {
    return lastBeat(db, 'dual_recorder')
  } catch {
    return undefined // whether the database answers is told by its own check
  }
}
