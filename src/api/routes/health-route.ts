// /health: one word for everybody; the reasons for those who are signed in.
// Never judges: health-policy.ts does.

import { z } from 'zod'
import type { Database } from '../../adapters/sqlite.ts'
import { freeBytes } from '../../base/files.ts'
import type { Door } from '../routing/door.ts'
import { route, type Route } from '../routing/route.ts'
import { verdictOf, type Check } from './health-policy.ts'

const status = z.enum(['healthy', 'degraded', 'unhealthy'])

export const healthRoute: Route = route(
  {
    method: 'get',
    path: '/health',
    needs: 'open',
    beforeClaim: true,
    tag: 'system',
    summary: 'Is the box well; with a key, also why not',
    success: { data: z.object({ status, checks: z.array(z.object({ name: z.string(), status, message: z.string() })).optional() }) },
    problems: [],
  },
  async ({ caller }, door) => {
    const { status, checks } = verdictOf(await factsOf(door))
    return { data: caller.principal ? { status, checks: checks satisfies readonly Check[] } : { status }, message: `the box is ${status}` }
  },
)

async function factsOf({ db, clock, settings }: Door): Promise<Parameters<typeof verdictOf>[0]> {
  const nowMs = clock.nowMs()
  return {
    databaseAnswers: answers(db),
    recorderAgeMs: ageOf(db, 'dual_recorder', nowMs),
    workerAgeMs: ageOf(db, 'video_worker', nowMs),
    freeBytes: await freeBytes(settings.paths.home).catch(() => undefined),
  }
}

function answers(db: Database): boolean {
  try {
    return db.get('select 1 as one')?.['one'] === 1
  } catch {
    return false // that is what was asked
  }
}

function ageOf(db: Database, service: string, nowMs: number): number | undefined {
  try {
    const found = db.get('select at_ms from heartbeat where service = ?', service)?.['at_ms']
    return typeof found === 'number' ? nowMs - found : undefined
  } catch {
    return undefined // told by databaseAnswers
  }
}
