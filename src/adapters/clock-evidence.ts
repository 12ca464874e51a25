// What this machine knows of its own clock: whether a time server has set it, what the battery clock says, and what kind of machine it is.
// Reads only; whether the clock is to be believed is decided elsewhere.

import { existsSync, readFileSync } from 'node:fs'

export type ClockEvidence = {
  readonly synchronized: boolean | undefined
  readonly rtcMs: number | undefined
  readonly isBoard: boolean
}

export function readClockEvidence(): ClockEvidence {
  return { synchronized: kernelSaysSynchronized(), rtcMs: readRtcMs(), isBoard: existsSync('/proc/device-tree/model') }
}

/** adjtimex(2): reading it needs no rights; the answer TIME_ERROR means that nobody keeps this clock in step. */
const timeError = 5
const structBytes = 256 // struct timex has 208 bytes on 64-bit Linux

let adjtimex: ((timex: Buffer) => number) | null | undefined

function kernelSaysSynchronized(): boolean | undefined {
  adjtimex ??= openAdjtimex()
  const state = adjtimex?.(Buffer.alloc(structBytes)) ?? -1 // all zero: change nothing
  return state < 0 ? undefined : state !== timeError
}

function openAdjtimex(): ((timex: Buffer) => number) | null {
  try {
    const { dlopen, getRawPointer } = process.getBuiltinModule('node:ffi') // only where it is asked for: loading it warns
    const { functions } = dlopen('libc.so.6', { adjtimex: { arguments: ['pointer'], return: 'i32' } })
    return (timex) => Number(functions.adjtimex(getRawPointer(timex)))
  } catch {
    return null // another C library: the clock cannot be asked, the battery clock still can
  }
}

function readRtcMs(): number | undefined {
  try {
    return Number(readFileSync('/sys/class/rtc/rtc0/since_epoch', 'utf8')) * 1_000
  } catch {
    return undefined // no battery clock
  }
}
