// Whether who was let in still would be: asked again while an answer is under way, so that what is revoked, erased or removed ends it.
// Never ends anything for a fault of the box itself: it asks again.

import { EzrecError } from '../../base/errors.ts'
import { principalOf } from './principal.ts'
import type { Door } from './door.ts'
import type { Caller, Parts, Route } from './route.ts'

/** The same principal with no lesser role. `isUse`: whether what is under way is a use that keeps a session alive. */
export function isStillWelcome(
  { db, clock }: Pick<Door, 'db' | 'clock'>,
  { principal, headers, secure }: Caller,
  use: { readonly isUse: boolean },
): boolean {
  try {
    const now = principalOf(db, headers, secure, clock.nowMs(), use)
    return now !== undefined && now.id === principal?.id && now.role === principal.role
  } catch {
    return true // the database is locked: asked again with the next beat
  }
}

/** Whether the same request would be answered now; asked as HEAD, which counts no view and no download. */
export async function wouldBeAnswered(route: Route, parts: Parts, caller: Caller, door: Door): Promise<boolean> {
  if (route.needs !== 'open' && !isStillWelcome(door, caller, { isUse: true })) return false
  try {
    await route.run(parts, { ...caller, method: 'HEAD' }, door)
    return true
  } catch (error) {
    return !(error instanceof EzrecError && refusals.has(error.code))
  }
}

/** The last one is for who asks too often for what opens nothing. */
const refusals = new Set(['not_found', 'unauthorized', 'forbidden', 'rate_limited'])
