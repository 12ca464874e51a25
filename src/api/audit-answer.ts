// The word in the audit of a request that succeeded, by what its route says of itself.
// Never undoes what was done: a word that cannot be written is told in the log.

import type { Answer } from './answer/envelope.ts'
import type { Door } from './routing/door.ts'
import type { Caller, Route } from './routing/route.ts'
import { addAudit } from './guard/audit.ts'

/** `id` is the one in the path. */
export function auditAnswer(
  { db, clock, logger }: Pick<Door, 'db' | 'clock' | 'logger'>,
  { audits: what }: Pick<Route, 'audits'>,
  { principal }: Pick<Caller, 'principal'>,
  { about = {} }: Pick<Answer, 'about'>,
  id: string | undefined,
): void {
  if (typeof what !== 'string' || about === null) return
  const { subjectId = id ?? null, facts = {} } = about
  try {
    addAudit(db, { atMs: clock.nowMs(), who: principal?.id ?? '', what, subjectId, facts })
  } catch (err) {
    logger.error({ err, what, subject: subjectId, who: principal?.id ?? null }, 'the audit could not be written')
  }
}
