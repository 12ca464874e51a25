// How long a camera that ended waits for its next start: at once or soon when that may help, rarely while somebody must change something first.
// Pure: how often it failed and why, in; milliseconds out. A cause that passes by itself never waits longer for it.

import { backoffMs } from '../base/retry.ts'

/** A life of at least this is no failure: the next start is the first again. */
export const soundLifeMs = 10_000

/** The wait that every ended life has, whatever ended it: none after the first, up to about 3 s after many short ones. */
export const usualWaitMs = (shortLives: number, longestMs = 3_000, random: () => number = Math.random): number =>
  shortLives <= 1 ? 0 : 50 + backoffMs(shortLives, { baseMs: 200, capMs: longestMs }, random)

const longestWaitMs = 30_000

/** The whole wait after the `failures`-th short life in a row (from 1) of a cause that lasts: 2, 4, 8, 16, 30 s. */
export const lastingWaitMs = (failures: number): number => Math.min(longestWaitMs, 1_000 * 2 ** Math.min(failures, 10))

/** Why a life ended, of a camera or of a microphone. */
export type EndCause = { readonly code: string; readonly permanent: boolean }

/** Whether trying again soon is in vain: somebody must change something, or plug something in. */
export const isLasting = ({ code, permanent }: EndCause): boolean => permanent || code === 'camera-absent' || code === 'camera-gone'

/** Tells a trouble once, and again when it is another one, or after so long. */
export type Telling = { isNews(what: string, nowUs: number): boolean; forget(): void }

const tellAgainUs = 600e6

export function openTelling(): Telling {
  let told: { readonly what: string; readonly atUs: number } | undefined
  return {
    isNews: (what, nowUs) => {
      if (told?.what === what && nowUs - told.atUs < tellAgainUs) return false
      told = { what, atUs: nowUs }
      return true
    },
    forget: () => (told = undefined),
  }
}
