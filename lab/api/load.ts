// Readers of the API for the time of a match: so many connections that are kept, each asking one thing after the other at a fixed pace, each answer timed.
// Never asks for anything that is written.

import http from 'node:http'
import { systemClock } from '../../src/base/clock.ts'

export type Load = {
  readonly port: number
  readonly key: string
  readonly paths: readonly string[]
  readonly connections: number
  /** Of each connection. */
  readonly everyMs: number
}

export type Times = {
  readonly requests: number
  readonly refused: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  readonly longestMs: number
  readonly byPath: Readonly<Record<string, { readonly p50Ms: number; readonly p99Ms: number; readonly requests: number }>>
}

type Timed = { readonly path: string; readonly ms: number; readonly isGood: boolean }

/** Until the signal aborts. Never throws: an answer that did not come is a refused one. */
export async function readFor({ port, key, paths, connections, everyMs }: Load, signal: AbortSignal): Promise<Times> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections })
  const all: Timed[] = []
  const reader = async (n: number): Promise<void> => {
    await systemClock.sleep((n * everyMs) / connections, signal) // not all at the same instant
    for (let turn = n; !signal.aborted; turn += 1) {
      const path = paths[turn % paths.length] ?? '/'
      const startedMs = performance.now()
      const status = await statusOf({ agent, port, path, key })
      const ms = performance.now() - startedMs
      if (!signal.aborted) all.push({ path, ms, isGood: status === 200 })
      await systemClock.sleep(Math.max(0, everyMs - ms), signal)
    }
  }
  await Promise.all(Array.from({ length: connections }, (_, n) => reader(n)))
  agent.destroy()
  return timesOf(all)
}

type Asked = { readonly agent: http.Agent; readonly port: number; readonly path: string; readonly key: string }

const statusOf = ({ agent, port, path, key }: Asked): Promise<number> =>
  new Promise((resolve) => {
    const request = http.get(
      { host: '127.0.0.1', port, agent, path, headers: { authorization: `Bearer ${key}` }, timeout: 30_000 },
      (answer) => {
        answer.resume()
        answer.on('end', () => resolve(answer.statusCode ?? 0))
        answer.on('error', () => resolve(0))
      },
    )
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(0))
  })

/** Pure. Percentiles are of all answers, also of refused ones. */
export function timesOf(all: readonly Timed[]): Times {
  const byPath = Map.groupBy(all, ({ path }) => path)
  return {
    requests: all.length,
    refused: all.filter(({ isGood }) => !isGood).length,
    p50Ms: percentile(all, 0.5),
    p95Ms: percentile(all, 0.95),
    p99Ms: percentile(all, 0.99),
    longestMs: percentile(all, 1),
    byPath: Object.fromEntries(
      [...byPath].map(([path, some]) => [path, { p50Ms: percentile(some, 0.5), p99Ms: percentile(some, 0.99), requests: some.length }]),
    ),
  }
}

function percentile(all: readonly Timed[], share: number): number {
  const sorted = all.map(({ ms }) => ms).toSorted((a, b) => a - b)
  const at = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  return Math.round(at * 10) / 10
}
