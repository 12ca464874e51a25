// `bench publish`: a film is published as soon after its end, however long it was. Measured on real sessions of growing length,
// and on a made-up ledger of up to twelve hours, where only the last chunk and the header are left to write.

import path from 'node:path'
import type { Context, Point, Scenario } from '../harness.ts'
import { startSession } from '../session-run.ts'
import { finishUnderTrace } from './finish-under-trace.ts'
import { makeLedgerHome } from './ledger-home.ts'
import { publishToBucket } from './publish-to-bucket.ts'

/** Seconds by which the publishing of a longer film may differ. */
const spreadSeconds = 0.5

/** After the end: the longest time, and beside the header at most one part of an upload. */
const longestSeconds = 2
const partBytes = 5 * 1024 * 1024

export const publishScenario: Scenario = {
  kind: 'bench',
  name: 'publish',
  summary: 'publishing takes as long after 300 s as after 20 s, and 12 h are finished in 2 s (--seconds 20,60,300; --store s3)',
  run: async function* run(context) {
    if (context.store === 's3') yield* publishToBucket(context)
    else {
      yield* ledgers(context)
      yield* sessions(context)
    }
  },
}

async function* sessions(context: Context): AsyncGenerator<Point> {
  const took: number[] = []
  for (const seconds of context.seconds ?? [20, 60, 300]) {
    context.say(`recording ${seconds} s`)
    const home = path.join(context.folder, `session-${seconds}`)
    const run = await startSession({ ...context, home, seconds, mark: context.folder })
    const { code, answer } = await run.ended
    const { publishSeconds, status, video } = answer
    took.push(publishSeconds ?? Number.NaN)
    const expected = seconds * (video.fps ?? 0)
    yield {
      name: `session of ${seconds} s`,
      faults: [
        ...(code === 0 ? [] : [`it ended with ${code}`]),
        ...(status === 'complete' ? [] : [`it is ${status}`]),
        ...(Math.abs((video.frames ?? 0) - expected) <= 1 ? [] : [`it has ${video.frames} frames, not ${expected}`]),
      ],
      figures: { seconds, publishSeconds, frames: video.frames, bytes: video.bytes, status },
    }
  }
  const spread = Math.round((Math.max(...took) - Math.min(...took)) * 1_000) / 1_000
  yield {
    name: 'the length of a film does not matter',
    faults: spread <= spreadSeconds ? [] : [`publishing took from ${Math.min(...took)} to ${Math.max(...took)} s`],
    figures: { spreadSeconds: spread, limitSeconds: spreadSeconds },
  }
}

async function* ledgers(context: Context): AsyncGenerator<Point> {
  for (const chunks of [2_700, 21_600]) {
    context.say(`making a ledger of ${chunks} chunks`)
    const home = await makeLedgerHome(path.join(context.folder, `ledger-${chunks}`), chunks, context.signal)
    const { seconds, bytesWritten } = await finishUnderTrace(home, context.signal)
    const limitBytes = home.headerBytes + partBytes
    yield {
      name: `ledger of ${chunks} chunks`,
      faults: [
        ...(seconds <= longestSeconds ? [] : [`it took ${seconds} s`]),
        ...(bytesWritten <= limitBytes ? [] : [`${bytesWritten} bytes were written after the end`]),
        ...(bytesWritten >= home.headerBytes ? [] : [`only ${bytesWritten} bytes were seen: the count is not believed`]),
      ],
      figures: {
        chunks,
        seconds,
        bytesWritten,
        headerBytes: home.headerBytes,
        lastChunkBytes: home.lastChunkBytes,
        limitBytes,
        filmBytes: home.filmBytes,
      },
    }
  }
}
