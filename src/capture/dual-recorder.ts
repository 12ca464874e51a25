// The recorder's whole job: keep the schedule. It reads the capture plan and starts and stops the rig by it.
// Depends on disk and cameras only: no network, no database lock, no merge can stop it.

import { stat } from 'node:fs/promises'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import { readCapturePlan, type CapturePlan } from '../booking/capture-plan.ts'
import type { Margins } from '../booking/schedule.ts'
import type { BoxTimeKeeper } from './box-time-keeper.ts'
import { wantedAt } from './box-time.ts'
import type { Rig } from './camera-service.ts'

export type ScheduleOptions = {
  readonly planFile: string
  readonly margins: Margins
  readonly rig: Rig
  /** What time it is: the wall clock may jump under a running capture, this does not. */
  readonly time: BoxTimeKeeper
  readonly clock: Clock
  readonly log: Logger
  /** Called whenever the plan was looked at: evidence that the schedule is kept. */
  readonly looked?: () => void
}

/** A start or an end is kept to about this. */
const tickMs = 50
const endTickMs = 1_000
/** What a chain's ladder takes (8 s), and a minute for the disk. */
const longestEndMs = 68_000

/** Captures whenever a window is open, until the signal aborts; then closes what runs. */
export async function keepSchedule(
  { planFile, margins, rig, time, clock, log, looked }: ScheduleOptions,
  signal: AbortSignal,
): Promise<void> {
  const plan = followPlan(planFile, log)
  let running: { readonly stop: AbortController; readonly done: Promise<void> } | undefined
  const end = async (): Promise<void> => {
    if (!running) return
    const { stop, done } = running
    stop.abort()
    await untilEnded(done, clock, looked)
    running = undefined
  }
  let inWindow = false
  while (!signal.aborted) {
    const windows = (await plan.current())?.windows ?? []
    const now = wantedAt(time.look(inWindow), clock.monotonicUs(), windows, margins, time.floorMs)
    inWindow = now.inWindow
    if (now.capturing && !running) {
      const stop = new AbortController()
      log.info({ bookings: now.open, guessed: now.guessed }, 'capture begins')
      running = { stop, done: rig.capture(stop.signal) }
    } else if (!now.capturing) {
      if (running) log.info('capture ends')
      await end()
      await rig.rest()
    }
    looked?.()
    await clock.sleep(tickMs, signal)
  }
  await end()
}

/** A slow disk holds up the end of a take, and a new recorder could not hasten it: that counts as work, for a while. One that hangs for
 *  longer would hold up the next match: then the watchdog hears nothing more. Rejects as `done` does. */
export async function untilEnded(done: Promise<void>, clock: Clock, looked?: () => void): Promise<void> {
  const over = new AbortController()
  void done.then(
    () => over.abort(),
    () => over.abort(), // told below
  )
  const sinceUs = clock.monotonicUs()
  while (!over.signal.aborted) {
    await clock.sleep(endTickMs, over.signal)
    if (clock.monotonicUs() - sinceUs <= longestEndMs * 1_000) looked?.()
  }
  await done
}

/** The newest plan that could be read: a broken file never takes back what was promised before. */
function followPlan(file: string, log: Logger): { current(): Promise<CapturePlan | undefined> } {
  let plan: CapturePlan | undefined
  let seen = ''
  return {
    current: async () => {
      const facts = await stat(file).catch(() => undefined)
      const version = facts ? `${facts.ino} ${facts.mtimeMs} ${facts.size}` : ''
      if (version === seen || version === '') return plan
      seen = version
      try {
        plan = (await readCapturePlan(file)) ?? plan
        log.info({ generation: plan?.generation ?? 0, windows: plan?.windows.length ?? 0 }, 'a capture plan is in force')
      } catch (error) {
        log.error({ err: error }, 'capture plan cannot be read, keeping the last one')
      }
      return plan
    },
  }
}
