// The capture plan follows the rows: written before a booking is acknowledged, and again by the recorder for whoever was killed in between.
// Never decides anything about a booking.

import type { Database } from '../adapters/sqlite.ts'
import { planGeneration, readPlanRows } from './booking-store.ts'
import { readCapturePlan, writeCapturePlan, type PlannedBooking } from './capture-plan.ts'

/** Windows stay in the plan for so long after their end: a clock that is ahead must not make the recorder forget them. */
export const keepInPlanMs = 2 * 86_400_000

export type PlanSource = {
  readonly planFile: string
  readonly rigId: string
  /** Windows that ended before this are left out. */ readonly fromMs: number
}

/** Writes the plan if the rows are newer than it. Two writers may race: each looks again after its rename, so the newest generation is what stays. */
export async function syncCapturePlan(db: Database, { planFile, rigId, fromMs }: PlanSource): Promise<void> {
  for (;;) {
    const written = await readCapturePlan(planFile).catch(() => undefined)
    if (written?.generation === planGeneration(db) && written.rigId === rigId && written.windows.every(tellsWhose)) return
    const { generation, windows, unrecorded } = readPlanRows(db, rigId, fromMs)
    await writeCapturePlan(planFile, { generation, rigId, windows, ...(unrecorded.length > 0 ? { unrecorded } : {}) })
  }
}

/** A plan of an earlier version has windows alone: a lost booking would come back without its name. */
const tellsWhose = ({ userId }: PlannedBooking): boolean => userId !== undefined
