// The log files of the services, read back: the newest lines, or those to come. Bounded in bytes, lines and time.
// Never opens a file by a name from outside: the units are a fixed list.

import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { errnoOf } from '../base/errors.ts'
import { scrubText, type LogLevel } from '../base/logger.ts'

/** As in `<home>/logs/<unit>.log`; `ezrec` is the parent that `up` starts. */
export const logUnits = ['dual_recorder', 'video_worker', 'ezrec-api', 'system_status', 'cloud_sync', 'ezrec'] as const
export type LogUnit = (typeof logUnits)[number]

export const logLevels = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const satisfies readonly LogLevel[]

export const logEntry = z.object({
  unit: z.enum(logUnits),
  time: z.iso.datetime(),
  level: z.enum(logLevels),
  message: z.string(),
  facts: z.record(z.string(), z.unknown()),
})
export type LogEntry = z.infer<typeof logEntry>

export type LogFilter = { readonly units: readonly LogUnit[]; readonly level: LogLevel; readonly sinceMs: number }

const tailBytes = 512 * 1024
const longestLine = 32 * 1024

/** The newest that fit, oldest first; at most `limit`, out of the last 512 KiB of each unit's file and of the one before it. */
export async function readLogs(folder: string, filter: LogFilter, limit: number): Promise<LogEntry[]> {
  const found: LogEntry[] = []
  for (const unit of filter.units) {
    const now = await tailOf(path.join(folder, `${unit}.log`), filter, unit)
    const before = now.length < limit ? await tailOf(path.join(folder, `${unit}.log.1`), filter, unit) : []
    found.push(...[...before, ...now].slice(-limit))
  }
  return found.toSorted((a, b) => (a.time < b.time ? -1 : Number(a.time > b.time))).slice(-limit)
}

async function tailOf(file: string, filter: LogFilter, unit: LogUnit): Promise<LogEntry[]> {
  const tail = await readFrom(file, (size) => Math.max(0, size - tailBytes), tailBytes)
  if (!tail) return []
  const lines = tail.bytes.toString('utf8').split('\n')
  return (tail.from === 0 ? lines : lines.slice(1)).flatMap((line) => entryOf(line, filter, unit) ?? [])
}

/** What is added from now on, until the signal aborts; looks twice a second. A file that was rotated is read from its beginning. */
export async function* followLogs(
  folder: string,
  filter: LogFilter,
  signal: AbortSignal,
  sleep: (ms: number) => Promise<void>,
): AsyncGenerator<LogEntry[]> {
  const places = new Map<LogUnit, number>()
  for (const unit of filter.units) places.set(unit, (await readFrom(path.join(folder, `${unit}.log`), (size) => size, 0))?.size ?? 0)
  while (!signal.aborted) {
    const found: LogEntry[] = []
    for (const unit of filter.units) {
      const at = places.get(unit) ?? 0
      const more = await readFrom(path.join(folder, `${unit}.log`), (size) => (size < at ? 0 : at), tailBytes)
      if (!more || more.bytes.length === 0) continue
      const end = more.bytes.lastIndexOf(newline) + 1 // a line that is being written is read when it is whole
      places.set(unit, more.from + (end === 0 && more.bytes.length > longestLine ? more.bytes.length : end))
      const lines = more.bytes.toString('utf8', 0, end).split('\n')
      found.push(...lines.flatMap((line) => entryOf(line, filter, unit) ?? []))
    }
    yield found
    await sleep(500)
  }
}

const newline = 0x0a

type Piece = { readonly bytes: Buffer; readonly from: number; readonly size: number }

async function readFrom(file: string, startOf: (size: number) => number, most: number): Promise<Piece | undefined> {
  try {
    await using handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW)
    const { size } = await handle.stat()
    const from = startOf(size)
    const want = Math.min(most, size - from)
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(want), 0, want, from)
    return { bytes: buffer.subarray(0, bytesRead), from, size }
  } catch (error) {
    if (['ENOENT', 'ELOOP', 'EACCES'].includes(errnoOf(error) ?? '')) return undefined
    throw error
  }
}

const line = z.looseObject({ time: z.iso.datetime(), level: z.enum(logLevels), msg: z.string().default('') })

/** A line that is no entry of ours (cut short by a crash) tells nothing. */
export function entryOf(text: string, { level, sinceMs }: Pick<LogFilter, 'level' | 'sinceMs'>, unit: LogUnit): LogEntry | undefined {
  if (text.length === 0 || text.length > longestLine) return undefined
  const read = line.safeParse(parsed(scrubText(text)))
  if (!read.success) return undefined
  const { time, level: of, msg, service: _service, ...facts } = read.data
  if (logLevels.indexOf(of) < logLevels.indexOf(level) || Date.parse(time) < sinceMs) return undefined
  return { unit, time, level: of, message: msg, facts: withoutStacks(facts) }
}

/** They stand in the file: over the network they would tell what this machine looks like inside. */
const withoutStacks = (facts: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(facts).flatMap(([name, value]) => (name === 'stack' ? [] : [[name, isFacts(value) ? withoutStacks(value) : value]])),
  )

const isFacts = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // no JSON: told by the caller as nothing
  }
}
