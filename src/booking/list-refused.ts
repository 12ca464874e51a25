// A list of bookings is taken whole or not at all: what was wrong with which of its entries.
// Never holds an entry itself: only its place in the list.

import { EzrecError, type ErrorCode } from '../base/errors.ts'

export type EntryFault = { readonly index: number; readonly error: ErrorCode; readonly message: string; readonly hint: string }

/** Its code and facts are those of the first entry that was refused. */
export class ListRefused extends EzrecError {
  readonly faults: readonly EntryFault[]
  /** How many there were. */
  readonly of: number

  constructor(
    refused: readonly [{ readonly index: number; readonly error: EzrecError }, ...{ index: number; error: EzrecError }[]],
    of: number,
  ) {
    const [first] = refused
    super(
      first.error.code,
      `${refused.length} of ${of} bookings cannot be made, so none was; number ${first.index + 1}: ${first.error.message}`,
      {
        hint: 'mend the entries in faults, and send the whole list again',
        facts: first.error.facts,
        cause: first.error,
      },
    )
    this.of = of
    this.faults = refused.map(({ index, error: { code, message, hint } }) => ({ index, error: code, message, hint }))
  }
}

/** Every entry is judged, also behind one that was refused or could not be read: a caller mends them all at once. Throws `ListRefused`, which undoes the
 *  transaction. */
export function insertEach<W extends object, M extends { readonly booking: { readonly id: string } }>(
  wanted: readonly (W | EzrecError)[],
  insert: (one: W) => M,
): M[] {
  const made: M[] = []
  const refused: { readonly index: number; readonly error: EzrecError }[] = []
  const placeOf = new Map<string, number>()
  for (const [index, one] of wanted.entries())
    try {
      if (one instanceof EzrecError) throw one
      const created = insert(one)
      made.push(created)
      placeOf.set(created.booking.id, index)
    } catch (error) {
      if (!(error instanceof EzrecError)) throw error
      refused.push({ index, error: amongThemselves(error, placeOf) })
    }
  const [first, ...rest] = refused
  if (first) throw new ListRefused([first, ...rest], wanted.length)
  return made
}

/** An entry that stands in the way of another is told by its place: its id dies with the list. */
function amongThemselves(error: EzrecError, placeOf: ReadonlyMap<string, number>): EzrecError {
  const place = placeOf.get(String(error.facts['conflictsWith']))
  if (place === undefined) return error
  return new EzrecError('conflict', `it overlaps number ${place + 1} of the same list`, { hint: error.hint, cause: error })
}
