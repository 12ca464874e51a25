// The rig's segment log as it stands on disk: every take with its segments, followed while it grows.
// The one reader of journals: the recorder makes rows from it, the follower merges by it, and neither needs the database for it.

import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { errnoOf } from '../base/errors.ts'
import { isId } from '../base/ids.ts'
import { inputs } from './input.ts'
import { followJournal, journalFile, type JournalLine, type JournalTail } from './journal.ts'
import type { BoxTime } from './box-time.ts'
import { addToTake, beginTake, labelled, type GrowingTake, type Take } from './take.ts'

export type SegmentLog = {
  /** Reads what was added since the last call. */
  refresh(): Promise<void>
  /** Takes by the time they began. */
  readonly takes: readonly Take[]
  /** Folders whose journal does not even tell of a beginning: one is just starting, or was killed before its first word. */
  unbegun(): readonly string[]
  /** How much of a take's journal has been read, in bytes. */
  journalBytes(takeId: string): number
}

export type SegmentLogOptions = {
  readonly takesFolder: string
  readonly rigId: string
  /** Takes that began before this are left out (they may have run for at most a day). */
  readonly sinceMs: number
  /** How boots stand to UTC: footage is labelled anew by it. Without it the labels are those of the moment of capture. */
  readonly labelOf?: ((bootId: string) => Pick<BoxTime, 'offsetUs' | 'trusted'> | undefined) | undefined
  /** Takes of a boot whose clock was never set: nobody can say when they were (left out by default). */
  readonly keepUntrusted?: boolean
}

type Followed = { readonly tail: JournalTail; take: GrowingTake | undefined }

const dayMs = 86_400_000

/** `<takes>/<UTC date>/<take id>-<left|right|sound>/`: made by the recorder, named by ids of ours only. A take that begins while it is doubtful what
 *  time it is stands under `undated`: it is looked at whatever the date. */
export const takeFolder = (takesFolder: string, takeId: string, camera: string, begunAtMs: number | undefined): string =>
  path.join(takesFolder, begunAtMs === undefined ? undated : dateOf(begunAtMs), `${takeId}-${camera}`)

/** False for a take of a boot whose clock was never set: nobody can say when it was, and it belongs to no window. */
export const isDated = (take: Pick<Take, 'bootId'>, labelOf: SegmentLogOptions['labelOf']): boolean =>
  labelOf?.(take.bootId)?.trusted !== false

const undated = 'undated'

const dateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

export function openSegmentLog({ takesFolder, rigId, sinceMs, labelOf, keepUntrusted = false }: SegmentLogOptions): SegmentLog {
  const followed = new Map<string, Followed>()
  const sinceDate = dateOf(sinceMs - dayMs)
  let takes: readonly Take[] = []
  const journals = new Map<string, JournalTail>() // by take

  const read = async (folder: string, known: Followed): Promise<void> => {
    for (const entry of await readTail(known.tail)) {
      if (known.take) addToTake(known.take, entry)
      else known.take = beginTake(entry, folder)
      if (known.take) journals.set(known.take.id, known.tail)
    }
  }

  const look = async (): Promise<void> => {
    for (const folder of await takeFolders(takesFolder, sinceDate)) {
      const known = followed.get(folder) ?? { tail: followJournal(journalFile(folder)), take: undefined }
      followed.set(folder, known)
      if (known.take?.ended === undefined) await read(folder, known)
    }
    takes = [...followed.values()]
      .flatMap(({ take }) => (take && take.rigId === rigId ? [take] : []))
      .filter((take) => keepUntrusted || isDated(take, labelOf))
      .map((take) => labelled(take, labelOf?.(take.bootId)?.offsetUs))
      .toSorted((a, b) => a.begunAtMs - b.begunAtMs || (a.id < b.id ? -1 : 1))
  }

  let looking: Promise<void> | undefined
  return {
    // Two askers share one look: a journal is read by one reader at a time.
    refresh: () => (looking ??= look().finally(() => (looking = undefined))),
    get takes() {
      return takes
    },
    unbegun: () => [...followed].flatMap(([folder, { take }]) => (take ? [] : [folder])),
    journalBytes: (takeId) => journals.get(takeId)?.bytes ?? 0,
  }
}

async function readTail(tail: JournalTail): Promise<JournalLine[]> {
  try {
    return await tail.read()
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [] // the folder was made, the journal comes next
    throw error
  }
}

async function takeFolders(takesFolder: string, sinceDate: string): Promise<string[]> {
  const dates = (await namesIn(takesFolder)).filter((name) => name === undated || (/^\d{4}-\d{2}-\d{2}$/.test(name) && name >= sinceDate))
  const found: string[] = []
  for (const date of dates) {
    for (const name of await namesIn(path.join(takesFolder, date)))
      if (isId(name.slice(0, 26)) && inputs.some((input) => name.slice(26) === `-${input}`)) found.push(path.join(takesFolder, date, name))
  }
  return found
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  }
}
