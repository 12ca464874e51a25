// The box's uplink as uploads see it: waits while it is paused, lets bytes go at the rate that holds now, and knows how fast it was.
// Never opens a connection. What the box does now is asked of the rows, once a second.

import { lastBeat, doingRecording } from '../../adapters/heartbeat.ts'
import { queuedToSend } from '../../adapters/send-queue.ts'
import type { Database } from '../../adapters/sqlite.ts'
import type { Clock } from '../../base/clock.ts'
import { openGate, type Gate } from '../../base/gate.ts'
import { openMeter, type Sending } from './meter.ts'
import { openPacer, type Urgency } from './pacer.ts'
import { allowanceAt, orderOf, type Allowance, type UplinkRules } from './uplink-policy.ts'
import { lastViewerMs } from './uplink-store.ts'

export type UplinkSettings = UplinkRules & { readonly first: 'oldest' | 'newest' }

export type Uplink = {
  /** Of sending a part of a film, in the order of the films, or a clip, which asks for no order and so comes before them. */
  readonly turns: Gate
  /** Text that puts films that wait in order, the smallest first. */
  orderOf(filmKey: string): string
  /** Resolves when a part of a film may begin. Rejects when the signal aborts before. */
  open(signal: AbortSignal): Promise<void>
  /** Resolves when so many bytes may go. */
  pass(bytes: number, urgency: Urgency, signal: AbortSignal): Promise<void>
  /** Whether bytes must ask at all now. */
  isLimited(): boolean
  /** This body of a part is being sent. */
  begin(body: Uint8Array): Sending
  /** The same of a body that is being sent, for whoever hands it on. */
  sendingOf(body: Uint8Array): Sending | undefined
  now(): Allowance & { readonly measured: number | undefined; readonly underWayBytes: number }
}

const lookMs = 1_000

/** Parts under way at a time, of all films together. */
const atATime = 3

/** After the last live picture that somebody asked for; a playlist is asked for every two seconds. */
const viewerMs = 15_000
const recorderMs = 30_000

export function openUplink({ db, clock }: { readonly db: Database; readonly clock: Clock }, settings: UplinkSettings): Uplink {
  let seen: { readonly atUs: number; readonly allowance: Allowance } | undefined
  const allowance = (): Allowance => {
    const atUs = clock.monotonicUs()
    if (seen && atUs - seen.atUs < lookMs * 1_000) return seen.allowance
    try {
      seen = { atUs, allowance: allowanceAt(settings, lookAt(db, clock.nowMs())) }
    } catch (error) {
      if (!seen) throw error
      seen = { ...seen, atUs } // a database that is busy: what was allowed before stands for another moment
    }
    return seen.allowance
  }
  const pacer = openPacer(clock, () => allowance().bytesPerSecond)
  const meter = openMeter(clock, queuedToSend)
  const sendings = new WeakMap<Uint8Array, Sending>()
  return {
    turns: openGate(atATime),
    orderOf: (filmKey) => orderOf(filmKey, settings.first, clock.nowMs()),
    open: async (signal) => {
      while (allowance().pausedBy) {
        signal.throwIfAborted()
        await clock.sleep(lookMs, signal)
      }
      signal.throwIfAborted()
    },
    pass: pacer.pass,
    isLimited: () => allowance().bytesPerSecond !== undefined,
    begin: (body) => {
      const sending = meter.begin()
      sendings.set(body, sending)
      return sending
    },
    sendingOf: (body) => sendings.get(body),
    now: () => ({ ...allowance(), measured: meter.bytesPerSecond(), underWayBytes: meter.underWayBytes() }),
  }
}

function lookAt(db: Database, nowMs: number): { readonly nowMs: number; readonly recording: boolean; readonly watched: boolean } {
  const said = lastBeat(db, 'dual_recorder')
  const viewer = lastViewerMs(db)
  return {
    nowMs,
    recording: said !== undefined && said.doing === doingRecording && nowMs - said.atMs < recorderMs,
    watched: viewer !== undefined && Math.abs(nowMs - viewer) < viewerMs,
  }
}
