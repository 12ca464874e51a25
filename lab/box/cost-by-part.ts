// What the parts of a running session cost, by looking at all of its processes again and again.
// Never loses a short life: what a worker's child used after the last look at it is in the worker's own account of its children.

import { readFileSync } from 'node:fs'
import { membersOf } from '../kill/process-tree.ts'
import { partOf, parts, type Cores, type Part } from './part-of.ts'

export type CostWatch = {
  /** Looks once. */
  look(): void
  /** Cores used between the first look and the last: processor seconds by second. */
  cores(): Cores
}

type Look = {
  readonly part: Part
  /** Its own processor seconds, and those of its children that have ended. */
  readonly seconds: number
  readonly ofChildren: number
}

type Seen = { readonly first: Look; last: Look; atLook: number }

/** Of the processes that carry this mark. */
export function watchCost(mark: string, monotonicMs: () => number): CostWatch {
  const seen = new Map<string, Seen>()
  const startedMs = monotonicMs()
  let lookedMs = startedMs
  let looks = 0
  return {
    look: () => {
      looks += 1
      for (const { pid, startTicks } of membersOf(mark)) {
        const now = lookAt(pid)
        if (!now) continue // it has just ended
        const key = `${pid} ${startTicks}`
        const known = seen.get(key)
        const first = looks === 1 ? now : { ...now, seconds: 0, ofChildren: 0 }
        if (known) Object.assign(known, { last: now, atLook: looks })
        else seen.set(key, { first, last: now, atLook: looks })
      }
      lookedMs = monotonicMs()
    },
    cores: () => {
      const all = [...seen.values()]
      const seconds = (part: Part): number =>
        all.filter(({ last }) => last.part === part).reduce((sum, { first, last }) => sum + last.seconds - first.seconds, 0)
      const reaped = all
        .filter(({ last }) => last.part === 'merge')
        .reduce((sum, { first, last }) => sum + last.ofChildren - first.ofChildren, 0)
      const ended = all.filter(({ last, atLook }) => ofWorker.has(last.part) && atLook < looks)
      const unseen = Math.max(0, reaped - ended.reduce((sum, { last }) => sum + last.seconds, 0)) // nearly all of it verifiers: one a chunk
      const cores = (part: Part): number => round((seconds(part) + (part === 'verify' ? unseen : 0)) / ((lookedMs - startedMs) / 1_000))
      const [rig, cameras, chains, decode] = [cores('rig'), cores('cameras'), cores('chains'), cores('decode')]
      const [merge, encode, verify] = [cores('merge'), cores('encode'), cores('verify')]
      return { rig, cameras, chains, decode, merge, encode, verify, api: cores('api'), other: cores('other') }
    },
  }
}

export const productCores = (cores: Cores): number =>
  round(parts.filter((part) => part !== 'rig').reduce((sum, part) => sum + cores[part], 0))

const ofWorker: ReadonlySet<Part> = new Set(['decode', 'encode', 'verify'])

/** USER_HZ: 100 on every Linux that this runs on (proc_pid_stat(5), fields 14 to 17). */
const ticksPerSecond = 100

function lookAt(pid: number): Look | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const [user = 0, system = 0, childUser = 0, childSystem = 0] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 15)
      .map((ticks) => Number(ticks) / ticksPerSecond)
    const part = partOf(readFileSync(`/proc/${pid}/cmdline`, 'latin1'))
    return { part, seconds: user + system, ofChildren: childUser + childSystem }
  } catch {
    return undefined // it has ended
  }
}

const round = (value: number): number => Math.round(value * 1_000) / 1_000
