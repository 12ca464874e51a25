// What many starts in a short time mean, in words for people: power that comes and goes, or a service that cannot live.
// Pure.

import type { Start } from '../adapters/service-starts.ts'

/** So many within ten minutes are too many. */
const tooMany = 5

/** `undefined` when there were few. */
export function restartTrouble(starts: readonly Start[]): string | undefined {
  const boots = new Set(starts.map(({ bootId }) => bootId)).size
  if (boots >= tooMany) return `restarted ${boots} times in 10 minutes, each time with the whole machine: look at the power supply`
  const counts = Map.groupBy(starts, ({ service }) => service)
  const often = [...counts].filter(([, each]) => each.length >= tooMany)
  if (often.length === 0) return undefined
  if (often.length > 1 && often.length === counts.size)
    return `restarted ${Math.min(...often.map(([, each]) => each.length))} times in 10 minutes, all services together: look at the power supply and at who starts them`
  return often.map(([service, each]) => `${service} was started ${each.length} times in 10 minutes: its log says why`).join('; ')
}
