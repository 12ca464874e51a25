// Which footage may leave the box to make room: takes that are over and that only films in the store have a claim on, oldest first.
// Pure: values in, takes out. Nothing that is not published is ever chosen, however little room there is.

/** A stretch of UTC, milliseconds, end excluded. */
export type Stretch = { readonly fromMs: number; readonly toMs: number }

/** What a booking has a right to: the footage of its window. */
export type Claim = Stretch & {
  /** Its film, once it is in the store with the checksum that was made of it; `undefined` before. */
  readonly videoId: string | undefined
  /** Its booking was cancelled, and nothing is made of it any more: nobody wants the footage. */
  readonly waived?: boolean
  /** Why somebody wants it kept, or who uses it now; none of them goes. */
  readonly heldBecause?: string | undefined
  readonly usedBy?: string | undefined
}

/** One take with files. */
export type Footage = Stretch & {
  readonly takeId: string
  /** It has ended, all its rows are there, and it is known when it was. */
  readonly over: boolean
  /** Of its files. */
  readonly bytes: number
  /** What may touch it: by its label on the wall clock, and by where films were placed on the clock of its boot. */
  readonly claims: readonly Claim[]
}

/** Labels may be off a little, and pictures near an edge belong to it. */
const marginMs = 2_000

/** The claims that touch a take. */
export const claimsOn = ({ fromMs, toMs, claims }: Footage): Claim[] =>
  claims.filter((claim) => claim.fromMs < claim.toMs && claim.fromMs < toMs + marginMs && fromMs - marginMs < claim.toMs)

/** Somebody had a right to it, and no film of it is still to come. */
export function isEvictable(footage: Footage): boolean {
  const claims = claimsOn(footage)
  return footage.over && footage.bytes > 0 && claims.length > 0 && claims.every(isSettled)
}

const isSettled = ({ videoId, waived, heldBecause, usedBy }: Claim): boolean =>
  (videoId !== undefined || waived === true) && heldBecause === undefined && usedBy === undefined

/** Oldest first, until `bytes` are free or there is nothing more to take. */
export function footageToEvict(all: readonly Footage[], bytes: number): Footage[] {
  const chosen: Footage[] = []
  let freed = 0
  for (const footage of all.filter(isEvictable).toSorted((a, b) => a.fromMs - b.fromMs || (a.takeId < b.takeId ? -1 : 1))) {
    if (freed >= bytes) break
    chosen.push(footage)
    freed += footage.bytes
  }
  return chosen
}
