// `bench capture`: what capture costs beside a bare copy, and that nothing another part of the system does costs it a frame.
// Never times a disturbed film's publication: that may be late.

import { rm } from 'node:fs/promises'
import path from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import { readFilmCounters } from '../film-counters.ts'
import { freePort } from '../free-port.ts'
import type { Context, Point, Scenario } from '../harness.ts'
import { filmStart, startSession } from '../session-run.ts'
import { measureCost } from './cost.ts'
import { disturbancesOf, fullLengths, secondsFor, type Lengths, type Session } from './disturb.ts'

/** Cores a camera may cost more than `ffmpeg -c copy`. */
const mostExtraCores = 0.01

export const captureScenario: Scenario = {
  kind: 'bench',
  name: 'capture',
  summary: 'what capture costs beside ffmpeg -c copy, and that no other part of the system costs it a frame (--seconds)',
  run: async function* run(context) {
    yield await cost(context)
    yield* disturbed(context, fullLengths)
  },
}

async function cost(context: Context): Promise<Point> {
  const seconds = context.seconds?.[0] ?? 60
  const { chainCores, copyCores, frames, expected } = await measureCost(context, seconds)
  const extra = chainCores - copyCores
  return {
    name: `one camera for ${seconds} s, chain beside ffmpeg -c copy`,
    faults: [
      ...(extra > mostExtraCores
        ? [`a camera costs ${extra.toFixed(4)} core more than a bare copy, at most ${mostExtraCores} may be`]
        : []),
      ...(Math.abs(frames - expected) > 30 ? [`${frames} pictures, not about ${expected}`] : []), // anchors are told once a second
    ],
    figures: { chainCores: round(chainCores), copyCores: round(copyCores), ratio: round(chainCores / copyCores), frames },
  }
}

/** One film while the rest of the box misbehaves, one way after the other: a point for each, and one for the film. */
export async function* disturbed(context: Context, lengths: Lengths): AsyncGenerator<Point> {
  const disturbances = disturbancesOf(lengths)
  const disturbedSeconds = secondsFor(lengths)
  const home = path.join(context.folder, 'disturbed')
  const port = await freePort()
  const session = await startSession({ ...context, home, seconds: disturbedSeconds, mark: context.folder, port })
  const over = new AbortController()
  void session.child.exited.then(() => over.abort())
  const signal = AbortSignal.any([context.signal, over.signal])
  const startsAtMs = await filmStart(home, signal)
  const running: Session = { home, mark: context.folder, port, signal }
  for (const { name, atSeconds, run } of disturbances) {
    await systemClock.sleep(Math.max(0, startsAtMs + atSeconds * 1_000 - systemClock.nowMs()), signal)
    context.say(name)
    await run(running)
  }
  const { code, answer } = await session.ended
  const counters = await readFilmCounters(answer.video.path, answer.video.width ?? 0)
  const fps = answer.video.fps ?? 25
  const lostIn = (fromSeconds: number, toSeconds: number): number =>
    counters.slice(fromSeconds * fps, toSeconds * fps).filter(([left, right]) => left === undefined || right === undefined).length
  for (const [n, { name, atSeconds }] of disturbances.entries()) {
    const lostFrames = lostIn(atSeconds, disturbances[n + 1]?.atSeconds ?? disturbedSeconds)
    yield { name, faults: lostFrames === 0 ? [] : [`${lostFrames} frames are lost`], figures: { lostFrames } }
  }
  const { status, gaps, publishSeconds } = answer
  const faults = [
    ...(code === 0 ? [] : [`the session ended with ${code}`]),
    ...(status === 'complete' ? [] : [`the film is ${status}`]),
    ...(counters.length === disturbedSeconds * fps ? [] : [`the film has ${counters.length} frames`]),
  ]
  if (faults.length === 0) await rm(home, { recursive: true, force: true })
  yield { name: 'the film', faults, figures: { status, gaps, publishSeconds } }
}

const round = (value: number): number => Math.round(value * 10_000) / 10_000
