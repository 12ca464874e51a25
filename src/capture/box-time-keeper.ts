// Keeps the box's time for a boot: looks at the clocks, judges, and writes what changed for everybody else to read.
// Only the recorder keeps it. A disk that refuses costs the others the news, never the recorder its time.

import type { ClockEvidence } from '../adapters/clock-evidence.ts'
import { bootId, type Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import { readBoxTimes, writeBoxTime } from './box-time-file.ts'
import { boxNowMs, firstBoxTime, nextBoxTime, type BoxTime, type Reading } from './box-time.ts'

export type BoxTimeKeeper = {
  /** Looks at the clocks; `inWindow`: a booking is being captured, the time is not to be moved. */
  look(inWindow: boolean): BoxTime
  /** UTC by the last look; `undefined` while it is doubtful. */
  nowMs(): number | undefined
  /** The newest instant known to have passed. */
  readonly floorMs: number
  /** Resolves when what was found is written. */
  written(): Promise<void>
}

export type KeeperOptions = {
  readonly file: string
  readonly clock: Clock
  readonly evidence: () => ClockEvidence
  readonly log: Logger
  readonly boot?: string
}

const evidenceEveryUs = 1_000_000
/** How often the newest instant is written: what a box without a battery clock knows of the time when it starts again. */
const floorEveryUs = 60_000_000

export function keepBoxTime({ file, clock, evidence, log, boot = bootId() }: KeeperOptions): BoxTimeKeeper {
  let known = readBoxTimes(file)
  let seen = evidence()
  let seenUs = clock.monotonicUs()
  let writtenUs = Number.NEGATIVE_INFINITY
  let writing: Promise<void> = Promise.resolve()
  const read = (): Reading => ({ monotonicUs: clock.monotonicUs(), wallMs: clock.nowMs(), floorMs: known.floorMs, ...seen })
  let time = known.boots.find(({ bootId: each }) => each === boot) ?? firstBoxTime(boot, read())

  const write = (monotonicUs: number): void => {
    writtenUs = monotonicUs
    const now = time
    writing = writing.then(async () => {
      known = await writeBoxTime(file, known, now, monotonicUs).catch((error: unknown) => {
        log.warn({ err: error }, 'the box time could not be written')
        return known
      })
    })
  }
  write(clock.monotonicUs())
  if (!time.trusted)
    log.warn({ wallMs: clock.nowMs() }, 'the clock was not set since the boot: what may be booked is recorded, and sorted once it is')

  return {
    look: (inWindow) => {
      const nowUs = clock.monotonicUs()
      if (nowUs - seenUs >= evidenceEveryUs) {
        seenUs = nowUs
        seen = evidence()
      }
      const before = time
      time = nextBoxTime(time, read(), inWindow)
      if (isNews(before, time)) {
        log.info(
          { trusted: time.trusted, movedMs: Math.round((time.offsetUs - before.offsetUs) / 1_000), doubt: time.doubt !== undefined },
          'the box time changed',
        )
        write(nowUs)
      } else if (nowUs - writtenUs > floorEveryUs) write(nowUs)
      return time
    },
    nowMs: () => (time.trusted && time.doubt === undefined ? boxNowMs(time, clock.monotonicUs()) : undefined),
    get floorMs() {
      return known.floorMs
    },
    written: () => writing,
  }
}

/** A correction that others should know of; while the clock is untrusted its every step is none. */
const isNews = (before: BoxTime, now: BoxTime): boolean =>
  before.trusted !== now.trusted ||
  (before.doubt === undefined) !== (now.doubt === undefined) ||
  Math.abs(before.offsetUs - now.offsetUs) >= 1_000
