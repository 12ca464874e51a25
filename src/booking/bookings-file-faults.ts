// What is wrong with bookings.json as it stands: the file, or its entries, each until its match is over.
// Pure. Names an entry by its place alone: its id and what it says may be somebody's, and these words outlive the file.

import { EzrecError, messageOf } from '../base/errors.ts'
import type { EntryReport } from './import-bookings.ts'

/** `untilMs`: from then on it says nothing any more; absent: until the file is mended. */
export type FileFault = { readonly subject: string; readonly message: string; readonly mend: string; readonly untilMs?: number }

/** More are no help to anybody. */
const most = 100

export const faultsOfEntries = (reports: readonly EntryReport[]): FileFault[] =>
  reports
    .filter(({ is }) => is === 'refused' || is === 'unmailed')
    .slice(0, most)
    .map(({ entry, message, mend = 'mend the entry', untilMs }) => ({
      ...{ subject: `entry ${entry}`, message, mend },
      ...(untilMs === undefined ? {} : { untilMs }),
    }))

/** Of one that could not be read at all. */
export const faultOfFile = (error: unknown): FileFault => ({
  subject: 'the file',
  message: messageOf(error),
  mend: error instanceof EzrecError ? error.hint : 'see that the service may read it',
})

/** Those that still say something. */
export const faultsNow = (faults: readonly FileFault[], nowMs: number): FileFault[] =>
  faults.filter(({ untilMs = Infinity }) => untilMs > nowMs)
