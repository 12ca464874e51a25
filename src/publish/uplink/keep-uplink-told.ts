// The worker tells how the uplink is: a row for the other services every few seconds, and a line in the log while something is being sent.
// Never slows anything down and never decides a rate.

import type { Database } from '../../adapters/sqlite.ts'
import { messageOf } from '../../base/errors.ts'
import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import { uploadStats } from './backlog.ts'
import type { Uplink } from './uplink.ts'
import type { UplinkRules } from './uplink-policy.ts'
import { noteUplink, type UplinkFacts } from './uplink-store.ts'

const lookMs = 2_000
const logMs = 60_000

export type UplinkTelling = {
  readonly db: Database
  readonly clock: Clock
  readonly logger: Logger
  readonly uplink: Uplink
  readonly rules: UplinkRules & { readonly place: string }
}

/** Until the signal aborts. */
export async function keepUplinkTold(options: UplinkTelling, signal: AbortSignal): Promise<void> {
  const { clock, logger } = options
  let told: UplinkFacts | undefined
  let loggedMs = Number.NEGATIVE_INFINITY
  while (!signal.aborted) {
    try {
      told = tell(options, told)
      const nowMs = clock.monotonicUs() / 1_000
      if (nowMs - loggedMs >= logMs && logBacklog(options)) loggedMs = nowMs
    } catch (error) {
      logger.warn({ err: error }, `how the uplink is could not be told: ${messageOf(error)}`)
    }
    await clock.sleep(lookMs, signal)
  }
}

/** A row is written when it says something new, and once a minute. */
function tell({ db, clock, uplink }: UplinkTelling, before: UplinkFacts | undefined): UplinkFacts {
  const { measured, underWayBytes, bytesPerSecond, pausedBy } = uplink.now()
  const now: UplinkFacts = {
    atMs: Math.round(clock.nowMs()),
    bytesPerSecond: measured === undefined ? null : Math.round(measured),
    underWayBytes,
    limitBytesPerSecond: bytesPerSecond ?? null,
    pausedBy: pausedBy ?? null,
  }
  const isNew =
    !before ||
    now.bytesPerSecond !== before.bytesPerSecond ||
    now.underWayBytes !== before.underWayBytes ||
    now.limitBytesPerSecond !== before.limitBytesPerSecond ||
    now.pausedBy !== before.pausedBy ||
    Math.abs(now.atMs - before.atMs) >= 60_000
  if (!isNew) return before
  noteUplink(db, now)
  return now
}

/** Whether there was anything to log. */
function logBacklog({ db, clock, logger, rules }: UplinkTelling): boolean {
  const nowMs = Math.floor(clock.nowMs())
  const { films, phoneClips, leftBytes, bytesPerSecond, pausedBy, etaMs } = uploadStats(db, rules, nowMs)
  const sent = films.reduce((sum, { sentBytes }) => sum + sentBytes, 0)
  const parts = films.reduce((sum, { sentParts }) => sum + sentParts, 0)
  const isQuiet = sent === 0 && pausedBy === null && films.every(({ fault }) => fault === null)
  if (phoneClips.clips === 0 && (films.length === 0 || isQuiet)) return false
  const etaSeconds = etaMs === null ? null : Math.round((etaMs - nowMs) / 1_000)
  logger.info(
    {
      films: films.length,
      phoneClips: phoneClips.clips,
      sentBytes: sent,
      sentParts: parts,
      leftBytes,
      bytesPerSecond,
      pausedBy,
      etaSeconds,
    },
    'films and clips on their way to the bucket',
  )
  return true
}
