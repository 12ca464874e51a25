// What is kept of the measurements of a box: each minute for two days, each quarter of an hour for a month, each four hours for two years.
// Pure. A stretch is never better than its worst minute.

import type { Verdict } from './check.ts'
import { worstOf } from './health-policy.ts'

export type StatusSample = {
  /** The first instant of the stretch. */
  readonly atMs: number
  readonly minutes: number
  readonly samples: number
  readonly verdict: Verdict
  /** Names of the checks that were not well. */
  readonly reasons: readonly string[]
  /** Of all cores, over the last minute; 1 is all of them. */
  readonly loadShare: number
  readonly memoryShare: number
  readonly freeBytes: number | null
  readonly celsius: number | null
  readonly camerasRunning: number
  readonly recordingShare: number
  readonly bookingId: string | null
  /** Recordings that are not published yet. */
  readonly waiting: number
  readonly uptimeSeconds: number
}

const minuteMs = 60_000
const dayMs = 1_440 * minuteMs

/** Stretches of `from` minutes that are older than `afterMs` become ones of `to`. */
const folds = [
  { from: 1, to: 15, afterMs: 2 * dayMs },
  { from: 15, to: 240, afterMs: 30 * dayMs },
] as const
const keptMs = 730 * dayMs

export type Folding = { readonly replaced: readonly StatusSample[]; readonly by: StatusSample | undefined }

/** What has become too fine or too old. Only stretches that are over are folded, so that a folding is never folded with a latecomer. */
export function foldingsDue(samples: readonly StatusSample[], nowMs: number): Folding[] {
  const old = samples.filter(({ atMs }) => atMs < nowMs - keptMs)
  const foldings = folds.flatMap(({ from, to, afterMs }) => {
    const fine = samples.filter(({ atMs, minutes }) => minutes === from && atMs >= nowMs - keptMs)
    const stretches = Map.groupBy(fine, ({ atMs }) => Math.floor(atMs / (to * minuteMs)))
    return [...stretches]
      .filter(([stretch]) => (stretch + 1) * to * minuteMs <= nowMs - afterMs)
      .map(([, replaced]): Folding => ({ replaced, by: fold(replaced, to) }))
  })
  return [...(old.length > 0 ? [{ replaced: old, by: undefined }] : []), ...foldings]
}

/** Of a stretch, at least one. */
function fold(stretch: readonly StatusSample[], minutes: number): StatusSample | undefined {
  const ordered = stretch.toSorted((a, b) => a.atMs - b.atMs)
  const [first, last] = [ordered[0], ordered.at(-1)]
  if (!first || !last) return undefined
  const samples = ordered.reduce((sum, each) => sum + each.samples, 0)
  const mean = (of: (each: StatusSample) => number): number => ordered.reduce((sum, each) => sum + of(each) * each.samples, 0) / samples
  const told = (of: (each: StatusSample) => number | null): number[] => ordered.map(of).filter((value) => value !== null)
  const free = told((each) => each.freeBytes)
  const heat = told((each) => each.celsius)
  return {
    atMs: first.atMs,
    minutes,
    samples,
    verdict: worstOf(ordered.map(({ verdict: status }) => ({ status }))),
    reasons: [...new Set(ordered.flatMap(({ reasons }) => reasons))].toSorted(),
    loadShare: mean((each) => each.loadShare),
    memoryShare: mean((each) => each.memoryShare),
    freeBytes: free.length === 0 ? null : Math.min(...free),
    celsius: heat.length === 0 ? null : Math.max(...heat),
    camerasRunning: Math.max(...ordered.map((each) => each.camerasRunning)),
    recordingShare: mean((each) => each.recordingShare),
    bookingId: ordered.findLast((each) => each.bookingId !== null)?.bookingId ?? null,
    waiting: Math.max(...ordered.map((each) => each.waiting)),
    uptimeSeconds: last.uptimeSeconds,
  }
}

export type BoxIds = {
  readonly userId: string
  readonly rigId: string
  readonly totalRecordings: number
  readonly published: number
  readonly failed: number
}

/** The row that the original kept of a box in Supabase, `system_status`: its columns, from a measurement. */
export const cloudStatusOf = (sample: StatusSample, box: BoxIds): Readonly<Record<string, string | number | boolean | null>> => ({
  user_id: box.userId,
  camera_id: box.rigId,
  status: sample.recordingShare > 0 ? 'recording' : 'idle',
  camera_status: sample.verdict,
  is_recording: sample.recordingShare > 0,
  is_streaming: false,
  pi_active: true,
  current_booking_id: sample.bookingId,
  last_heartbeat: new Date(sample.atMs).toISOString(),
  uptime_start: new Date(sample.atMs - sample.uptimeSeconds * 1_000).toISOString(),
  cameras_online: sample.camerasRunning,
  total_cameras: 2,
  total_recordings: box.totalRecordings,
  successful_uploads: box.published,
  errors_count: box.failed,
  cpu_usage: percent(sample.loadShare),
  memory_usage: percent(sample.memoryShare),
  temperature: sample.celsius,
})

const percent = (share: number): number => Math.round(1_000 * share) / 10
