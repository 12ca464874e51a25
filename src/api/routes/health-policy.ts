// From what was seen to a verdict: healthy, degraded (films are still made, somebody should look), unhealthy (they are not, or soon will not be).
// Pure.

import { boardMends, type BoardState } from '../../system/board-state.ts'
import type { PlaceFault } from '../../system/places.ts'
import { restartTrouble } from '../../system/restart-policy.ts'
import type { Start } from '../../adapters/service-starts.ts'

export type Verdict = 'healthy' | 'degraded' | 'unhealthy'

export type Check = { readonly name: string; readonly status: Verdict; readonly message: string }

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
  readonly board: BoardState
  /** Of services, in the last ten minutes. */
  readonly starts: readonly Start[]
  /** Bookings that run or start soon and do not fit: how much each of them lacks. */
  readonly short: readonly { readonly bookingId: string; readonly missingBytes: number }[]
}

const silentAfterMs = 30_000
const gigabyte = 1e9

export function verdictOf(facts: HealthFacts): { readonly status: Verdict; readonly checks: readonly Check[] } {
  const checks: readonly Check[] = [
    database(facts),
    heartbeat('recorder', facts.recorderAgeMs),
    heartbeat('worker', facts.workerAgeMs),
    disk(facts),
    board(facts.board),
    restarts(facts.starts),
  ]
  const status = (['unhealthy', 'degraded'] as const).find((worse) => checks.some((check) => check.status === worse)) ?? 'healthy'
  return { status, checks }
}

function database({ databaseAnswers, databaseTrouble }: HealthFacts): Check {
  if (!databaseAnswers) return { name: 'database', status: 'unhealthy', message: 'does not answer' }
  return { name: 'database', status: databaseTrouble === undefined ? 'healthy' : 'degraded', message: databaseTrouble ?? 'answers' }
}

function heartbeat(name: string, ageMs: number | undefined): Check {
  if (ageMs === undefined) return { name, status: 'degraded', message: 'has never run' }
  const seconds = Math.max(0, Math.round(ageMs / 1_000))
  return { name, status: ageMs > silentAfterMs ? 'degraded' : 'healthy', message: `was alive ${seconds} s ago` }
}

function board({ now, sinceBoot }: BoardState): Check {
  if (now.size > 0)
    return { name: 'board', status: 'degraded', message: [...now].map((trouble) => `${trouble}: ${boardMends[trouble]}`).join('; ') }
  const past = sinceBoot.size === 0 ? '' : `; since the boot: ${[...sinceBoot].join(', ')}`
  return { name: 'board', status: 'healthy', message: `no trouble is told${past}` }
}

function restarts(starts: readonly Start[]): Check {
  const trouble = restartTrouble(starts)
  return { name: 'restarts', status: trouble === undefined ? 'healthy' : 'degraded', message: trouble ?? 'few' }
}

function disk({ freeBytes, placeFaults, short }: HealthFacts): Check {
  const [worst] = placeFaults
  if (worst) return { name: 'disk', status: 'unhealthy', message: `${worst.name}: ${worst.fault}; ${worst.mend}` }
  if (freeBytes === undefined) return { name: 'disk', status: 'degraded', message: 'cannot be asked' }
  const status = freeBytes < gigabyte / 2 ? 'unhealthy' : freeBytes < 4 * gigabyte ? 'degraded' : 'healthy'
  const free = `${(freeBytes / gigabyte).toFixed(1)} GB free`
  const [first] = short
  if (!first) return { name: 'disk', status, message: free }
  const lack = `booking ${first.bookingId} lacks ${(first.missingBytes / gigabyte).toFixed(1)} GB`
  return { name: 'disk', status: status === 'healthy' ? 'degraded' : status, message: `${free}; ${lack}` }
}
