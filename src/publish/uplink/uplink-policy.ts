// How much of the uplink uploads may take at an instant, which film goes first, and when what is left will be there.
// Pure: settings, facts and the time in, rates and orders out.

import type { UploadWindow } from '../../../config/upload-windows.ts'

export type UplinkRules = {
  /** kbit/s, as the settings say. */
  readonly maxRateKbps: number | undefined
  readonly windows: readonly UploadWindow[]
  readonly pauseWhileRecording: boolean
  readonly viewerRateKbps: number
  readonly timeZone: string
}

/** What the box does at the instant. */
export type Moment = {
  readonly nowMs: number
  readonly recording: boolean
  /** Somebody beyond the venue network watches live. */
  readonly watched: boolean
}

export type Pause = 'window' | 'recording'

export type Allowance = {
  /** Without it, as much as the uplink gives. While it is paused: for what is under way. */
  readonly bytesPerSecond: number | undefined
  /** Why no further part of a film may begin. */
  readonly pausedBy: Pause | undefined
}

export function allowanceAt(rules: UplinkRules, { nowMs, recording, watched }: Moment): Allowance {
  const window = rules.windows.find((each) => holds(each, minuteOfDay(nowMs, rules.timeZone)))
  const ruled = window === undefined || window.rate === 'off' ? rules.maxRateKbps : window.rate === 'full' ? undefined : window.rate
  const kbps = watched ? Math.min(ruled ?? Number.POSITIVE_INFINITY, rules.viewerRateKbps) : ruled
  const pausedBy = window?.rate === 'off' ? 'window' : rules.pauseWhileRecording && recording ? 'recording' : undefined
  return { bytesPerSecond: kbps === undefined ? undefined : (kbps * 1_000) / 8, pausedBy }
}

const holds = ({ fromMinute, toMinute }: UploadWindow, minute: number): boolean =>
  fromMinute < toMinute ? minute >= fromMinute && minute < toMinute : minute >= fromMinute || minute < toMinute

function minuteOfDay(ms: number, timeZone: string): number {
  const { hour, minute } = Temporal.Instant.fromEpochMilliseconds(Math.floor(ms)).toZonedDateTimeISO(timeZone)
  return hour * 60 + minute
}

const dayMs = 24 * 3_600_000

/** Text by which films that wait are put in order: the smallest goes first. `filmKey` ends in a name that begins with a ULID. A film that has
 *  waited for a day goes before all others, so that newer ones never hold it back for ever. */
export function orderOf(filmKey: string, first: 'oldest' | 'newest', nowMs: number): string {
  const name = filmKey.slice(filmKey.lastIndexOf('/') + 1)
  const [, askedAt] = /-([0-9a-z]{8})\.mp4$/.exec(name) ?? []
  // One that is published is sent anew: it waits for those that are not.
  if (askedAt !== undefined) return nowMs - Number.parseInt(askedAt, 36) >= dayMs ? `0 ${name}` : `2 ${name}`
  const madeMs = timeOf(name)
  if (first === 'oldest' || madeMs === undefined || nowMs - madeMs >= dayMs) return `0 ${name}`
  return `1 ${String(longestTime - madeMs).padStart(16, '0')} ${name}`
}

const longestTime = 2 ** 48
const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** The instant in the first ten letters of a ULID. */
function timeOf(name: string): number | undefined {
  if (!/^[0-7][0-9A-HJKMNP-TV-Z]{25}/.test(name)) return undefined
  return Array.from(name.slice(0, 10)).reduce((sum, letter) => sum * 32 + crockford.indexOf(letter), 0)
}

/** Further than this nobody can see. */
const horizonMs = 14 * dayMs

/** When `bytes` will have been sent at `bytesPerSecond`, or at what is allowed where that is less; `undefined` when it is further than 14 days. */
export function etaMs(
  bytes: number,
  bytesPerSecond: number,
  rules: UplinkRules,
  { nowMs, untilMs }: { readonly nowMs: number; readonly untilMs?: number | undefined },
): number | undefined {
  if (!(bytesPerSecond > 0)) return undefined
  const endMs = nowMs + horizonMs
  let left = bytes
  let atMs = rules.pauseWhileRecording && untilMs !== undefined ? Math.max(nowMs, untilMs) : nowMs
  while (atMs < endMs) {
    const { bytesPerSecond: allowed = Number.POSITIVE_INFINITY, pausedBy } = allowanceAt(rules, {
      nowMs: atMs,
      recording: false,
      watched: false,
    })
    const rate = pausedBy ? 0 : Math.min(bytesPerSecond, allowed)
    const changesMs = Math.min(endMs, nextChangeMs(rules, atMs))
    const sentAtMs = rate > 0 ? atMs + (left / rate) * 1_000 : Number.POSITIVE_INFINITY
    if (sentAtMs <= changesMs) return sentAtMs
    left -= (rate * (changesMs - atMs)) / 1_000
    atMs = changesMs
  }
  return undefined
}

/** When a window next begins or ends, or the zone's clocks are changed: until then minutes of the day pass one by one. */
function nextChangeMs({ windows, timeZone }: UplinkRules, atMs: number): number {
  if (windows.length === 0) return Number.POSITIVE_INFINITY
  const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(atMs)).toZonedDateTimeISO(timeZone)
  const minute = local.hour * 60 + local.minute
  const edges = windows.flatMap(({ fromMinute, toMinute }) => [fromMinute, toMinute]).filter((edge) => edge > minute && edge < minutesADay)
  const edgeMs = local.epochMilliseconds - local.second * 1_000 - local.millisecond + (Math.min(...edges, minutesADay) - minute) * 60_000
  return Math.min(edgeMs, local.getTimeZoneTransition('next')?.epochMilliseconds ?? edgeMs)
}

const minutesADay = 1_440
