// What /health and doctor ask of a running box: rows, disks and board, as facts.
// Reads only and never judges: health-policy.ts does.

import { z } from 'zod'
import { doingRecording, lastBeat } from '../adapters/heartbeat.ts'
import { startsLately } from '../adapters/service-starts.ts'
import type { Database } from '../adapters/sqlite.ts'
import type { Clock } from '../base/clock.ts'
import { isFilmed } from '../booking/booking.ts'
import { listBookings } from '../booking/booking-store.ts'
import type { BoxClock } from '../capture/box-time-file.ts'
import { cameras } from '../capture/take.ts'
import { lastOfRig } from '../merge/rig/tell-rig.ts'
import { listWaiting } from '../publish/stores/s3/upload-ledger.ts'
import { listFindings } from '../publish/verify/verify-store.ts'
import { alarmMs } from '../sweep/keep-room.ts'
import type { Room } from '../sweep/room.ts'
import { boardStateOf } from './board-state.ts'
import type { HealthFacts, TakeFact } from './health-policy.ts'
import { readLateFilms } from './late-films.ts'
import type { MachineLook } from './machine-look.ts'
import { placeFaults, type Place } from './places.ts'
import { databaseTrouble } from './restore/database-trouble.ts'
import { readOpenLinks } from './open-links.ts'

export type HealthPlace = {
  readonly db: Database
  /** One that cannot doubt itself is believed. */
  readonly clock: Pick<Clock, 'nowMs'> & Partial<Pick<BoxClock, 'trusted' | 'settled'>>
  readonly lookAtMachine: () => Promise<MachineLook>
  readonly room: Pick<Room, 'shortages'>
}

/** Never rejects: what cannot be asked is a fact too. */
export async function readHealthFacts({ db, clock, lookAtMachine, room }: HealthPlace): Promise<HealthFacts> {
  const nowMs = clock.nowMs()
  const { places, board, cameraFaults, kernelFaults, bookingsFileFaults, boxFaults } = await lookAtMachine()
  return {
    databaseAnswers: answers(db),
    databaseTrouble: orUndefined(() => databaseTrouble(db, nowMs)),
    recorderAgeMs: ageOf(db, 'dual_recorder', nowMs),
    workerAgeMs: ageOf(db, 'video_worker', nowMs),
    freeBytes: leastOf(places),
    placeFaults: placeFaults(places),
    takes: orUndefined(() => newestTakes(db, nowMs)) ?? [],
    bookingAgeMs: orUndefined(() => bookingAge(db, nowMs)),
    cameraFaults,
    kernelFaults: kernelFaults ?? [],
    bookingsFileFaults,
    boxFaults,
    board: boardStateOf(board),
    starts: orUndefined(() => startsLately(db, nowMs)) ?? [],
    short: await shortOf(room),
    rig: orUndefined(() => lastOfRig(db, nowMs - rigWordMs)),
    lateFilms: orUndefined(() => readLateFilms(db, nowMs)),
    clock: { trusted: clock.trusted?.() ?? true, settled: clock.settled?.() ?? true },
    openLinks: orUndefined(() => readOpenLinks(db, nowMs)),
    lostInBucket: orUndefined(() => listFindings(db).length) ?? 0,
    uploadFaults:
      orUndefined(() => listWaiting(db).map(({ fault: { message, hint, sinceMs } }) => ({ message, hint, ageMs: nowMs - sinceMs }))) ?? [],
  }
}

/** A rig that no film has looked at for so long says nothing any more. */
const rigWordMs = 7 * 86_400_000

const takeRow = z.object({ begun_at_ms: z.int(), ended_at_ms: z.int().nullable(), end_cause: z.string().nullable() })

/** Ids of takes grow with the time. */
const newestTakes = (db: Database, nowMs: number): TakeFact[] =>
  cameras.flatMap((camera) => {
    const found = db.get('select begun_at_ms, ended_at_ms, end_cause from take where camera = ? order by id desc limit 1', camera)
    if (!found) return []
    const { begun_at_ms: begunAtMs, ended_at_ms: endedAtMs, end_cause: cause } = takeRow.parse(found)
    return [{ camera, runs: endedAtMs === null, ageMs: nowMs - begunAtMs, endCause: cause ?? undefined }]
  })

function bookingAge(db: Database, nowMs: number): number | undefined {
  const [running] = listBookings(db, { fromMs: nowMs, toMs: nowMs + 1 }).filter(isFilmed)
  return running && nowMs - running.startsAtMs
}

async function shortOf(room: HealthPlace['room']): Promise<HealthFacts['short']> {
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

/** The cameras of a recorder that was killed go on for so long without it. */
const lastWordMs = 10_000

/** Whether pictures are being kept now, as the light on the court says. */
export function isRecording({ db, clock }: Pick<HealthPlace, 'db' | 'clock'>): boolean {
  const said = orUndefined(() => lastBeat(db, 'dual_recorder'))
  return said !== undefined && said.doing === doingRecording && clock.nowMs() - said.atMs <= lastWordMs
}
