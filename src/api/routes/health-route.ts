// /health: one word for everybody; the reasons for those who are signed in.
// Never judges: health-policy.ts does.

import { z } from 'zod'
import { doingRecording, lastBeat } from '../../adapters/heartbeat.ts'
import { startsLately } from '../../adapters/service-starts.ts'
import type { Database } from '../../adapters/sqlite.ts'
import { boardStateOf } from '../../system/board-state.ts'
import { placeFaults, type Place } from '../../system/places.ts'
import type { Door } from '../routing/door.ts'
import { route, type Route } from '../routing/route.ts'
import { alarmMs } from '../../sweep/keep-room.ts'
import { databaseTrouble } from '../../system/restore/database-trouble.ts'
import { verdictOf, type Check, type HealthFacts } from './health-policy.ts'

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
        checks: z.array(z.object({ name: z.string(), status, message: z.string() })).optional(),
      }),
    },
    problems: [],
  },
  async ({ caller }, door) => {
    const { status, checks } = verdictOf(await factsOf(door))
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
  const said = orUndefined(() => lastBeat(db, 'dual_recorder'))
  return said !== undefined && said.doing === doingRecording && clock.nowMs() - said.atMs <= lastWordMs
}

async function factsOf({ db, clock, lookAtMachine, room }: Door): Promise<Parameters<typeof verdictOf>[0]> {
  const nowMs = clock.nowMs()
  const { places, board } = await lookAtMachine()
  return {
    databaseAnswers: answers(db),
    databaseTrouble: orUndefined(() => databaseTrouble(db, nowMs)),
    recorderAgeMs: ageOf(db, 'dual_recorder', nowMs),
    workerAgeMs: ageOf(db, 'video_worker', nowMs),
    freeBytes: leastOf(places),
    placeFaults: placeFaults(places),
    board: boardStateOf(board),
    starts: orUndefined(() => startsLately(db, nowMs)) ?? [],
    short: await shortOf(room),
  }
}

async function shortOf(room: Door['room']): Promise<HealthFacts['short']> {
  try {
    const short = await room.shortages(alarmMs)
    return short.map(({ bookingId, neededBytes, availableBytes }) => ({ bookingId, missingBytes: neededBytes - availableBytes }))
  } catch {
    return [] // told by freeBytes or databaseAnswers
  }
}

/** `undefined` when one cannot be asked. */
const leastOf = (places: readonly Place[]): number | undefined => {
  const free = places.map(({ freeBytes }) => freeBytes)
  return free.every((bytes) => bytes !== undefined) ? Math.min(...free) : undefined
}

const answers = (db: Database): boolean => orUndefined(() => db.get('select 1 as one')?.['one'] === 1) ?? false

function ageOf(db: Database, service: string, nowMs: number): number | undefined {
  const said = orUndefined(() => lastBeat(db, service))
  return said && nowMs - said.atMs
}

function orUndefined<T>(ask: () => T): T | undefined {
  try {
    return ask()
  } catch {
    return undefined // whether the database answers is what was asked
  }
}
