// What a month of this box takes at its bookings: room for films, what goes out over the uplink, and how fast the card or disk wears out.
// Estimates, and said to be. Reads only.

import { statfs } from 'node:fs/promises'
import { z } from 'zod'
import type { Database } from '../../adapters/sqlite.ts'
import { bytesPerHour, type WriteRates } from '../../capture/disk-forecast.ts'
import { degraded, healthy, unasked, type Finding } from './finding.ts'

export type MonthFacts = {
  /** Of bookings in thirty days: those that were, or those that are to come, whichever is more. */
  readonly hours: number
  readonly rates: WriteRates
  readonly hasBucket: boolean
  /** Of the disk with the footage. */
  readonly diskBytes: number
}

const monthMs = 30 * 86_400_000

/** How often all of a card can be written: an estimate for cards sold for dashboards and surveillance; plain ones stand less, disks more. */
const fullWrites = 1_000

/** What is written or sent beside the film: smaller version, previews, heads, parts that go twice. An estimate. */
const besideTheFilm = 1.2

/** Below this a card wants to be replaced before anybody expects it. */
const fewYears = 2

/** Pure. Rates are the highest that the settings allow: less will be true. */
export function judgeMonth({ hours, rates, hasBucket, diskBytes }: MonthFacts): Finding {
  const name = 'month'
  if (hours === 0) return healthy(name, 'nothing is booked in thirty days: nothing to estimate')
  const filmBytes = ((rates.filmKbps * 1_000 * 3_600) / 8) * hours * besideTheFilm
  const writtenBytes = bytesPerHour(rates) * hours
  const years = (fullWrites * diskBytes) / writtenBytes / 12
  const egress = hasBucket ? `${gigabytes(filmBytes)} sent to the bucket` : 'nothing sent but what people watch'
  const message =
    `estimated at most, for ${Math.round(hours)} hours of bookings in thirty days: ${gigabytes(filmBytes)} of films, ${egress}, ` +
    `${gigabytes(writtenBytes)} written here; a card of this size that stands ${fullWrites} full writes lasts ${years > 20 ? 'over 20' : years.toFixed(1)} years`
  return years < fewYears
    ? degraded(
        name,
        message,
        'put footage on an SSD (TAKES_DIR, RECORDINGS_DIR, STORE_DIR), take a larger card made for surveillance, or set lower rates',
      )
    : healthy(name, message)
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(bytes < 1e10 ? 1 : 0)} GB`

export async function lookAtMonth(
  db: Database,
  {
    folder,
    rates,
    hasBucket,
    nowMs,
  }: { readonly folder: string; readonly rates: WriteRates; readonly hasBucket: boolean; readonly nowMs: number },
): Promise<Finding> {
  const disk = await statfs(folder).catch(() => undefined)
  if (!disk) return unasked('month', 'the disk does not say how large it is')
  const hours = Math.max(bookedHours(db, nowMs - monthMs, nowMs), bookedHours(db, nowMs, nowMs + monthMs))
  return judgeMonth({ hours, rates, hasBucket, diskBytes: disk.blocks * disk.bsize })
}

function bookedHours(db: Database, fromMs: number, toMs: number): number {
  const found = db.get(
    'select sum(ends_at_ms - starts_at_ms) as ms from booking where cancelled_at_ms is null and record = 1 and starts_at_ms >= ? and starts_at_ms < ?',
    fromMs,
    toMs,
  )
  return (z.object({ ms: z.int().nullable() }).parse(found).ms ?? 0) / 3_600_000
}
