// systemd's word on whether a time server keeps the clock, for a service that must not ask the kernel itself: by that call it is set as well.
// Reads only. Where there is no systemd, no bus or no answer, nothing is known.

import type { Clock } from '../base/clock.ts'
import { EzrecError } from '../base/errors.ts'
import { runChild } from '../base/process.ts'

export type TimeService = AsyncDisposable & {
  /** The last answer; `undefined` before the first one and while there is none. */
  synchronized(): boolean | undefined
}

/** While nobody keeps the clock it is asked often, for what is recorded waits for the answer; a venue without a network costs less later on. */
const soonMs = 5_000
const soonTimes = 24
const laterMs = 20_000
const whetherStillMs = 60_000

/** Asks, and asks again, until it is disposed of; no more once there is nobody to ask. */
export function askTimeService(clock: Clock): TimeService {
  const over = new AbortController()
  let answer: boolean | undefined
  const asking = (async () => {
    for (let asked = 1; !over.signal.aborted; asked += 1) {
      const told = await askOnce(over.signal)
      if (told === 'nobody') return
      answer = told
      await clock.sleep(answer === true ? whetherStillMs : asked <= soonTimes ? soonMs : laterMs, over.signal)
    }
  })()
  return {
    synchronized: () => answer,
    [Symbol.asyncDispose]: async () => {
      over.abort()
      await asking
    },
  }
}

/** `NTPSynchronized` of org.freedesktop.timedate1: what adjtimex tells timedated. Never rejects. */
async function askOnce(signal: AbortSignal): Promise<boolean | undefined | 'nobody'> {
  try {
    const { code, stdout } = await runChild('timedatectl', ['show', '--property=NTPSynchronized', '--value'], { timeoutMs: 10_000, signal })
    return code === 0 ? synchronizedIn(stdout.toString('utf8')) : undefined
  } catch (error) {
    return error instanceof EzrecError && error.code === 'program_missing' ? 'nobody' : undefined
  }
}

/** timedatectl(1) says yes or no. */
export function synchronizedIn(said: string): boolean | undefined {
  const word = said.trim()
  return word === 'yes' || word === 'no' ? word === 'yes' : undefined
}
