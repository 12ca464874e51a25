// What a key that is bound to a user may touch: that user's bookings, and what was made of them. Everybody else touches what the role allows.
// Never tells what is another's from what there is not.

import type { Database } from '../../adapters/sqlite.ts'
import { EzrecError } from '../../base/errors.ts'
import { ListRefused } from '../../booking/list-refused.ts'
import { findBooking } from '../../booking/booking-store.ts'
import { findRecording } from '../../capture/recording-store.ts'
import type { Principal } from './principal.ts'

type Asker = { readonly principal: Principal | undefined }

/** Whose alone a caller sees; `undefined`: all. */
export const onlyUserOf = ({ principal }: Asker): string | undefined => principal?.userId ?? undefined

/** Errors: not_found, as for what there is not. */
export function assertOwnUser(caller: Asker, userId: string | undefined, what: string): void {
  const only = onlyUserOf(caller)
  if (only !== undefined && userId !== only)
    throw new EzrecError('not_found', `there is no such ${what}`, { hint: 'this key sees its own user’s alone' })
}

/** Errors: not_found. */
export function assertOwnRecording(db: Database, caller: Asker, recordingId: string, what = 'film or recording'): void {
  if (onlyUserOf(caller) === undefined) return
  const recording = findRecording(db, recordingId)
  assertOwnUser(caller, recording && findBooking(db, recording.bookingId)?.userId, what)
}

/** Who may export or remove a user's data: an admin, and the user's own key. Errors: forbidden. */
export function assertMayDispose({ principal }: Asker, userId: string): void {
  if (principal?.userId === null ? principal.role === 'admin' : principal?.userId === userId) return
  throw new EzrecError('forbidden', 'this is for an admin, or a key of that user', { hint: 'ask an admin' })
}

/** What another's booking would tell of itself in a refusal is left out: that the time is taken is enough. */
export function withoutOthers(error: unknown): unknown {
  if (error instanceof ListRefused) {
    const [first, ...rest] = error.faults.map(({ index, error: code, message, hint }) => {
      const facts = takenBy.test(message) ? { conflictsWith: '' } : {}
      return { index, error: plain(new EzrecError(code, message, { hint, facts })) }
    })
    return first ? new ListRefused([first, ...rest], error.of) : error
  }
  return error instanceof EzrecError ? plain(error) : error
}

/** Of what a caller asked for: its refusal in words that are fit for that caller. */
export async function ownWords<T>(caller: Asker, asked: Promise<T>): Promise<T> {
  try {
    return await asked
  } catch (error) {
    throw onlyUserOf(caller) === undefined ? error : withoutOthers(error)
  }
}

/** As booking.ts says it. */
const takenBy = /taken by booking/

function plain(error: EzrecError): EzrecError {
  const { conflictsWith, ...facts } = error.facts
  if (conflictsWith === undefined) return error
  return new EzrecError(error.code, 'the rig is taken at that time', { hint: error.hint, facts })
}
