// One film's way into the bucket, from its first whole part to the proof that all of it is there; goes on after any end where the rows say.
// Never gives up: each failure is told with its mend and tried again. Only the bucket's own word makes an upload done.

import { EzrecError } from '../../../base/errors.ts'
import { backoffMs } from '../../../base/retry.ts'
import { beginUpload } from './begin-upload.ts'
import { BucketError, bucketError } from './bucket-error.ts'
import { afterGone, completeUpload, look } from './complete-upload.ts'
import { isOfTheWay, type FaultKind } from './fault-policy.ts'
import { isAnythingDue, sendDue } from './send-parts.ts'
import type { Film, FilmSize, UploadContext } from './upload-context.ts'
import { clearFault, findUpload, giveUp, noteFault } from './upload-ledger.ts'

/** Where the film is in the bucket, and its size. */
export type Confirmed = { readonly objectKey: string; readonly bytes: number }

export type Upload = {
  /** So much of the film is on the disk, the room for its header counted in. */
  grow(bytes: number): void
  /** The film is whole. Resolves with the bucket's proof; rejects only when it is closed. */
  finish(bytes: number): Promise<Confirmed>
  /** Ends what is under way; what was sent stays sent. */
  close(): Promise<void>
}

export function openUpload(context: UploadContext, film: Film): Upload {
  const stop = new AbortController()
  const size: FilmSize = { available: 0, total: undefined }
  let wake = Promise.withResolvers<void>()
  const growTo = (available: number, total?: number): void => {
    Object.assign(size, { available, total })
    wake.resolve()
    wake = Promise.withResolvers()
  }
  const trouble = openTrouble(context, film)

  /** Until it is confirmed; `onWay` once it need not hold the way any more. Leaves by an error of the bucket, or by an abort. */
  const goOn = async (onWay: () => void): Promise<Confirmed> => {
    const onSent = (): void => {
      context.way.passed += 1
      onWay()
      trouble.eased()
    }
    // Other films are on their way: to hold the way while this one waits for its turn would keep from beginning who may come before it.
    const watch = { onSent, onWait: onWay, grown: () => wake.promise }
    for (;;) {
      const begun = await beginUpload(context, film, size.available, stop.signal)
      const { row } = begun
      if (row.state === 'confirmed') return { objectKey: row.objectKey, bytes: row.bytes ?? 0 }
      do {
        await sendDue(context, film, begun, size, stop.signal, watch)
        onWay()
        const { promise } = wake
        if (!isAnythingDue(context, row, size)) await abortable(promise, stop.signal)
      } while (size.total === undefined)
      await sendDue(context, film, begun, size, stop.signal, watch)
      await completeUpload(context, row, size.total, stop.signal)
    }
  }

  const drive = async (): Promise<Confirmed> => {
    // Nothing is asked of the bucket for a film that has no whole part yet.
    while (size.total === undefined && size.available < 2 * context.wantedPartBytes) await abortable(wake.promise, stop.signal)
    let turn = await enter()
    const leave = (): void => {
      turn?.[Symbol.dispose]()
      turn = undefined
    }
    try {
      for (;;) {
        try {
          const confirmed = await goOn(leave)
          trouble.over()
          return confirmed
        } catch (error) {
          stop.signal.throwIfAborted()
          const { passed } = context.way
          const { waitMs, isOfTheWay } = await trouble.after(error, stop.signal)
          const again = isOfTheWay ? enter() : undefined // asked for before the turn is given back, so that an older film comes first and no newer one
          leave()
          turn = await again
          if (!isOfTheWay || passed === context.way.passed) await context.clock.sleep(waitMs, stop.signal)
          stop.signal.throwIfAborted()
        }
      }
    } finally {
      leave()
    }
  }
  const enter = () => context.way.gate.enter(stop.signal, { order: () => context.uplink.orderOf(film.filmKey) })
  const driven = drive()
  driven.catch(() => undefined) // told by `finish`, or nobody asks any more
  return {
    grow: (bytes) => growTo(bytes, size.total),
    finish: (bytes) => {
      growTo(bytes, bytes)
      return driven
    },
    close: async () => {
      stop.abort(new EzrecError('canceled', 'the upload was stopped', { hint: 'nothing to do: it goes on at the next start' }))
      await driven.catch(() => undefined)
    },
  }
}

