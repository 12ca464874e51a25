// The three clocks of a box: wall time (may jump), monotonic time (never jumps, ends with the boot), and waiting.
// Never subtracts one from the other; where both are needed, both are stored.

import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { isShortage } from './errors.ts'

export type Clock = {
  /** Wall time, Unix milliseconds UTC. A label: it may be wrong and it may jump. */
  nowMs(): number
  /** CLOCK_MONOTONIC in microseconds: the same for all processes of one boot. */
  monotonicUs(): number
  /** Resolves after `ms`, or at once when `signal` aborts. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicUs: () => Number(process.hrtime.bigint() / 1000n),
  sleep: (ms, signal) => delay(ms, undefined, signal ? { signal } : {}).catch(() => undefined),
}

let boot: string | undefined

/** Which boot of the machine this is: monotonic times compare only within one. Read once: later there may be no descriptor to read it with,
 *  and a process of this boot would be taken for one of another. */
export function bootId(): string {
  return (boot ??= readBootId())
}

function readBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch (error) {
    if (isShortage(error)) throw error
    return 'unknown-boot'
  }
}
