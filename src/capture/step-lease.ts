// The time-limited right to work on a step: owner, until, generation. A late holder is refused; a dead one's right is free at once.
// Never runs a step and never decides whether one has failed.

import { z } from 'zod'
import { addEvent, addTransition } from '../adapters/log-tables.ts'
import type { Database } from '../adapters/sqlite.ts'
import { bootId } from '../base/clock.ts'
import { EzrecError } from '../base/errors.ts'
import { processStartTicks } from '../base/process-look.ts'
import { isAlive } from '../base/process-identity.ts'
import { moveStep } from './recording-store.ts'
import type { StepName } from './recording.ts'

const leaseMs = 20_000

export type StepClaim = {
  readonly recordingId: string
  readonly name: StepName
  readonly owner: string
  readonly generation: number
  readonly attempts: number
}

/** This process, so that any other can tell whether it still lives. */
export const ownerOf = (service: string): string => `${service} ${bootId()} ${process.pid} ${processStartTicks(process.pid) ?? 0}`

const claimable = z.object({
  state: z.string(),
  attempts: z.int(),
  lease_owner: z.string().nullable(),
  lease_until_ms: z.int().nullable(),
  lease_generation: z.int(),
  not_before_ms: z.int(),
})

/** Claims a pending step, or a working one whose holder is late or gone. `undefined` when it is not to be had now. */
export function claimStep(
  db: Database,
  wanted: { recordingId: string; name: StepName; owner: string; nowMs: number },
): StepClaim | undefined {
  const { recordingId, name, owner, nowMs } = wanted
  const read = (): z.output<typeof claimable> =>
    claimable.parse(
      db.get(
        'select state, attempts, lease_owner, lease_until_ms, lease_generation, not_before_ms from step where recording_id = ? and name = ?',
        recordingId,
        name,
      ),
    )
  const free = ({ state, lease_owner, lease_until_ms, not_before_ms }: z.output<typeof claimable>): boolean =>
    not_before_ms <= nowMs &&
    (state === 'pending' ||
      (state === 'working' && (lease_owner === null || lease_owner === owner || (lease_until_ms ?? 0) < nowMs || isGone(lease_owner))))
  if (!free(read())) return undefined
  return db.transaction(() => {
    const step = read()
    if (!free(step)) return undefined
    const generation = step.lease_generation + 1
    db.run(
      "update step set state = 'working', lease_owner = ?, lease_until_ms = ?, lease_generation = ?, updated_at_ms = ? where recording_id = ? and name = ?",
      owner,
      nowMs + leaseMs,
      generation,
      nowMs,
      recordingId,
      name,
    )
    if (step.state !== 'working') {
      addTransition(db, { atMs: nowMs, subject: 'step', subjectId: `${recordingId}/${name}`, from: step.state, to: 'working', cause: null })
      addEvent(db, { atMs: nowMs, kind: 'step.working', subjectId: recordingId, facts: { step: name } })
    }
    return { recordingId, name, owner, generation, attempts: step.attempts }
  })
}

export function renewLease(db: Database, claim: StepClaim, nowMs: number): void {
  db.run(
    'update step set lease_until_ms = ? where recording_id = ? and name = ? and lease_generation = ?',
    nowMs + leaseMs,
    claim.recordingId,
    claim.name,
    claim.generation,
  )
}

/** The step is done, by the one who still holds it. Errors: conflict for a late holder: whoever has it now will do it. */
export function finishStep(db: Database, claim: StepClaim, nowMs: number): void {
  db.transaction(() => {
    const held = db.get(
      'select 1 from step where recording_id = ? and name = ? and lease_generation = ?',
      claim.recordingId,
      claim.name,
      claim.generation,
    )
    if (!held)
      throw new EzrecError('conflict', `the lease on step ${claim.name} has passed to somebody else`, {
        hint: 'nothing to do: that one finishes it',
        facts: { recording: claim.recordingId },
      })
    moveStep(db, { recordingId: claim.recordingId, name: claim.name, to: 'done', nowMs })
  })
}

/** Gives a step back: to be claimed again at once, or after a failed try not before its back-off. */
export function releaseStep(
  db: Database,
  claim: StepClaim,
  how: { nowMs: number; failed?: { code: string; message: string; notBeforeMs: number } },
): void {
  db.run(
    'update step set lease_owner = null, lease_until_ms = null, attempts = attempts + ?, failed_code = ?, failed_message = ?, not_before_ms = ?, updated_at_ms = ? where recording_id = ? and name = ? and lease_generation = ?',
    how.failed ? 1 : 0,
    how.failed?.code ?? null,
    how.failed?.message.slice(0, 500) ?? null,
    how.failed?.notBeforeMs ?? 0,
    how.nowMs,
    claim.recordingId,
    claim.name,
    claim.generation,
  )
}

/** Whether a holder of this boot has ended; one of another boot has. */
function isGone(owner: string): boolean {
  const [, boot, pid, startTicks] = owner.split(' ')
  return boot !== bootId() || !isAlive({ pid: Number(pid), startTicks: Number(startTicks) })
}
