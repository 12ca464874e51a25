// From what was seen to a verdict: healthy, degraded (films are still made, somebody should look), unhealthy (they are not, or soon will not be).
// Pure.

import type { Event } from '../adapters/log-tables.ts'
import type { Start } from '../adapters/service-starts.ts'
import type { Camera } from '../capture/take.ts'
import { findingMend } from '../publish/verify/verify-policy.ts'
import { boardMends, type BoardState } from './board-state.ts'
import { boxLookNames, type KeptCheck } from './box-look-file.ts'
import type { Check, Verdict } from './check.ts'
import { tellLateFilms, type LateFilms } from './late-films.ts'
import { bookingsFileCheck, boxChecks, isLooking, kernelCheck, silentAfterMs, sourcesCheck } from './look-checks.ts'
import type { LookFault } from './look-file.ts'
import type { PlaceFault } from './places.ts'
import { linksCheck, type OpenLinks } from './open-links.ts'
import { restartTrouble } from './restart-policy.ts'

export type HealthFacts = {
  readonly databaseAnswers: boolean
  /** It was damaged, gone or behind, within the last day: what became of it. */
  readonly databaseTrouble?: string | undefined
  /** Since the service's last heartbeat; `undefined` when there never was one. */
  readonly recorderAgeMs: number | undefined
  readonly workerAgeMs: number | undefined
  /** Where there is least; `undefined` when a disk could not be asked. */
  readonly freeBytes: number | undefined
  /** What is wrong with a disk beyond its room. */
  readonly placeFaults: readonly PlaceFault[]
  /** How each camera's newest take stands. */
  readonly takes: readonly TakeFact[]
  /** Since a booking began that runs now; `undefined` without one. */
  readonly bookingAgeMs: number | undefined
  /** What was wrong with cameras when nothing was recorded and the recorder looked at them; `undefined` when it has not looked. */
  readonly cameraFaults: readonly LookFault[] | undefined
  /** Troubles of card, disks, USB and supply that the kernel told of in the last day. */
  readonly kernelFaults: readonly LookFault[]
  /** What is wrong with bookings.json; `undefined` when it was not read since the boot. */
  readonly bookingsFileFaults: readonly LookFault[] | undefined
  /** What was not well of folders, room, network, programs, bucket and cloud when the status timer last looked; `undefined` when it has not. */
  readonly boxFaults: readonly KeptCheck[] | undefined
  readonly board: BoardState
  /** Of services, in the last ten minutes. */
  readonly starts: readonly Start[]
  /** Bookings that run or start soon and do not fit: how much each of them lacks. */
  readonly short: readonly { readonly bookingId: string; readonly missingBytes: number }[]
  /** What the last panorama found out about how the cameras stand. */
  readonly rig: Pick<Event, 'kind' | 'facts'> | undefined
  /** Films that the bucket had proven to hold and does not hold any more as it did. */
  readonly lostInBucket: number
  /** Links that were revoked and whose film still opens from the bucket; `undefined` when nobody can say. */
  readonly openLinks: OpenLinks | undefined
  /** Recordings that are over for a while and have no film in the store yet; `undefined` when nobody can say. */
  readonly lateFilms: LateFilms | undefined
  /** Whether somebody has set the clock, and whether it is known which of two times is right. */
  readonly clock: { readonly trusted: boolean; readonly settled: boolean }
  /** What keeps uploads from going on, and for how long it has. */
  readonly uploadFaults: readonly { readonly message: string; readonly hint: string; readonly ageMs: number }[]
}

/** `ageMs`: since it began. */
export type TakeFact = { readonly camera: Camera; readonly runs: boolean; readonly ageMs: number; readonly endCause: string | undefined }

/** A camera takes some seconds to start, and is started again by itself. */
const missingAfterMs = 15_000
const gigabyte = 1e9

