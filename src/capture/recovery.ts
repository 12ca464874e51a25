// After a chain was killed, the power was cut or the disk failed: what is on disk becomes part of the take again, told in its journal.
// Adopts footage, never deletes it; only the picture that was being written when the end came is cut off, and a file without a whole one removed.

import { readdir, rm, rmdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { bootId, systemClock, type Clock } from '../base/clock.ts'
import { errnoOf } from '../base/errors.ts'
import { appendLinesDurably } from '../base/files.ts'
import { endByIdentity, isAlive } from '../base/process-identity.ts'
import { adoptSegment, type Trust } from './adopt-segment.ts'
import { followJournal, journalFile, type JournalLine } from './journal.ts'
import { segmentFile } from './segment-writer.ts'
import { addToTake, beginTake, type Take } from './take.ts'

/** Ends a take whose chain is gone: its camera is ended by identity, its open segments are closed, its journal gets its last line. */
export async function endAbandonedTake(take: Take, cause: string, clock: Clock = systemClock): Promise<void> {
  if (take.bootId === bootId()) for (const identity of [take.chain, take.source]) if (identity) await endByIdentity(identity, clock)
  await closeTake(take.folder, cause, { clock })
}

export type AbandonedOptions = {
  readonly clock: Clock
  /** What to do with one whose chain still lives: at the recorder's start it is an orphan, later it is at work. */
  readonly living: 'end' | 'leave'
  /** It is left as it is for the next call; the others are ended all the same. */
  readonly onFailure: (take: Take, error: unknown) => void
}

/** Whoever ends a take at once is done by then. */
const settledMs = 15_000

/** Ends every take that has no end and nobody who would give it one. Never rejects: one broken take must not stop the recorder. */
export async function endAbandonedTakes(takes: readonly Take[], { clock, living, onFailure }: AbandonedOptions): Promise<void> {
  for (const take of takes.filter(({ ended }) => ended === undefined)) {
    try {
      if (living === 'leave' && (lives(take) || (await changedWithin(take, settledMs, clock)))) continue
      await endAbandonedTake(take, 'killed', clock)
    } catch (error) {
      onFailure(take, error)
    }
  }
}

/** Whether its chain still writes it. */
export const lives = ({ bootId: boot, chain }: Take): boolean => boot === bootId() && isAlive(chain)

async function changedWithin(take: Take, ms: number, clock: Clock): Promise<boolean> {
  const { mtimeMs } = await stat(journalFile(take.folder))
  return Math.abs(clock.nowMs() - mtimeMs) < ms
}

export type CloseTakeOptions = {
  readonly clock: Clock
  readonly detail?: string
  /** How far each open segment can be trusted, as far as its writer knew. */
  readonly trust?: ReadonlyMap<number, Trust>
  /** Tries a piece of the work, again if it likes. */
  readonly attempt?: <T>(work: () => Promise<T>) => Promise<T>
}

/** Gives a take that nobody writes any more its end: adopts what is not closed and adds the last lines of its journal. Does nothing to one
 *  that has ended (a chain that was still alive may have closed its files meanwhile), or that never began. */
export async function closeTake(folder: string, cause: string, options: CloseTakeOptions): Promise<void> {
  const { clock, detail, trust, attempt = (work) => work() } = options
  const take = await readJournal(folder)
  if (!take || take.ended) return
  const adopted = await attempt(() => adoptOpenSegments(take, trust ?? new Map()))
  const ended: JournalLine = { is: 'ended', cause, atMs: clock.nowMs(), ...(detail ? { detail } : {}) }
  await attempt(() =>
    appendLinesDurably(
      journalFile(folder),
      [...adopted, ended].map((line) => JSON.stringify(line)),
    ),
  )
}

/** A take that was killed before its first word, and before any picture: nothing would ever name its folder. Does nothing to any other. */
export async function removeUnbegun(folder: string): Promise<void> {
  if ((await readJournal(folder)) !== undefined || (await segmentNumbers(folder)).length > 0) return
  await rm(journalFile(folder), { force: true })
  await rmdir(folder).catch(() => undefined) // one with anything else in it stays
}

/** The take that a folder's journal tells; `undefined` when it never began. */
export async function readJournal(folder: string): Promise<Take | undefined> {
  const [first, ...rest] = await followJournal(journalFile(folder))
    .read()
    .catch((error: unknown) => {
      if (errnoOf(error) === 'ENOENT') return []
      throw error
    })
  const take = first && beginTake(first, folder)
  if (take) for (const entry of rest) addToTake(take, entry)
  return take
}

/** The journal's lines for the files that it does not tell as closed. One that it does not even tell as opened counts like any other. */
async function adoptOpenSegments(take: Take, trust: ReadonlyMap<number, Trust>): Promise<JournalLine[]> {
  const lines: JournalLine[] = []
  const opened = new Map(take.opened.map(({ number, firstTicks }) => [number, firstTicks]))
  const closed = new Set(take.segments.map(({ number }) => number))
  const numbers = [...new Set([...opened.keys(), ...(await segmentNumbers(take.folder))])].toSorted((a, b) => a - b)
  let near = take.segments.at(-1)?.lastTicks ?? 0
  for (const number of numbers.filter((each) => !closed.has(each))) {
    // The next file is begun when all of this one has been handed over; in another boot that says nothing of what reached the disk.
    const complete = number !== numbers.at(-1) && take.bootId === bootId()
    const file = path.join(take.folder, segmentFile(number))
    const segment = await adoptSegment(file, number, opened.get(number) ?? near, { complete, ...trust.get(number) })
    if (!segment) {
      if (trust.get(number)?.syncFailed !== true) await rm(file, { force: true }) // not one whole picture: nothing would ever name it
      continue
    }
    if (!opened.has(number)) lines.push({ is: 'opened', number, firstTicks: segment.firstTicks })
    lines.push({ is: 'closed', ...segment })
    near = segment.lastTicks
  }
  return lines
}

async function segmentNumbers(folder: string): Promise<number[]> {
  return (await readdir(folder)).filter((name) => /^\d{6}\.ts$/.test(name)).map((name) => Number(name.slice(0, 6)))
}
