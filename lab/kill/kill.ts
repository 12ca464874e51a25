// `lab kill`: in each run one process of a real session is killed, and in the end the film must be whole, every loss told, nothing left.
// What is killed and when follows from the seed; how long the kernel and the disk take does not.

import { rm } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { readDatabase } from '../../src/adapters/sqlite.ts'
import { systemClock } from '../../src/base/clock.ts'
import { EzrecError } from '../../src/base/errors.ts'
import type { Context, Point, Scenario } from '../harness.ts'
import { startSession, type SessionRun } from '../session-run.ts'
import { judgeRun } from './judge-run.ts'
import { chooseKilling, type Killing } from './killing.ts'
import { membersOf, type Member } from './process-tree.ts'

export const killScenario: Scenario = {
  kind: 'lab',
  name: 'kill',
  summary: 'kills one process in the middle of a recording; the film must be whole and honest (--runs, --seed)',
  run: async function* run(context) {
    for (let n = 1; n <= context.runs && !context.signal.aborted; n += 1) yield await killOnce(context, n)
  },
}

async function killOnce(context: Context, n: number): Promise<Point> {
  const seconds = context.seconds?.[0] ?? 7
  const killing = chooseKilling(context.random, seconds)
  const name = `run ${n}: ${killing.part} at ${killing.atSeconds} s`
  context.say(`starting ${name}`)
  const home = path.join(context.folder, `run-${n}`)
  const session = await startSession({ ...context, home, seconds, mark: context.folder })
  const killed = await killInTime(killing, session, home, context)
  const { code, answer } = await session.ended
  const faults = await judgeRun({ ...context, home, code, answer, seconds, killing })
  if (faults.length === 0) await rm(home, { recursive: true, force: true })
  const { status, gaps, publishSeconds, video } = answer
  return { name, faults, figures: { killed: killed.pid, side: killed.side ?? null, status, gaps, publishSeconds, frames: video.frames } }
}

/** Errors: internal when the session ended before there was such a process. */
async function killInTime(killing: Killing, session: SessionRun, home: string, { folder, signal, say }: Context): Promise<Member> {
  const over = new AbortController()
  void session.child.exited.then(() => over.abort())
  const both = AbortSignal.any([signal, over.signal])
  const startsAtMs = await startOf(home, both)
  await systemClock.sleep(Math.max(0, startsAtMs + killing.atSeconds * 1_000 - systemClock.nowMs()), both)
  while (!both.aborted) {
    const candidates = membersOf(folder).filter(({ part }) => part === killing.part)
    const victim = candidates[Math.floor(killing.share * candidates.length)]
    if (victim) {
      say(`kill -9 ${victim.pid} (${victim.part}${victim.side ? `, ${victim.side}` : ''})`)
      process.kill(victim.pid, 'SIGKILL')
      return victim
    }
    await systemClock.sleep(20, both)
  }
  throw new EzrecError('internal', `the session ended before there was a ${killing.part} to kill`, {
    hint: 'look into the logs of its home',
    facts: { stderr: session.child.stderrTail().slice(-1_000) },
  })
}

/** The first instant of the film, once it is booked. */
async function startOf(home: string, signal: AbortSignal): Promise<number> {
  for (; !signal.aborted; await systemClock.sleep(100, signal)) {
    const found = bookedIn(home)
    if (found !== undefined) return found
  }
  throw new EzrecError('internal', 'the session ended before anything was booked', { hint: 'look into the logs of its home' })
}

function bookedIn(home: string): number | undefined {
  try {
    using db = readDatabase(path.join(home, 'ezrec.sqlite'))
    const row = db.get('select starts_at_ms from booking')
    return row && z.object({ starts_at_ms: z.int() }).parse(row).starts_at_ms
  } catch {
    return undefined // not yet made, or being made
  }
}
