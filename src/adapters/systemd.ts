// What systemd is told of a service's life: that it is ready, that it has done work, that it is ending. Source: sd_notify(3), sd_watchdog_enabled(3).
// Says nothing where no systemd listens, never by a timer of its own, and a word that cannot be said never stops a service.

import type { Clock } from '../base/clock.ts'

export type Systemd = {
  /** Some work was done: the service is ready, and its watchdog is fed, often enough and no oftener. */
  worked(): void
  stopping(): void
}

export type SystemdOrder = {
  /** NOTIFY_SOCKET; `undefined` when nobody listens. */
  readonly socket: string | undefined
  /** How long systemd waits for a sign of work; `undefined` when it does not watch. */
  readonly watchdogMs: number | undefined
  readonly clock: Pick<Clock, 'monotonicUs'>
  readonly onFault: (error: unknown) => void
  /** How a word is said (default: by libsystemd, in this process). */
  readonly say?: (words: string) => void
}

export const noSystemd: Systemd = { worked: () => undefined, stopping: () => undefined }

export function openSystemd({ socket, watchdogMs, clock, onFault, say = sayer(onFault) }: SystemdOrder): Systemd {
  if (socket === undefined) return noSystemd
  const everyUs = (watchdogMs ?? 60_000) * 250 // four signs within the time that it waits
  let saidUs: number | undefined
  return {
    worked: () => {
      const nowUs = clock.monotonicUs()
      if (saidUs !== undefined && nowUs - saidUs < everyUs) return
      saidUs = nowUs
      say('READY=1\nWATCHDOG=1') // told again each time: the first word may have been lost
    },
    stopping: () => say('STOPPING=1'),
  }
}

/** By the library, in this process: 25 us a word, and systemd hears nobody else of a service (NotifyAccess=main). */
function sayer(onFault: (error: unknown) => void): (words: string) => void {
  let notify: ((words: string) => number) | undefined
  return (words) => {
    try {
      notify ??= openLibrary()
      const result = notify(words)
      if (result <= 0) onFault(new Error(`sd_notify answers ${result}`)) // the socket is gone or full: the next word comes soon
    } catch (error) {
      onFault(error)
    }
  }
}

function openLibrary(): (words: string) => number {
  const { dlopen } = process.getBuiltinModule('node:ffi') // only where systemd listens: loading it warns
  const { functions } = dlopen('libsystemd.so.0', { sd_notify: { arguments: ['i32', 'string'], return: 'i32' } })
  return (words) => Number(functions.sd_notify(0, words))
}
