// Asks the bucket each night for a share of the films that it has proven to hold: whether they are there, and still the same.
// Never removes or sends anything. A refusal to tell is no finding; no network is none either.

import type { Database } from '../../adapters/sqlite.ts'
import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import { bucketError } from '../stores/s3/bucket-error.ts'
import type { FaultKind } from '../stores/s3/fault-policy.ts'
import type { Bucket } from '../stores/s3/bucket.ts'
import { look } from '../stores/s3/complete-upload.ts'
import { expectedOf, judgeObject } from '../stores/s3/proof-policy.ts'
import { listSentParts } from '../stores/s3/upload-ledger.ts'
import { dueForCheck, findingMend, nightBegan } from './verify-policy.ts'
import { listHeld, noteChecked, type CheckedFilm, type Finding } from './verify-store.ts'

export type VerifyOptions = {
  readonly db: Database
  readonly clock: Clock
  readonly logger: Logger
  readonly bucket: Bucket
  /** Of all films, each night. */
  readonly percent: number
  readonly timeZone: string
}

const lookMs = 600_000

/** Between two films: the store and the uplink have other things to do. */
const restMs = 1_000

/** Until the signal aborts. */
export async function keepVerified(options: VerifyOptions, signal: AbortSignal): Promise<void> {
  const { clock, logger } = options
  while (!signal.aborted) {
    try {
      await verifyTonight(options, signal)
    } catch (error) {
      if (signal.aborted) return
      const { facts, fault } = bucketError('HeadObject', error)
      logger.debug({ ...facts }, `films in the bucket could not be asked for: ${fault.message}`)
    }
    await clock.sleep(lookMs, signal)
  }
}

/** What is due of tonight's share. Errors: those of the bucket; then it goes on later where it was. */
export async function verifyTonight(options: VerifyOptions, signal: AbortSignal): Promise<void> {
  const { db, clock, bucket, percent, timeZone } = options
  for (const film of dueForCheck(listHeld(db, bucket.place), percent, nightBegan(clock.nowMs(), timeZone), clock.nowMs())) {
    if (signal.aborted) return
    await verifyFilm(options, film, signal).catch((error: unknown) => {
      if (signal.aborted || endsTheNight.has(bucketError('HeadObject', error).fault.kind)) throw error
      options.logger.warn({ film: film.id, err: error }, 'the bucket gives no answer about this film; the others are asked for')
    })
    await clock.sleep(restMs, signal)
  }
}

/** Of all films, not of this one. */
const endsTheNight: ReadonlySet<FaultKind> = new Set<FaultKind>([
  ...(['offline', 'stalled', 'busy', 'server', 'stranger'] as const),
  ...(['credentials', 'clock', 'region', 'bucket-gone', 'quota'] as const),
])

async function verifyFilm({ db, clock, bucket, logger }: VerifyOptions, film: CheckedFilm, signal: AbortSignal): Promise<void> {
  const seen = await look(bucket, film.objectKey, signal)
  const verdict = seen.is === 'there' ? judgeObject(expectedOf(listSentParts(db, film.id)), seen.told) : undefined
  // What may not be told, or says nothing of the whole, neither proves nor disproves; what was found before stands then.
  const finding: Finding | null =
    seen.is === 'absent' ? 'missing' : verdict?.is === 'different' ? 'different' : verdict?.is === 'proven' ? null : film.finding
  noteChecked(db, film, finding, Math.round(clock.nowMs()))
  if (finding !== null && finding !== film.finding)
    logger.error({ film: film.filmKey, object: film.objectKey, finding, hint: findingMend }, `a film in the bucket is ${finding}`)
}
