// What goes beside films in the bucket is looked after for as long as the box runs: again and again, ever more rarely while the bucket refuses.
// Never fails, and tells a fault of one kind once until it is over.

import type { Clock } from '../../base/clock.ts'
import { EzrecError } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import { bucketError } from '../stores/s3/bucket-error.ts'

export type KeepSendingOptions = {
  readonly clock: Pick<Clock, 'sleep'>
  readonly logger: Logger
  readonly lookMs?: number | undefined
  readonly longestRestMs?: number | undefined
}

/** Until the signal aborts. `trouble`: what is so when `settle` fails, in words. */
export async function keepSending(
  { clock, logger, lookMs = 5_000, longestRestMs = 600_000 }: KeepSendingOptions,
  trouble: string,
  settle: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let told: string | undefined
  for (let rest = lookMs; !signal.aborted; await clock.sleep(rest, signal)) {
    try {
      await settle()
      rest = lookMs
      told = undefined
    } catch (error) {
      if (signal.aborted) return
      const { message, hint, facts } = error instanceof EzrecError ? error : bucketError('UploadPart', error)
      if (told !== message) logger.warn({ ...facts, hint }, `${trouble}: ${message}`)
      told = message
      rest = Math.min(longestRestMs, rest * 2)
    }
  }
}