export function verdictOf(facts: HealthFacts): { readonly status: Verdict; readonly checks: readonly Check[] } {
  const checks: readonly Check[] = [
    database(facts),
    heartbeat('recorder', facts.recorderAgeMs),
    heartbeat('worker', facts.workerAgeMs),
    cameraCheck(facts),
    sourcesCheck(facts),
    disk(facts),
    board(facts.board),
    restarts(facts.starts),
    rigCheck(facts.rig),
    uploads(facts),
    linksCheck(facts.openLinks),
    backlog(facts.lateFilms),
    clockCheck(facts.clock),
    kernelCheck(facts.kernelFaults),
    bookingsFileCheck(facts.bookingsFileFaults),
    ...boxChecks(facts.boxFaults),
  ]
  return { status: worstOf(checks), checks }
}

/** Checks that cannot be made now, by name: they say that all is well, and know nothing. */
export const unseenChecks = (
  facts: Pick<HealthFacts, 'bookingAgeMs' | 'cameraFaults' | 'takes' | 'recorderAgeMs' | 'bookingsFileFaults' | 'boxFaults'>,
): ReadonlySet<string> =>
  new Set([
    ...((facts.bookingAgeMs ?? 0) < missingAfterMs ? ['cameras'] : []),
    ...(isLooking(facts) ? [] : ['sources']),
    ...(facts.bookingsFileFaults === undefined ? ['bookings-file'] : []),
    ...(facts.boxFaults === undefined ? boxLookNames : []),
  ])

export const worstOf = (checks: readonly { readonly status: string }[]): Verdict =>
  (['unhealthy', 'degraded'] as const).find((worse) => checks.some((check) => check.status === worse)) ?? 'healthy'

function database({ databaseAnswers, databaseTrouble }: HealthFacts): Check {
  const name = 'database'
  if (!databaseAnswers)
    return { name, status: 'unhealthy', message: 'does not answer', mend: 'look at the disk of EZREC_HOME, then ./ezrec fsck' }
  if (databaseTrouble === undefined) return { name, status: 'healthy', message: 'answers' }
  return { name, status: 'degraded', message: databaseTrouble, mend: './ezrec fsck tells whether everything agrees again' }
}

const logOf = { recorder: 'logs/dual_recorder.log', worker: 'logs/video_worker.log' } as const

function heartbeat(name: keyof typeof logOf, ageMs: number | undefined): Check {
  const mend = `start it: ./ezrec up runs all services, ./ezrec ${name} this one; its log is ${logOf[name]}`
  if (ageMs === undefined) return { name, status: 'degraded', message: 'has never run', mend }
  const message = `was alive ${Math.max(0, Math.round(ageMs / 1_000))} s ago`
  return ageMs > silentAfterMs ? { name, status: 'degraded', message, mend } : { name, status: 'healthy', message }
}

/** Asked only while somebody's match is on. */
function cameraCheck({ takes, bookingAgeMs = 0 }: HealthFacts): Check {
  const name = 'cameras'
  const running = takes.filter(({ runs }) => runs)
  if (bookingAgeMs < missingAfterMs) return { name, status: 'healthy', message: 'no booking runs' }
  const mend = 'look at its cable and its supply; ./ezrec cameras list names the cause'
  if (running.length === 0)
    return { name, status: 'unhealthy', message: 'no camera gives pictures, and a booking runs', mend, subjects: ['left', 'right'] }
  if (running.length === 2) return { name, status: 'healthy', message: 'both give pictures' }
  const lost = running[0]?.camera === 'left' ? 'right' : 'left'
  const why = takes.find(({ camera }) => camera === lost)?.endCause ?? 'it never began'
  if ((running[0]?.ageMs ?? 0) < missingAfterMs) return { name, status: 'healthy', message: `the ${lost} one is being started` }
  return { name, status: 'degraded', message: `the ${lost} one gives no pictures: ${why}`, mend, subjects: [lost] }
}

function board({ now, sinceBoot }: BoardState): Check {
  if (now.size > 0)
    return {
      name: 'board',
      status: 'degraded',
      message: [...now].join(', '),
      mend: [...now].map((trouble) => boardMends[trouble]).join('; '),
      subjects: [...now],
    }
  const past = sinceBoot.size === 0 ? '' : `; since the boot: ${[...sinceBoot].join(', ')}`
  return { name: 'board', status: 'healthy', message: `no trouble is told${past}` }
}

