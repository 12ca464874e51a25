// What Prometheus scrapes: the box's figures, its health, disks and board, and how the API answers.
// Names no person, no booking, no path and no address: labels are words of ours, so that there are never many.

import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import packageFacts from '../../../package.json' with { type: 'json' }
import { readHealthFacts, type HealthPlace } from '../health-facts.ts'
import { verdictOf } from '../health-policy.ts'
import { atMostEvery } from '../machine-look.ts'
import * as box from './box-figures.ts'
import type { Figure } from './box-figures.ts'

export type Answered = { readonly method: string; readonly route: string; readonly status: number; readonly seconds: number }

export type Metrics = {
  answered(facts: Answered): void
  /** A request was one too many for a limit. */
  refused(limit: string): void
  /** The Prometheus text format. Those who ask within a second get one answer. */
  text(): Promise<string>
  readonly contentType: string
}

export type MetricsPlace = HealthPlace & { readonly steadyMs: () => number; readonly listeners: () => number }

const verdicts = ['healthy', 'degraded', 'unhealthy'] as const

export function openMetrics({ steadyMs, listeners, ...place }: MetricsPlace): Metrics {
  const { db, clock } = place
  const register = new Registry()
  const registers = [register]
  const read = (name: string, help: string, ask: () => readonly Figure[], labelNames: string[] = []): void =>
    void new Gauge({
      ...{ name, help, labelNames, registers },
      collect() {
        this.reset()
        for (const { labels, value } of ask()) this.set(labels, value)
      },
    })
  const counted = (name: string, help: string, ask: () => readonly Figure[], labelNames: string[] = []): void =>
    void new Counter({
      ...{ name, help, labelNames, registers },
      collect() {
        this.reset()
        for (const { labels, value } of ask()) this.inc(labels, value)
      },
    })

  new Gauge({ name: 'ezrec_build_info', help: 'Which version runs', labelNames: ['version', 'node'], registers }).set(
    { version: packageFacts.version, node: process.versions.node },
    1,
  )
  void new Gauge({
    ...{ name: 'ezrec_health', help: 'Each check of /health: 0 healthy, 1 degraded, 2 unhealthy', labelNames: ['check'], registers },
    async collect() {
      this.reset()
      for (const { name, status } of verdictOf(await readHealthFacts(place)).checks) this.set({ check: name }, verdicts.indexOf(status))
    },
  })
  void new Gauge({
    ...{ name: 'ezrec_disk_free_bytes', help: 'Room on the disk of each folder', labelNames: ['place'], registers },
    async collect() {
      this.reset()
      for (const { name, freeBytes } of (await place.lookAtMachine()).places)
        if (freeBytes !== undefined) this.set({ place: name }, freeBytes)
    },
  })
  void new Gauge({
    ...{ name: 'ezrec_board_celsius', help: 'Temperature of the processor', registers },
    async collect() {
      const { celsius } = (await place.lookAtMachine()).board
      if (celsius === undefined) this.remove()
      else this.set(celsius)
    },
  })
  read('ezrec_service_heartbeat_age_seconds', 'Since each service was last alive', () => box.heartbeatAges(db, clock.nowMs()), ['service'])
  read('ezrec_bookings_ahead', 'Bookings that run or are to come', () => box.bookingsAhead(db, clock.nowMs()))
  counted('ezrec_bookings_cancelled_total', 'Bookings that were cancelled', () => box.bookingsCancelled(db))
  counted('ezrec_films_published_total', 'Films, by what they are', () => box.filmsPublished(db), ['status'])
  counted('ezrec_films_published_seconds_total', 'Length of all films', () => box.secondsPublished(db))
  counted('ezrec_gap_seconds_total', 'What each camera missed in all films', () => box.secondsMissing(db), ['camera', 'cause'])
  read('ezrec_film_coverage_ratio', 'Share of the newest film that each camera saw', () => box.newestCoverage(db), ['camera'])
  read('ezrec_steps_open', 'Steps of recordings that are not done', () => box.stepsOpen(db), ['step', 'state'])
  read('ezrec_backlog_films', 'Films whose match is over and that are not published', () => box.filmsWaiting(db, clock.nowMs()))
  read('ezrec_backlog_oldest_seconds', 'How long the oldest of them waits', () => box.oldestWaiting(db, clock.nowMs()))
  read('ezrec_merge_lag_seconds', 'How far the merge is behind what has been played', () => box.mergeLag(db, clock.nowMs()))
  read('ezrec_uploads', 'Uploads to the bucket', () => box.uploadsAlive(db), ['state'])
  read('ezrec_upload_sent_bytes', 'What the bucket has of uploads that are under way', () => box.uploadedBytes(db))
  read('ezrec_uploads_stuck', 'Uploads that do not go on, by what keeps them', () => box.uploadsStuck(db), ['fault'])
  read('ezrec_outbox_waiting', 'Facts that the cloud was not told yet', () => box.outboxWaiting(db))
  read('ezrec_event_listeners', 'Streams of /events that are open', () => [{ labels: {}, value: listeners() }])
  read('ezrec_process_resident_bytes', 'Memory of the API service', () => [{ labels: {}, value: process.memoryUsage.rss() }])
  const answers = new Histogram({
    ...{ name: 'ezrec_api_answer_seconds', help: 'How soon the API began to answer', labelNames: ['method', 'route', 'status'], registers },
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
  })
  const refusals = new Counter({
    ...{ name: 'ezrec_api_refused_total', help: 'Requests that were one too many, by limit', labelNames: ['limit'], registers },
  })
  return {
    refused: (limit) => refusals.inc({ limit }),
    answered: ({ method, route, status, seconds }) => answers.observe({ method, route, status: String(status) }, seconds),
    text: atMostEvery(1_000, steadyMs, () => register.metrics()),
    contentType: register.contentType,
  }
}
