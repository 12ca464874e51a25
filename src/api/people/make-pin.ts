// A booking's PIN, with which the people on the court run it.
// Never kept: it is told once, its hash is.

import { randomInt } from 'node:crypto'
import type { Database } from '../../adapters/sqlite.ts'
import { keepPin } from '../../share/court-pin.ts'
import { hashPassword } from './password.ts'

/** Six digits; an earlier PIN of the booking ends. Errors: rate_limited. */
export async function makePin(db: Database, bookingId: string, nowMs: number): Promise<string> {
  const pin = String(randomInt(1_000_000)).padStart(6, '0')
  keepPin(db, bookingId, await hashPassword(pin, pin.length), nowMs)
  return pin
}
