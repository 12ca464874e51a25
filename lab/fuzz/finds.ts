// What the fuzzer found and counted: each kind of fault once with how often, its first request kept in a file.
// Never keeps all requests: there are a hundred thousand.

import { appendFileSync } from 'node:fs'

export type Finds = {
  readonly requests: number
  /** One request, and the statuses that it brought. */
  count(by: string, statuses: readonly number[], route?: string, ms?: number): void
  add(where: string, fault: string, example: unknown): void
  list(): string[]
  close(): Promise<Counted>
}

export type Counted = {
  readonly requests: number
  readonly byStatus: Readonly<Record<string, number>>
  readonly byPrincipal: Readonly<Record<string, number>>
  /** Routes that never answered with a success. */
  readonly neverGood: readonly string[]
  readonly p50Ms: number
  readonly p99Ms: number
  readonly longestMs: number
  readonly reservedRoom: number
}

const mostListed = 60

export function openFinds(file: string, routes: readonly string[]): Finds {
  const found = new Map<string, number>()
  const statuses = new Map<string, number>()
  const principals = new Map<string, number>()
  const good = new Set<string>()
  const times: number[] = []
  let requests = 0
  const more = (map: Map<string, number>, key: string): void => void map.set(key, (map.get(key) ?? 0) + 1)
  return {
    get requests() {
      return requests
    },
    count: (by, all, route, ms) => {
      requests += 1
      more(principals, by)
      for (const status of all) more(statuses, String(status))
      if (route !== undefined && all.some((status) => status < 400)) good.add(route)
      if (ms !== undefined) times.push(ms)
    },
    add: (where, fault, example) => {
      const key = `${where}: ${fault}`
      if (!found.has(key)) appendFileSync(file, `${JSON.stringify({ where, fault, example })}\n`)
      more(found, key)
    },
    list: () =>
      [...found]
        .toSorted((a, b) => b[1] - a[1])
        .slice(0, mostListed)
        .map(([key, n]) => `${key} (${n} times)`),
    close: () => {
      const sorted = times.toSorted((a, b) => a - b)
      const at = (share: number): number =>
        Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN) * 10) / 10
      return Promise.resolve({
        requests,
        byStatus: Object.fromEntries([...statuses].toSorted(([a], [b]) => Number(a) - Number(b))),
        byPrincipal: Object.fromEntries(principals),
        neverGood: routes.filter((route) => !good.has(route)),
        p50Ms: at(0.5),
        p99Ms: at(0.99),
        longestMs: at(1),
        reservedRoom: statuses.get('507') ?? 0,
      })
    },
  }
}
