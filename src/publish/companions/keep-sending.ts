// What goes beside films in the bucket is looked after for as long as the box runs: again and again, ever more rarely while the bucket refuses.
// Never fails, and tells a fault of one kind once until it is over.

import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import { bucketError } from '../stores/s3/bucket-error.ts'

const lookMs = 5_000
const longestRestMs = 600_000

/** Until the signal aborts. `what` is not in the bucket when `settle` fails, in words. */
export async function keepSending(
  { clock, logger }: { readonly clock: Pick<Clock, 'sleep'>; readonly logger: Logger },
  what: string,
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
      const { facts, fault } = bucketError('UploadPart', error)
      if (told !== fault.kind) logger.warn({ ...facts, hint: fault.hint }, `${what} is not in the bucket: ${fault.message}`)
      told = fault.kind
      rest = Math.min(longestRestMs, rest * 2)
    }
  }
}
