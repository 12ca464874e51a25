// A step's life: claimed under a lease, run beside the other steps of its recording, done or tried again with back-off.
// Who comes next stands in the worker's table; nothing here knows what a step does.

import { claimStep, finishStep, ownerOf, renewLease, releaseStep, type StepClaim } from '../src/capture/step-lease.ts'
import { findRecording, moveStep, openRecordings } from '../src/capture/recording-store.ts'
import type { Recording, StepName } from '../src/capture/recording.ts'
import { findBooking } from '../src/booking/booking-store.ts'
import { beat } from '../src/adapters/heartbeat.ts'
import { EzrecError, messageOf } from '../src/base/errors.ts'
import { backoffMs } from '../src/base/retry.ts'
import { discardFilm } from '../src/publish/discard-film.ts'
import type { App } from '../src/app.ts'

export type StepWork = {
  readonly name: StepName
  /** Takes what the steps before have finished, does it, and returns when there is nothing left for this step. */
  readonly advance: (app: App, recordingId: string, signal: AbortSignal) => Promise<void>
}

const tickMs = 60
const renewMs = 5_000

/** `looked` is called whenever all recordings were looked at and the heartbeat was written: evidence that steps are followed. */
export type StepFollower = App & { readonly looked?: () => void }

/** Runs every step of every open recording until the signal aborts; returns when all have let go. */
export async function followSteps(app: StepFollower, service: string, steps: readonly StepWork[], signal: AbortSignal): Promise<void> {
  const running = new Map<string, { readonly stop: AbortController; readonly done: Promise<void> }>()
  const owner = ownerOf(service)
  while (!signal.aborted) {
    try {
      // Footage is placed by the time of day: while nobody knows it, there is nothing to follow.
      for (const recording of app.clock.trusted() ? openRecordings(app.db) : []) {
        if (isCancelled(app, recording)) await abandon(app, recording, running)
        else for (const step of steps) start(app, owner, recording, step, running, signal)
      }
      beat(app.db, { service, pid: process.pid, atMs: app.clock.nowMs(), doing: running.size === 0 ? 'waiting' : `${running.size} steps` })
      app.looked?.()
    } catch (error) {
      app.logger.error({ err: error }, 'the steps could not be looked at, trying again')
    }
    await app.clock.sleep(tickMs, signal)
  }
  await Promise.all([...running.values()].map(({ done }) => done))
}

function start(
  app: App,
  owner: string,
  recording: Recording,
  step: StepWork,
  running: Map<string, { stop: AbortController; done: Promise<void> }>,
  signal: AbortSignal,
): void {
  const key = `${recording.id}/${step.name}`
  const state = recording.steps.find(({ name }) => name === step.name)?.state
  if (running.has(key) || (state !== 'pending' && state !== 'working')) return
  const claim = claimStep(app.db, { recordingId: recording.id, name: step.name, owner, nowMs: app.clock.nowMs() })
  if (!claim) return
  const stop = new AbortController()
  const done = runStep(app, claim, step, AbortSignal.any([signal, stop.signal])).finally(() => running.delete(key))
  running.set(key, { stop, done })
}

async function runStep(app: App, claim: StepClaim, step: StepWork, signal: AbortSignal): Promise<void> {
  const { db, clock, logger } = app
  const { recordingId, name } = claim
  const guarded = (act: () => void): void => {
    try {
      act() // a full disk or a locked database must not end the worker: the lease runs out by itself, and the step is claimed again
    } catch (error) {
      logger.error({ recording: recordingId, step: name, err: error }, "a step's row could not be written")
    }
  }
  const renewal = setInterval(() => guarded(() => renewLease(db, claim, clock.nowMs())), renewMs)
  try {
    await step.advance(app, recordingId, signal)
    if (signal.aborted) releaseStep(db, claim, { nowMs: clock.nowMs() })
    else finishStep(db, claim, clock.nowMs())
  } catch (error) {
    if (!signal.aborted) logger.error({ recording: recordingId, step: name, err: error, attempt: claim.attempts + 1 }, 'step failed')
    guarded(() => giveBack(app, claim, signal.aborted ? undefined : error))
  } finally {
    clearInterval(renewal)
  }
}

/** After a failed try: back to be claimed again later, or failed for good when trying again cannot help. */
function giveBack({ db, clock }: App, claim: StepClaim, error: unknown): void {
  const nowMs = clock.nowMs()
  if (error === undefined) return releaseStep(db, claim, { nowMs })
  const failed = { code: error instanceof EzrecError ? error.code : 'internal', message: messageOf(error) }
  if (failed.code === 'camera_missing') return moveStep(db, { ...claim, to: 'failed', nowMs, failed })
  releaseStep(db, claim, {
    nowMs,
    failed: { ...failed, notBeforeMs: nowMs + 500 + backoffMs(claim.attempts, { baseMs: 500, capMs: 60_000 }) },
  })
}

const isCancelled = (app: App, recording: Recording): boolean => findBooking(app.db, recording.bookingId)?.cancelledAtMs != null

/** A cancelled booking's recording ends: what runs is stopped, what is open is failed as canceled. */
async function abandon(
  app: App,
  recording: Recording,
  running: ReadonlyMap<string, { stop: AbortController; done: Promise<void> }>,
): Promise<void> {
  const mine = [...running].filter(([key]) => key.startsWith(`${recording.id}/`)).map(([, work]) => work)
  for (const { stop } of mine) stop.abort()
  await Promise.all(mine.map(({ done }) => done))
  await discardFilm({ ...app, recordingsFolder: app.settings.paths.recordings }, recording)
  for (const { name, state } of findRecording(app.db, recording.id)?.steps ?? [])
    if (state === 'pending' || state === 'working')
      moveStep(app.db, {
        recordingId: recording.id,
        name,
        to: 'failed',
        nowMs: app.clock.nowMs(),
        failed: { code: 'canceled', message: 'the booking was cancelled' },
      })
}
