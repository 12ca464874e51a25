// The box's time on disk: the verdict of this boot, the labels of earlier ones, and the newest instant known to have passed.
// The recorder alone writes it; everybody else takes the time from here, so that all of the box agrees on it.

import { readFileSync, statSync } from 'node:fs'
import { z } from 'zod'
import { readClockEvidence, type ClockEvidence } from '../adapters/clock-evidence.ts'
import { bootId, systemClock, type Clock } from '../base/clock.ts'
import { writeDurably } from '../base/files.ts'
import { boxNowMs, firstBoxTime, nextBoxTime, type BoxTime, type Reading } from './box-time.ts'

const label = z.object({
  bootId: z.string().max(64),
  offsetUs: z.number(),
  trusted: z.boolean(),
  synchronized: z.boolean(),
  sinceUs: z.number(),
})
const doubt = z.object({ offsetUs: z.number(), sinceUs: z.number() })
const fileSchema = z.object({
  version: z.literal(1),
  floorMs: z.number(),
  /** This boot's last, earlier ones before it. */
  boots: z.array(label.extend({ doubt: doubt.optional() })).max(1_000),
})

export type BoxTimes = { readonly floorMs: number; readonly boots: readonly BoxTime[] }

/** No box of ours ran before this. */
const oldestMs = Date.UTC(2026, 0, 1)
const keptBoots = 100

/** What the file says; a missing or broken one says nothing: the clock is judged anew. */
export function readBoxTimes(file: string): BoxTimes {
  try {
    const { floorMs, boots } = fileSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
    return { floorMs: Math.max(oldestMs, floorMs), boots: boots.map((each) => ({ ...each, doubt: each.doubt })) }
  } catch {
    return { floorMs: oldestMs, boots: [] }
  }
}

/** Writes the verdict of a boot behind those of earlier ones. A trusted one raises the floor. */
export async function writeBoxTime(file: string, known: BoxTimes, time: BoxTime, monotonicUs: number): Promise<BoxTimes> {
  const boots = [...known.boots.filter((each) => each.bootId !== time.bootId), time].slice(-keptBoots)
  const settled = time.trusted && time.doubt === undefined
  const floorMs = settled ? Math.max(known.floorMs, Math.floor(boxNowMs(time, monotonicUs))) : known.floorMs
  await writeDurably(file, `${JSON.stringify({ version: 1, floorMs, boots }, null, 1)}\n`)
  return { floorMs, boots }
}

export type BoxClock = Clock & {
  /** False while nobody can say what time it is. */
  trusted(): boolean
  /** False while it is not known which of two times is right. */
  settled(): boolean
  /** How a boot's monotonic clock stands to UTC; `undefined` for a boot that nobody judged. */
  labelOf(boot: string): Pick<BoxTime, 'offsetUs' | 'trusted' | 'synchronized'> | undefined
}

export type BoxClockOptions = { readonly system?: Clock; readonly evidence?: () => ClockEvidence; readonly boot?: string }

const lookEveryUs = 200_000
const judgeEveryUs = 1_000_000

/** The box's time as the recorder wrote it, looked at again now and then; judged here as long as there is no verdict of this boot. */
export function openBoxClock(
  file: string,
  { system = systemClock, evidence = readClockEvidence, boot = bootId() }: BoxClockOptions = {},
): BoxClock {
  let times = readBoxTimes(file)
  let version = versionOf(file)
  const read = (): Reading => ({ monotonicUs: system.monotonicUs(), wallMs: system.nowMs(), floorMs: times.floorMs, ...evidence() })
  let own = firstBoxTime(boot, read())
  let lookedUs = system.monotonicUs()
  let judgedUs = lookedUs
  const look = (): BoxTime => {
    const nowUs = system.monotonicUs()
    if (nowUs - lookedUs > lookEveryUs) {
      lookedUs = nowUs
      const found = versionOf(file)
      if (found !== version) times = readBoxTimes(file)
      version = found
    }
    const written = times.boots.find(({ bootId: each }) => each === boot)
    if (written) return written
    if (nowUs - judgedUs > judgeEveryUs) {
      judgedUs = nowUs
      own = nextBoxTime(own, read(), false)
    }
    return own
  }
  return {
    nowMs: () => Math.floor(boxNowMs(look(), system.monotonicUs())),
    monotonicUs: () => system.monotonicUs(),
    sleep: (ms, signal) => system.sleep(ms, signal),
    trusted: () => look().trusted,
    settled: () => look().trusted && look().doubt === undefined,
    labelOf: (each) => (each === boot ? look() : times.boots.find(({ bootId: known }) => known === each)),
  }
}

/** A clock that is right by definition: a test's, a laboratory's. */
export const believed = (clock: Clock): BoxClock => ({ ...clock, trusted: () => true, settled: () => true, labelOf: () => undefined })

function versionOf(file: string): string {
  try {
    const { ino, mtimeMs, size } = statSync(file)
    return `${ino} ${mtimeMs} ${size}`
  } catch {
    return ''
  }
}