type Trouble = {
  /** What follows from a failure: for the upload, for whoever watches, how long to wait, and whether other films need not try before this one. */
  after(error: unknown, signal: AbortSignal): Promise<{ readonly waitMs: number; readonly isOfTheWay: boolean }>
  /** A part has arrived: it goes on, unless what is missing is the proof of the whole. */
  eased(): void
  /** The bucket holds the film. */
  over(): void
}

function openTrouble(context: UploadContext, film: Film): Trouble {
  const { db, clock, logger, patience } = context
  let failures = 0
  let last: FaultKind | undefined
  let inARow = 0
  let answered = 0 // failures of the way in a row after which the bucket did answer
  const over = (): void => {
    if (failures === 0) return
    const row = findUpload(db, film.filmKey)
    if (row) clearFault(db, row.id)
    logger.info({ film: film.filmKey, failures }, 'the upload goes on')
    failures = 0
    inARow = 0
    answered = 0
    last = undefined
  }
  return {
    after: async (error, signal) => {
      let met = asBucketError(error)
      inARow = met.fault.kind === last ? inARow + 1 : 0
      last = met.fault.kind
      try {
        await settle(context, film, last, inARow, signal)
      } catch (later) {
        met = asBucketError(later) // what keeps it from being settled is what keeps the film from going on
      }
      signal.throwIfAborted()
      const { fault, facts } = met
      const told = { film: film.filmKey, ...facts, hint: fault.hint, failures }
      // Once is nothing to speak of; then when it changes, and now and then.
      if (fault.permanent || failures === 1 || (failures > 1 && (inARow === 0 || failures % 20 === 0)))
        logger[fault.permanent ? 'error' : 'warn'](told, `upload: ${fault.message}`)
      try {
        const row = findUpload(db, film.filmKey)
        if (row && (fault.permanent || failures > 0)) noteFault(db, row, fault, Math.round(clock.nowMs()))
      } catch (later) {
        logger.debug({ film: film.filmKey, err: asBucketError(later) }, 'what the upload waits for could not be noted yet') // by the next failure
      }
      const { baseMs, quickTries, quickCapMs, capMs, permanentCapMs } = patience
      const waitMs = backoffMs(failures++, { baseMs, capMs: failures < quickTries ? quickCapMs : fault.permanent ? permanentCapMs : capMs })
      if (!isOfTheWay(fault.kind)) return { waitMs, isOfTheWay: false }
      answered = (await answers(context, film, signal)) ? answered + 1 : 0
      return { waitMs, isOfTheWay: answered < aloneAfter }
    },
    eased: () => {
      if (last !== 'unconfirmed') over()
    },
    over,
  }
}

/** Once could be a network that has just come back. */
const aloneAfter = 3

/** Whether the bucket answers at all: if it does, time after time, what fails is this film alone, and the others are not to wait for it. */
const answers = ({ bucket }: UploadContext, { filmKey }: Film, signal: AbortSignal): Promise<boolean> =>
  look(bucket, filmKey, signal).then(
    () => true,
    () => false,
  )

/** Some failures say that the upload must begin anew. */
async function settle(context: UploadContext, film: Film, kind: FaultKind, inARow: number, signal: AbortSignal): Promise<void> {
  const { db, clock } = context
  const row = findUpload(db, film.filmKey)
  if (!row || row.state === 'confirmed') return
  // After Complete was asked its object may stand there, whatever is answered to the next request.
  if ((kind === 'upload-gone' || kind === 'conflict') && row.state === 'completing') await afterGone(context, row, signal)
  // What is listed was reconciled in between: if it is still refused, the parts are not what the bucket thinks they are.
  else if (kind === 'upload-gone' || kind === 'conflict' || (kind === 'parts-differ' && inARow >= 2))
    giveUp(db, row, 'abandoned', kind, Math.round(clock.nowMs()))
}

/** Trouble with our own disk or database is waited for like the bucket's. */
function asBucketError(error: unknown): BucketError {
  if (!(error instanceof EzrecError) || error instanceof BucketError) return bucketError('upload', error)
  const { code, message, hint, facts } = error
  return new BucketError({ kind: 'unknown', permanent: true, code, message, hint }, { of: String(facts['path'] ?? code) })
}

function abortable(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const left = (): void => reject(signal.reason)
    signal.addEventListener('abort', left, { once: true })
    void promise.then(() => {
      signal.removeEventListener('abort', left)
      resolve()
    })
  })
}
