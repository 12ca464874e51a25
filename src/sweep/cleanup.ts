// A clean-up on a person's word: what would go, with class, size, age and reason; and that much of it done. The same list for shell and API.
// Never clears away what was not shown, nor what retention-policy.ts would keep.

import { z } from 'zod'
import { keptClasses, type Decision } from './retention-policy.ts'
import { nameOf, type Freed, type Sweeper } from './sweeper.ts'

const classes = z.enum(keptClasses)

export const cleanupItem = z.object({
  class: classes,
  name: z.string().describe('of a part or log its file, of footage its take, of a clip its id, else the recording'),
  bytes: z.int(),
  ageSeconds: z.int(),
  reason: z.string(),
})
export type CleanupItem = z.infer<typeof cleanupItem>

export const cleanupSums = z.array(z.object({ class: classes, things: z.int(), bytes: z.int() }))

export const cleanupStays = z.array(z.object({ class: classes, things: z.int(), bytes: z.int(), reason: z.string() }))

export type Cleanup = {
  /** In the order in which they go; a thousand at most. */
  readonly items: readonly CleanupItem[]
  readonly bytes: number
  /** What stays, by class and reason. */
  readonly stays: z.infer<typeof cleanupStays>
}

const mostItems = 1_000

export async function planCleanup(sweeper: Sweeper, nowMs: number): Promise<Cleanup> {
  const decisions = await sweeper.plan({ neededBytes: 0, onWord: true })
  const items = decisions
    .filter(({ goes }) => goes)
    .slice(0, mostItems)
    .map(({ kept: { class: of, name, bytes, sinceMs }, reason }) => ({
      ...{ class: of, name, bytes, reason },
      ageSeconds: Math.max(0, Math.round((nowMs - sinceMs) / 1_000)),
    }))
  return { items, bytes: items.reduce((sum, each) => sum + (each.class === 'published' ? 0 : each.bytes), 0), stays: staysOf(decisions) }
}

export const nameOfItem = (item: CleanupItem): string => nameOf(item)

/** Of what is still due, that which `allowed` names. */
export async function doCleanup(sweeper: Sweeper, allowed: ReadonlySet<string>, signal: AbortSignal): Promise<z.infer<typeof cleanupSums>> {
  return sumsOf(await sweeper.sweep({ neededBytes: 0, onWord: true }, signal, allowed))
}

const sumsOf = (freed: readonly Freed[]): z.infer<typeof cleanupSums> =>
  keptClasses.flatMap((of) => {
    const its = freed.filter((each) => each.class === of)
    return its.length === 0 ? [] : [{ class: of, things: its.length, bytes: its.reduce((sum, { bytes }) => sum + bytes, 0) }]
  })

function staysOf(decisions: readonly Decision[]): z.infer<typeof cleanupStays> {
  const sums = new Map<string, z.infer<typeof cleanupStays>[number]>()
  for (const { kept, reason } of decisions.filter(({ goes }) => !goes)) {
    const before = sums.get(`${kept.class} ${reason}`) ?? { class: kept.class, things: 0, bytes: 0, reason }
    sums.set(`${kept.class} ${reason}`, { ...before, things: before.things + 1, bytes: before.bytes + kept.bytes })
  }
  return [...sums.values()]
}
