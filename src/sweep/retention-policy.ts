// What may leave this box or the bucket, when, and in which order: by age, for room, or on a person's word; each with its reason.
// Pure: values in, decisions out. What is not confirmed, held or in use is never chosen, however little room there is.

import { plural } from '../base/words.ts'

/** From what is missed the least to what is missed the most: the order in which room is made. Posters go with the chunks, and with the film. */
export const keptClasses = ['part', 'log', 'track', 'chunks', 'rendition', 'clip', 'film', 'published'] as const
export type KeptClass = (typeof keptClasses)[number]

/** One thing that goes or stays as a whole. */
export type Kept = {
  readonly class: KeptClass
  /** Unique in its class. */
  readonly name: string
  readonly bytes: number
  /** Its age counts from here. */
  readonly sinceMs: number
  /** Why nothing is lost with it, in words; `undefined` while something would be. */
  readonly confirmed: string | undefined
  /** Why somebody wants it kept. */
  readonly heldBecause?: string | undefined
  /** Who works on it or reads it now. */
  readonly usedBy?: string | undefined
}

export type Rule = {
  /** It goes by itself when it is older; `undefined`: never. */
  readonly ageMs: number | undefined
  /** It goes when room is needed. */
  readonly forRoom: boolean
  /** It goes when a person asks for a clean-up, before its time. */
  readonly onWord: boolean
}

export type Rules = Readonly<Record<KeptClass, Rule>>

export type Demand = {
  readonly nowMs: number
  /** False while the box doubts its clock: then nothing goes by its age. */
  readonly isTimeKnown: boolean
  /** That must become free on this box. */
  readonly neededBytes: number
  /** A person asks for it. */
  readonly onWord?: boolean
}

export type Decision = {
  readonly kept: Kept
  readonly goes: boolean
  /** Why it goes, or why it stays. */
  readonly reason: string
}

/** A film that was removed from the bucket frees nothing here that its own classes do not. */
const freesRoom = ({ class: of }: Kept): boolean => of !== 'published'

/** Whether its class goes when room is needed, and something becomes free by it. */
export const goesForRoom = (kept: Kept, rules: Rules): boolean => rules[kept.class].forRoom && freesRoom(kept) && kept.bytes > 0

/** One decision for each; those that go first, in the order in which they go. The same for the same things in any order. */
export function decideRetention(all: readonly Kept[], rules: Rules, demand: Demand): Decision[] {
  const ordered = all.toSorted(before)
  const going = new Map<Kept, string>()
  let freed = 0
  const take = (kept: Kept, reason: string): void => {
    going.set(kept, `${reason}; ${kept.confirmed ?? ''}`)
    if (freesRoom(kept)) freed += kept.bytes
  }
  const may = ordered.filter((kept) => whyItStays(kept) === undefined)
  for (const kept of may) if (isOld(kept, rules, demand)) take(kept, `it is older than ${days(rules[kept.class].ageMs ?? 0)}`)
  for (const kept of may)
    if (demand.onWord === true && rules[kept.class].onWord && !going.has(kept)) take(kept, 'somebody asked for a clean-up')
  for (const kept of may) if (freed < demand.neededBytes && goesForRoom(kept, rules) && !going.has(kept)) take(kept, 'room is needed')
  const stays = ordered.filter((kept) => !going.has(kept))
  return [
    ...[...going].map(([kept, reason]) => ({ kept, goes: true, reason })),
    ...stays.map((kept) => ({ kept, goes: false, reason: whyItStays(kept) ?? 'it is not its time yet' })),
  ]
}

/** What keeps it, whatever is asked; `undefined` when nothing does. */
export function whyItStays({ confirmed, heldBecause, usedBy }: Kept): string | undefined {
  if (heldBecause !== undefined) return `it is held: ${heldBecause}`
  if (usedBy !== undefined) return `it is in use: ${usedBy}`
  return confirmed === undefined ? 'it is not confirmed yet that nothing would be lost' : undefined
}

/** What is from the future (the clock was set back) is not old. */
function isOld({ class: of, sinceMs }: Kept, rules: Rules, { nowMs, isTimeKnown }: Demand): boolean {
  const { ageMs } = rules[of]
  return isTimeKnown && ageMs !== undefined && nowMs - sinceMs > ageMs
}

const rankOf = ({ class: of }: Kept): number => keptClasses.indexOf(of)

const before = (a: Kept, b: Kept): number =>
  rankOf(a) - rankOf(b) || a.sinceMs - b.sinceMs || (a.name < b.name ? -1 : Number(a.name > b.name))

const dayMs = 24 * 3_600_000

const days = (ms: number): string => plural(Math.round(ms / dayMs), 'day')

/** From the settings: days by class, 0 for never. */
export function retentionRules(keep: {
  readonly tracksDays: number
  readonly chunksDays: number
  readonly filmsDays: number
  readonly clipsDays: number
  readonly logsDays: number
  readonly publishedDays: number
}): Rules {
  const age = (count: number): number | undefined => (count === 0 ? undefined : count * dayMs)
  return {
    part: { ageMs: dayMs, forRoom: true, onWord: true },
    log: { ageMs: age(keep.logsDays), forRoom: true, onWord: true },
    track: { ageMs: age(keep.tracksDays), forRoom: true, onWord: true },
    chunks: { ageMs: age(keep.chunksDays), forRoom: true, onWord: true },
    rendition: { ageMs: undefined, forRoom: true, onWord: false },
    clip: { ageMs: age(keep.clipsDays), forRoom: false, onWord: false },
    film: { ageMs: age(keep.filmsDays), forRoom: true, onWord: false },
    published: { ageMs: age(keep.publishedDays), forRoom: false, onWord: false },
  }
}