function restarts(starts: readonly Start[]): Check {
  const trouble = restartTrouble(starts)
  if (trouble === undefined) return { name: 'restarts', status: 'healthy', message: 'few' }
  return { name: 'restarts', status: 'degraded', message: trouble, mend: 'the last lines of its log say why it ended' }
}

function rigCheck(told: HealthFacts['rig']): Check {
  const name = 'rig'
  const mend = 'look at both cameras and their mount; when they stand as they should, ./ezrec calibrate'
  if (told?.kind === 'rig.refitted') return { name, status: 'healthy', message: 'had moved, and was fitted again from its own pictures' }
  if (told?.kind === 'rig.refit-refused')
    return {
      name,
      status: 'degraded',
      message: `has moved since it was calibrated, and could not be fitted again: ${told.facts['why']}`,
      mend,
    }
  if (told?.kind === 'rig.moved')
    return { name, status: 'degraded', message: `has moved since it was calibrated, by ${told.facts['px']} pixels of the film`, mend }
  return { name, status: 'healthy', message: 'no film shows that it has moved' }
}

/** Networks come and go: what lasts is told. */
const waitsAfterMs = 60_000

/** Degraded at worst: nothing is lost, the films stay on the box until the bucket has them. */
function uploads({ uploadFaults: faults, lostInBucket }: HealthFacts): Check {
  const name = 'uploads'
  if (lostInBucket > 0)
    return {
      name,
      status: 'degraded',
      message: `${lostInBucket === 1 ? 'a film in the bucket is' : `${lostInBucket} films in the bucket are`} missing or not what was sent`,
      mend: findingMend,
    }
  const lasting = faults.filter(({ ageMs }) => ageMs >= waitsAfterMs).toSorted((a, b) => b.ageMs - a.ageMs)
  const [longest] = lasting
  if (!longest) return { name, status: 'healthy', message: 'none waits for the bucket' }
  const films = lasting.length === 1 ? 'a film waits' : `${lasting.length} films wait`
  const minutes = Math.round(longest.ageMs / 60_000)
  return { name, status: 'degraded', message: `${films}, for ${minutes} min: ${longest.message}`, mend: longest.hint }
}

function backlog(late: HealthFacts['lateFilms']): Check {
  const name = 'backlog'
  if (late === undefined || late.count === 0) return { name, status: 'healthy', message: 'no film is late' }
  return {
    name,
    status: 'degraded',
    message: tellLateFilms(late),
    mend: 'see that the worker runs; ./ezrec booking list shows how far each is',
  }
}

export const clockMend = 'connect the box to a time server (timedatectl set-ntp true), or set the time: sudo date -s "2026-05-31 18:00"'

function clockCheck({ trusted, settled }: HealthFacts['clock']): Check {
  const name = 'clock'
  if (!trusted)
    return {
      name,
      status: 'unhealthy',
      message: 'nobody has set the clock since the boot: what is booked is filmed, and is given to no booking until it is set',
      mend: clockMend,
    }
  if (!settled) return { name, status: 'degraded', message: 'the clock was set to two different times', mend: clockMend }
  return { name, status: 'healthy', message: 'is believed' }
}

function disk({ freeBytes, placeFaults, short }: HealthFacts): Check {
  const [worst] = placeFaults
  const name = 'disk'
  if (worst) return { name, status: 'unhealthy', message: `${worst.name}: ${worst.fault}`, mend: worst.mend }
  if (freeBytes === undefined)
    return { name, status: 'degraded', message: 'cannot be asked', mend: 'see with df and dmesg whether it hangs' }
  const status = freeBytes < gigabyte / 2 ? 'unhealthy' : freeBytes < 4 * gigabyte ? 'degraded' : 'healthy'
  const free = `${(freeBytes / gigabyte).toFixed(1)} GB free`
  const mend = 'free space there, use a larger disk, or book less'
  const [first] = short
  if (!first) return { name, status, message: free, ...(status === 'healthy' ? {} : { mend }) }
  const lack = `booking ${first.bookingId} lacks ${(first.missingBytes / gigabyte).toFixed(1)} GB`
  return { name, status: status === 'healthy' ? 'degraded' : status, message: `${free}; ${lack}`, mend }
}
