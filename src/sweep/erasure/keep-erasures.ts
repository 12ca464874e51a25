// Carries every erasure on until nothing of it waits, over crashes and restarts; first of all those whose bookings an older copy of the database brought back.
// Never begins one by itself.

import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import { eraseBookings, eraseKey } from './erase-rows.ts'
import { findErasure, noteCleaned, noteDone, noteErased, noteWaiting, openErasure, pendingErasures, type Erasure } from './erasure-store.ts'
import { cleanCopies } from './clean-copies.ts'
import { finishErasure, type FinishOptions } from './finish-erasure.ts'
import { proofOf, readProofs, writeProof, type Proof } from './proof-file.ts'

export type ErasureOptions = Omit<FinishOptions, 'clock'> & {
  readonly clock: FinishOptions['clock'] & Pick<Clock, 'sleep'>
  readonly logger: Logger
  readonly home: string
  /** Its file; copies stand beside it. */
  readonly database: string
  /** Writes the capture plan where the rows are newer: it tells whose a booking is. */
  readonly syncPlan: () => Promise<void>
}

/** What of a box an erasure needs. */
export type ErasedBox = Pick<ErasureOptions, 'db' | 'clock' | 'logger' | 'store'> & {
  readonly bookings: Pick<ErasureOptions, 'syncPlan'>
  readonly settings: {
    readonly paths: Readonly<Record<'home' | 'database' | 'recordings' | 'takes', string>>
    readonly camera: { readonly rigId: string }
  }
}

export const erasureOf = ({ bookings, settings: { paths, camera }, ...box }: ErasedBox): ErasureOptions => ({
  ...box,
  ...{ rigId: camera.rigId, home: paths.home, database: paths.database },
  ...{ recordingsFolder: paths.recordings, takesFolder: paths.takes },
  syncPlan: () => bookings.syncPlan(),
})

const lookMs = 2_000
const longestRestMs = 60_000

/** Until the signal aborts. */
export async function keepErasures(options: ErasureOptions, signal: AbortSignal): Promise<void> {
  const { clock, logger } = options
  let isKnown = false
  for (let rest = lookMs; !signal.aborted; await clock.sleep(rest, signal)) {
    try {
      if (!isKnown) await eraseAgain(options)
      isKnown = true
      rest = (await carryOn(options, signal)) ? lookMs : Math.min(longestRestMs, rest * 2)
    } catch (error) {
      if (signal.aborted) return
      rest = Math.min(longestRestMs, rest * 2)
      logger.error({ err: error }, 'an erasure could not be carried on, trying again')
    }
  }
}

/** One round over all that are not done. True when nothing new is to be waited for. */
export async function carryOn(options: ErasureOptions, signal: AbortSignal): Promise<boolean> {
  const { db, logger, home, syncPlan } = options
  let moved = true
  for (const erasure of pendingErasures(db)) {
    if (signal.aborted) return true
    if (erasure.waitsFor === null) {
      await syncPlan()
      await writeProof(home, proofOf(db, erasure)) // from now on it survives the loss of the database
    }
    const waits = (await finishErasure(options, erasure)).join('; ') || (await clean(options, erasure))
    if (waits === '') {
      await end(options, erasure)
      logger.warn({ erasure: erasure.id }, 'the data of a user is gone')
    } else {
      moved &&= waits !== erasure.waitsFor
      noteWaiting(db, erasure.id, waits)
    }
  }
  return moved
}

/** Only once: a copy that was made from then on is clean. */
async function clean({ db, clock, database }: ErasureOptions, { id }: Erasure): Promise<string> {
  noteCleaned(db, id, clock.nowMs())
  return (await cleanCopies(db, database, id)) ?? ''
}

async function end({ db, clock, home }: ErasureOptions, erasure: Erasure): Promise<void> {
  const doneAtMs = Math.floor(clock.nowMs())
  await writeProof(home, proofOf(db, { ...erasure, doneAtMs }))
  noteDone(db, erasure.id, doneAtMs)
}

/** An erasure that the database knows nothing of: it is older than the erasure. */
async function eraseAgain({ db, clock, logger, home }: ErasureOptions): Promise<void> {
  const { proofs, unreadable } = await readProofs(home)
  for (const name of unreadable) logger.error({ file: name, hint: 'keep it for a report' }, 'the proof of an erasure cannot be read')
  for (const proof of proofs) if (!findErasure(db, proof.id)) takeBack({ db, clock, logger }, proof)
}

function takeBack({ db, clock, logger }: Pick<ErasureOptions, 'db' | 'clock' | 'logger'>, proof: Proof): void {
  db.transaction(() => {
    const { id, askedBy: by } = proof
    openErasure(db, { id, askedBy: by, askedAtMs: Date.parse(proof.askedAt) })
    for (const { kind, id: subjectId, at, pieces } of proof.removed)
      if (kind !== 'recording' && kind !== 'film') noteErased(db, id, { kind, subjectId, atMs: Date.parse(at), pieces })
    for (const each of proof.removed) if (each.kind === 'key') eraseKey(db, each.id, clock.nowMs())
    eraseBookings(db, { id, bookings: proof.bookings, by, nowMs: clock.nowMs() })
  })
  logger.warn({ erasure: proof.id }, 'an older database was put back: what was erased since is erased again')
}
