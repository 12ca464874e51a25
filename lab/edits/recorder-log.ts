// The recorder's log as it grows: how often it said something, and when it said it next.
// Never waits for ever: what is not said within half a minute is a fault.

import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { systemClock } from '../../src/base/clock.ts'
import { EzrecError } from '../../src/base/errors.ts'

export type RecorderLog = {
  /** How often these words were said so far. */
  count(words: string): Promise<number>
  /** When they were said for the first time after the first `before` times. Unix milliseconds. */
  nextAfter(words: string, before: number): Promise<number>
}

const line = z.object({ time: z.iso.datetime(), msg: z.string() })

const patienceMs = 30_000

export function recorderLog(file: string, signal: AbortSignal): RecorderLog {
  const timesOf = async (words: string): Promise<number[]> => {
    const text = await readFile(file, 'utf8')
    return text
      .split('\n')
      .filter((each) => each.includes(words) && each.endsWith('}'))
      .map((each) => line.parse(JSON.parse(each)))
      .filter(({ msg }) => msg === words)
      .map(({ time }) => Date.parse(time))
  }
  return {
    count: async (words) => (await timesOf(words)).length,
    nextAfter: async (words, before) => {
      const endUs = systemClock.monotonicUs() + patienceMs * 1_000
      while (systemClock.monotonicUs() < endUs) {
        const said = (await timesOf(words))[before]
        if (said !== undefined) return said
        signal.throwIfAborted()
        await systemClock.sleep(20, signal)
      }
      throw new EzrecError('timeout', `the recorder never said "${words}"`, { hint: `look into ${file}` })
    },
  }
}
