// What may be cleared away on a person's word: footage that only published films need, parts of films that were cut, old logs. Looked at, then done.
// Never a film, and never what eviction-policy.ts would keep.

import { readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Database } from '../adapters/sqlite.ts'
import type { BoxClock } from '../capture/box-time-file.ts'
import { listClips } from '../publish/clip-cache-policy.ts'
import { isEvictable } from './eviction-policy.ts'
import type { Evictor } from './evict.ts'
import { listFootage } from './footage.ts'

export type CleanupItem = {
  readonly kind: 'footage' | 'clip' | 'log'
  readonly name: string
  readonly bytes: number
  readonly reason: string
}

export type CleanupOptions = {
  readonly db: Database
  readonly clock: Pick<BoxClock, 'labelOf'>
  readonly rigId: string
  readonly clipsFolder: string
  readonly logsFolder: string
  readonly evictor: Evictor
}

const mostItems = 1_000

/** What would go, the oldest footage first. */
export async function planCleanup({ db, clock, rigId, clipsFolder, logsFolder }: CleanupOptions): Promise<CleanupItem[]> {
  const footage = listFootage({ db, rigId, labelOf: clock.labelOf })
    .filter(isEvictable)
    .toSorted((a, b) => a.fromMs - b.fromMs)
    .map(({ takeId, bytes }): CleanupItem => ({
      kind: 'footage',
      name: takeId,
      bytes,
      reason: 'every film that was made of it is published or was removed',
    }))
  const whole = (await listClips(clipsFolder)).filter(({ name }) => name.endsWith('.mp4')) // another one may be under way
  const clips = whole.map(({ name, bytes }): CleanupItem => ({
    kind: 'clip',
    name,
    bytes,
    reason: 'it can be cut again',
  }))
  const logs = (await oldLogs(logsFolder)).map(({ name, bytes }): CleanupItem => ({
    kind: 'log',
    name,
    bytes,
    reason: 'a newer log took its place',
  }))
  return [...footage, ...clips, ...logs].slice(0, mostItems)
}

/** Does so much of `planned` as is still due and `allowed` names. Returns the bytes that became free, by kind. */
export async function doCleanup(
  options: CleanupOptions,
  allowed: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Record<CleanupItem['kind'], number>> {
  const freed = { footage: 0, clip: 0, log: 0 }
  const due = (await planCleanup(options)).filter((item) => allowed.has(nameOf(item)))
  for (const { kind, name, bytes } of due) {
    if (kind === 'footage' || signal.aborted) continue
    await rm(path.join(kind === 'clip' ? options.clipsFolder : options.logsFolder, name), { force: true })
    freed[kind] += bytes
  }
  const footage = due.filter(({ kind }) => kind === 'footage')
  if (footage.length > 0)
    freed.footage = await options.evictor.evict(
      footage.reduce((sum, { bytes }) => sum + bytes, 0),
      signal,
      new Set(footage.map(({ name }) => name)),
    )
  return freed
}

export const nameOf = ({ kind, name }: Pick<CleanupItem, 'kind' | 'name'>): string => `${kind}/${name}`

async function oldLogs(folder: string): Promise<{ name: string; bytes: number }[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => /^[\w-]+\.log\.\d$/.test(name))
  const sizes = await Promise.all(
    names.map(async (name) => ({ name, bytes: (await stat(path.join(folder, name)).catch(() => undefined))?.size ?? 0 })),
  )
  return sizes
}
