// One measurement of the box: the verdict of its health checks, and what the machine tells of itself at this moment.
// Reads only, and opens no camera.

import os from 'node:os'
import { z } from 'zod'
import type { Database } from '../adapters/sqlite.ts'
import { isFilmed } from '../booking/booking.ts'
import { listBookings } from '../booking/booking-store.ts'
import { readHealthFacts, type HealthPlace } from './health-facts.ts'
import { verdictOf } from './health-policy.ts'
import type { BoxIds, StatusSample } from './status-policy.ts'

/** Never rejects for what is wrong with the box. */
export async function measureStatus(place: HealthPlace): Promise<StatusSample> {
  const { db, clock } = place
  const atMs = clock.nowMs()
  const facts = await readHealthFacts(place)
  const { board } = await place.lookAtMachine() // the same look
  const { status, checks } = verdictOf(facts)
  const running = facts.takes.filter(({ runs }) => runs).length
  const [booking] = listBookings(db, { fromMs: atMs, toMs: atMs + 1 }).filter(isFilmed)
  return {
    atMs,
    minutes: 1,
    samples: 1,
    verdict: status,
    reasons: checks.filter((check) => check.status !== 'healthy').map(({ name }) => name),
    loadShare: (os.loadavg()[0] ?? 0) / os.availableParallelism(),
    memoryShare: 1 - os.freemem() / os.totalmem(),
    freeBytes: facts.freeBytes ?? null,
    celsius: board.celsius ?? null,
    camerasRunning: running,
    recordingShare: booking && running > 0 ? 1 : 0,
    bookingId: booking?.id ?? null,
    waiting: countsOf(db).waiting,
    uptimeSeconds: Math.floor(os.uptime()),
  }
}

const counts = z.object({ total: z.int(), published: z.int(), failed: z.int(), waiting: z.int() })

/** How this box's recordings stand, all of them. */
export const countsOf = (db: Database): z.infer<typeof counts> =>
  counts.parse(
    db.get(
      `select count(*) as total, count(*) filter (where state = 'done') as published, count(*) filter (where state = 'failed') as failed,
         count(*) filter (where state in ('pending', 'working')) as waiting
       from step where name = 'publish'`,
    ),
  )

/** What the cloud's row of a box needs beside a measurement. */
export function boxIdsOf(db: Database, { userId, rigId }: Pick<BoxIds, 'userId' | 'rigId'>): BoxIds {
  const { total, published, failed } = countsOf(db)
  return { userId, rigId, totalRecordings: total, published, failed }
}
