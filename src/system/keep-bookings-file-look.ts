// What is wrong with bookings.json, kept for /health, doctor and the alerts, and told as an event when it is something else than before.
// Judges nothing.

import { addEvent } from '../adapters/log-tables.ts'
import type { Database } from '../adapters/sqlite.ts'
import type { Clock } from '../base/clock.ts'
import { keepLook, readLook, type LookFault } from './look-file.ts'

/** What the watcher of the file calls. Errors: those of the disk. */
export function openBookingsFileLook(
  file: string,
  { db, clock }: { readonly db: Database; readonly clock: Pick<Clock, 'nowMs'> },
): (faults: readonly LookFault[]) => Promise<void> {
  return async (faults) => {
    const before = await readLook(file)
    await keepLook(file, faults)
    const after = await readLook(file)
    if (JSON.stringify(before ?? []) === JSON.stringify(after)) return
    const kind = faults.length > 0 ? 'bookings-file.faulty' : 'bookings-file.mended'
    addEvent(db, { atMs: Math.floor(clock.nowMs()), kind, subjectId: 'box', facts: { faults: faults.length } })
  }
}
