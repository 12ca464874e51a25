// `lab kill`: processes of real recordings are killed, a few in each; every film must be whole, every loss short and told, nothing left behind.
// What is killed and when follows from the seed; how long the kernel and the disk take does not.

import { rm } from 'node:fs/promises'
import path from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import { EzrecError } from '../../src/base/errors.ts'
import { readFilmCounters } from '../film-counters.ts'
import type { Context, Point, Scenario } from '../harness.ts'
import { filmStart, startSession, type SessionRun } from '../session-run.ts'
import { judgeRun } from './judge-run.ts'
import { chooseKillings, secondsFor, type Killing } from './killing.ts'
import { costOf, faultsOf, most, percentile } from './losses.ts'
import { membersOf, type Member } from './process-tree.ts'

/** So many processes are killed in one recording. */
const killingsARun = 5

export const killScenario: Scenario = {
  kind: 'lab',
  name: 'kill',
  summary: 'kills processes in the middle of recordings; the films must be whole, the losses short and told (--points, --seed)',
  run: async function* run(context) {
    const lost: number[] = []
    const restarts: number[] = []
    for (let done = 0, n = 1; done < context.runs && !context.signal.aborted; n += 1) {
      const killings = chooseKillings(context.random, Math.min(killingsARun, context.runs - done))
      for (const point of await killDuring(context, n, killings)) {
        yield point
        lost.push(...numbersOf(point.figures['lostSeconds']))
        restarts.push(...numbersOf(point.figures['restartSeconds']))
      }
      done += killings.length
    }
    const figures = {
      kills: lost.length,
      lostP50: percentile(lost, 0.5),
      lostP99: percentile(lost, 0.99),
      lostMax: Math.max(0, ...lost),
      restartP99: percentile(restarts, 0.99),
    }
    const faults = figures.lostP99 > most.lostP99Seconds ? [`p99 of what is lost is above ${most.lostP99Seconds} s`] : []
    yield { name: 'all of them', faults, figures }
  },
}

const numbersOf = (value: unknown): number[] => (typeof value === 'number' ? [value] : [])

type Killed = Killing & { readonly victim: Member; readonly restartSeconds: number }

/** A point for each kill, and one for the film. */
async function killDuring(context: Context, n: number, killings: readonly Killing[]): Promise<Point[]> {
  const seconds = secondsFor(killings.length)
  const home = path.join(context.folder, `run-${n}`)
  context.say(`starting run ${n}: ${killings.map(({ part }) => part).join(', ')}`)
  const session = await startSession({ ...context, home, seconds, mark: context.folder })
  const killed = await killInTime(killings, session, home, context)
  const { code, answer } = await session.ended
  const faults = await judgeRun({ ...context, home, code, answer, seconds })
  const counters = await readFilmCounters(answer.video.path, answer.video.width ?? 0)
  const points = killed.map(({ part, atSeconds, victim, restartSeconds }): Point => {
    const cost = costOf(atSeconds, counters, answer.gaps, answer.video.fps ?? 25)
    return {
      name: `run ${n}: ${part} at ${atSeconds} s`,
      faults: faultsOf(part, { ...cost, restartSeconds }),
      figures: { side: victim.side ?? null, ...cost, restartSeconds },
    }
  })
  const { status, gaps, publishSeconds } = answer
  if (faults.length === 0 && points.every((point) => point.faults.length === 0)) await rm(home, { recursive: true, force: true })
  return [...points, { name: `run ${n}: its film`, faults, figures: { status, gaps, publishSeconds } }]
}

/** Errors: internal when the session ended before all were killed. */
async function killInTime(
  killings: readonly Killing[],
  session: SessionRun,
  home: string,
  { folder, signal, say }: Context,
): Promise<Killed[]> {
  const over = new AbortController()
  void session.child.exited.then(() => over.abort())
  const both = AbortSignal.any([signal, over.signal])
  const startsAtMs = await filmStart(home, both)
  const killed: Promise<Killed>[] = []
  for (const killing of killings) {
    await systemClock.sleep(Math.max(0, startsAtMs + killing.atSeconds * 1_000 - systemClock.nowMs()), both)
    const before = membersOf(folder)
    const victim = await kill(killing, folder, both)
    if (!victim)
      throw new EzrecError('internal', `the session ended before there was a ${killing.part} to kill`, {
        hint: 'look into the logs of its home',
        facts: { stderr: session.child.stderrTail().slice(-1_000) },
      })
    const atSeconds = Math.round(systemClock.nowMs() - startsAtMs) / 1_000
    say(`kill -9 ${victim.pid} (${victim.part}${victim.side ? `, ${victim.side}` : ''})`)
    killed.push(untilBack(victim, before, folder, both).then((restartSeconds) => ({ ...killing, atSeconds, victim, restartSeconds })))
  }
  return Promise.all(killed)
}

async function kill(killing: Killing, mark: string, signal: AbortSignal): Promise<Member | undefined> {
  for (; !signal.aborted; await systemClock.sleep(20, signal)) {
    const candidates = membersOf(mark).filter(({ part }) => part === killing.part)
    const victim = candidates[Math.floor(killing.share * candidates.length)]
    if (!victim) continue
    process.kill(victim.pid, 'SIGKILL')
    return victim
  }
  return undefined
}

/** Seconds until there is another process that plays the same part. */
async function untilBack(victim: Member, before: readonly Member[], mark: string, signal: AbortSignal): Promise<number> {
  const fromUs = systemClock.monotonicUs()
  const known = new Set(before.flatMap(({ pid, part }) => (part === undefined ? [] : [pid]))) // a chain that waits plays no part yet
  const isBack = (): boolean =>
    membersOf(mark).some((each) => each.part === victim.part && each.side === victim.side && !known.has(each.pid))
  while (!signal.aborted && !isBack() && systemClock.monotonicUs() - fromUs < 5e6) await systemClock.sleep(40, signal)
  return Math.round((systemClock.monotonicUs() - fromUs) / 1e4) / 100
}
