// A process by identity: its id and the kernel's start time. Ids are used again, start times are not.
// For processes that are not our children any more, or never were.

import type { Clock } from './clock.ts'
import { errnoOf } from './errors.ts'
import { isInUse, lookAtProcess, processStartTicks } from './process-look.ts'

export type ProcessIdentity = { readonly pid: number; readonly startTicks: number }

export const ownIdentity = (): ProcessIdentity => ({ pid: process.pid, startTicks: processStartTicks(process.pid) ?? 0 })

/** One that cannot be looked at lives while its id is in use: to take a living one for dead would give its camera a second user. */
export function isAlive({ pid, startTicks }: ProcessIdentity): boolean {
  const seen = lookAtProcess(pid)
  return seen === 'unseen' ? isInUse(pid) : seen === startTicks
}

/** Sends a signal if it is still the one we knew. */
export function signalIdentity(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isAlive(identity)) return
  try {
    process.kill(identity.pid, signal)
  } catch (error) {
    if (errnoOf(error) !== 'ESRCH') throw error
  }
}

const pollMs = 20

/** Resolves when it has ended: asked by one signal after the other, `stepMs` apart. */
export async function endByIdentity(
  identity: ProcessIdentity,
  clock: Clock,
  {
    signals = ['SIGINT', 'SIGTERM', 'SIGKILL'],
    stepMs = 1_000,
  }: { readonly signals?: readonly NodeJS.Signals[]; readonly stepMs?: number } = {},
): Promise<void> {
  for (const signal of signals) {
    signalIdentity(identity, signal)
    for (let waitedMs = 0; isAlive(identity) && waitedMs < stepMs; waitedMs += pollMs) await clock.sleep(pollMs)
  }
}
